"""Many deals on processes made up at random: brought to random places, moved to edited versions, driven to an end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from engine import Engine
from engine.deals import Deal
from engine.people import Person
from engine.storage import tasks as task_rows
from engine.storage.stored import read_deal
from tests.builders import NOW
from tests.engine.edited import edited, sound_process
from tests.engine.test_spiff import some_answers

#: So many processes, each with one edit.
PROCESSES = 4
ROUNDS = 400


@dataclass
class Told:
    moved: int = 0
    stayed: int = 0
    brought_back: int = 0
    ended: int = 0
    seconds_moving: float = 0.0


@dataclass
class _Driver:
    engine: Engine
    by: Person
    chance: random.Random
    now: datetime = NOW

    def open_deals(self, process: str, count: int) -> list[Deal]:
        running = self.engine.running
        return [
            running.open_deal(process=process, title=f"{process} {number}", account="A", by=self.by, now=self.now)
            for number in range(count)
        ]

    def one_round(self, deals: Sequence[Deal], share: float) -> list[Deal]:
        """Some of the deals have a task done, then half a day passes; those that have not ended."""
        left = []
        for deal in deals:
            with self.engine.database.read() as connection:
                stored = read_deal(connection, deal.id)
                tasks = task_rows.open_tasks(connection, deal.id)
            assert stored is not None, "lost"
            if stored.deal.ended_at is not None:
                assert not tasks
                continue
            left.append(deal)
            if tasks and self.chance.random() < share:
                task = self.chance.choice(tasks)
                definitions = self.engine.publishing.published(stored.deal.version_id).definitions
                answers = some_answers(definitions.nodes[task.element_id], self.chance)
                self.engine.running.complete_task(task.id, answers, by=self.by, now=self.now)
        self.now += timedelta(hours=12)
        while self.engine.running.fire_due(now=self.now, limit=500):
            pass
        return left


def many_moved(engine: Engine, rep: Person, designer: Person, count: int, seed: int) -> Told:
    """Raises AssertionError for a deal that is lost, or that has not come to an end."""
    chance, told = random.Random(seed), Told()
    driver = _Driver(engine, rep, chance)
    deals: list[Deal] = []
    moves: list[str] = []
    for number in range(PROCESSES):
        process = f"made_up_{number}"
        source = sound_process(seed * 100 + number, process)
        engine.publishing.publish(source, by=designer, now=NOW)
        ours = driver.open_deals(process, count // PROCESSES)
        for deal in ours:
            for _ in range(chance.randrange(6)):
                driver.one_round([deal], share=1)
            if chance.random() < 0.1 and _can_be_lost(engine, deal):
                engine.running.lose_deal(deal.id, by=rep, now=driver.now)
        edit = next(filter(None, (edited(source, chance) for _ in range(50))))
        version = engine.publishing.publish(edit.source, by=designer, now=NOW)
        wanted = [deal.id for deal in ours]
        moves.append(
            engine.moving.start(process, version.number, wanted, by=designer, now=driver.now, renamed=edit.renamed)
        )
        deals += ours
    begun = perf_counter()
    while engine.moving.go_on(now=driver.now):
        pass
    told.seconds_moving = perf_counter() - begun
    for move in moves:
        for outcome in engine.moving.outcomes(move, by=designer):
            told.moved += outcome.result == "moved"
            told.stayed += outcome.result == "cannot"
            assert outcome.result in ("moved", "cannot"), outcome
            if outcome.can_go_back and chance.random() < 0.1:
                engine.moving.move_back(move, outcome.deal.id, by=designer, now=driver.now)
                told.brought_back += 1
    left = deals
    for _ in range(ROUNDS):
        left = driver.one_round(left, share=0.9)
        if not left:
            break
    told.ended = len(deals) - len(left)
    return told


def _can_be_lost(engine: Engine, deal: Deal) -> bool:
    with engine.database.read() as connection:
        stored = read_deal(connection, deal.id)
    assert stored is not None
    definitions = engine.publishing.published(deal.version_id).definitions
    return not stored.deal.outcome and definitions.lost_process is not None
