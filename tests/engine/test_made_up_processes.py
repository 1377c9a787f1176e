"""What is drawn is what runs: random processes, held against a reading of BPMN's tokens."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest

from bpmn import checks
from bpmn.reading import read
from engine import spiff
from tests.builders import NOW
from tests.engine.made_up import Maker, Tokens

SERVICES: Any = defaultdict(lambda: lambda data: {})
WALKS, STEPS, BATCH = 3, 40, 40


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
    now, told = NOW, list[str]()
    drawn = Tokens(program.definitions, now)
    step = spiff.start(program, now=now, services=SERVICES)
    for _ in range(STEPS):
        assert (Counter(task.element_id for task in step.open), step.ended) == (drawn.open, drawn.ended), (name, told)
        if step.ended:
            return True
        if chance.random() < 0.3:
            now += timedelta(days=chance.randrange(1, 4))
            step = spiff.wake(program, step.state, known=step.data, now=now, services=SERVICES)
            drawn.wake(now)
            told.append(f"{now:%d}")
            continue
        task = chance.choice(sorted(step.open, key=lambda one: (one.element_id, one.id)))
        if chance.random() < 0.1:
            # A task that is skipped is one that is done without an answer.
            step = spiff.skip(program, step.state, task.id, known=step.data, now=now, services=SERVICES)
            drawn.complete(task.element_id, {task.element_id: None}, now)
            told.append(f"no {task.element_id}")
            continue
        answers = {task.element_id: chance.random() < 0.6}
        step = spiff.complete(program, step.state, task.id, answers, known=step.data, now=now, services=SERVICES)
        drawn.complete(task.element_id, answers, now)
        told.append(task.element_id)
    return False
