"""What is drawn is what runs: random processes, held against a reading of BPMN's tokens."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest

from bpmn import checks
from bpmn.model import DEAL_LOST
from bpmn.reading import read
from engine import spiff
from engine.errors import RunFailed
from tests.builders import NOW
from tests.engine.made_up import Maker
from tests.engine.tokens import Tokens

SERVICES: Any = defaultdict(lambda: lambda data: {})
WALKS, STEPS, BATCH = 3, 40, 40
SENT = [*[("message", f"m{n}") for n in (1, 2)], *[("signal", f"s{n}") for n in (1, 2)]]


@pytest.mark.parametrize("batch", range(8))
def test_a_random_process_runs_as_it_is_drawn(batch: int) -> None:
    ran = ended = 0
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        definitions = read(Maker(seed).source()).definitions
        if checks.errors(checks.run(definitions)):
            continue
        program = spiff.build(definitions, "made_up")
        ran += 1
        for number in range(WALKS):
            ended += walk(program, random.Random(seed * WALKS + number), f"seed {seed}, walk {number}")
    assert ran > BATCH / 2, "most of what is made up can be published, or this proves little"
    assert ended > ran / 2, "most walks reach an end, or this proves little"


def walk(program: spiff.Program, chance: random.Random, name: str) -> bool:
    """Whether it came to an end, or to where the picture itself leads no further."""
    drawn = Tokens(program.definitions, program.process, NOW)
    try:
        return _walk(program, chance, drawn, name)
    except RunFailed as failed:
        if "nothing leads on" not in str(failed):
            raise
    # Two tokens by one flow into a parallel join: the second waits for ever, in the picture too.
    assert drawn.stuck, name
    return True


def _walk(program: spiff.Program, chance: random.Random, drawn: Tokens, name: str) -> bool:
    now, told = NOW, list[str]()
    step = spiff.start(program, now=now, services=SERVICES)
    for _ in range(STEPS):
        same_as_drawn(step, drawn, f"{name}: {' '.join(told)}")
        if step.ended:
            return True
        rest: dict[str, Any] = {"known": step.data, "services": SERVICES}
        move = chance.random()
        if move < 0.1:
            kind, event = chance.choice(SENT) if chance.random() < 0.9 else ("message", DEAL_LOST)
            caught = drawn.catch(kind, event, now)
            step = spiff.catch(program, step.state, kind, event, key=None, now=now, **rest)
            assert step.caught == caught
            told.append(event)
        elif move < 0.3 or not step.open:
            now += timedelta(days=chance.randrange(1, 4))
            drawn.wake(now)
            step = spiff.wake(program, step.state, now=now, **rest)
            told.append(f"{now:%d}")
            for awaited in step.awaited[:1] if not step.open and step.due is None else ():
                drawn.catch(awaited.kind, awaited.name, now)
                rest["known"] = step.data
                step = spiff.catch(program, step.state, awaited.kind, awaited.name, key=None, now=now, **rest)
                told.append(awaited.name)
        else:
            place = chance.randrange(len(step.open))
            task = step.open[place]
            # A task that is skipped is one that is done without an answer.
            answers = {task.element_id: chance.random() < 0.6 if move < 0.95 else None}
            drawn.complete(place, answers, now)
            if move < 0.95:
                step = spiff.complete(program, step.state, task.token, answers, now=now, **rest)
            else:
                step = spiff.skip(program, step.state, task.token, now=now, **rest)
            told.append(f"{task.element_id}={answers[task.element_id]}")
    return False


def same_as_drawn(step: spiff.Step, drawn: Tokens, name: str) -> None:
    assert (sorted(task.element_id for task in step.open), step.ended) == (sorted(drawn.open), drawn.ended), name
    assert step.data == drawn.data, name
    if not step.ended:
        assert (step.due, Counter(one.element_id for one in step.awaited)) == (drawn.due, drawn.awaited), name
