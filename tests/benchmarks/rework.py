"""A completion after a thousand rounds of rework, beside one of the first rounds of a fresh deal."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator

from engine import Engine, open_engine
from engine.errors import EngineError
from engine.people import Person
from engine.storage import tasks as task_rows
from tests.benchmarks.table import Line, at_most, ms, p50, timed
from tests.builders import NOW, definition

LOOPS, COMPARED, PATIENCE = 1_000, 60, 60.0
WHAT = f"a completion after {LOOPS:,} loops, beside the first"


def run() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/parcours.db")
        me = engine.people.local_person(now=NOW)
        engine.publishing.publish(definition("rework"), by=me, now=NOW)
        worn = _open(engine, me)
        begun = time.perf_counter()
        for loop in range(LOOPS):
            try:
                _again(engine, me, worn)
            except EngineError as error:
                yield Line(WHAT, f"stopped at loop {loop}: {error}", "<= 1.20x", met=False)
                return
            if time.perf_counter() - begun > PATIENCE:
                yield Line(WHAT, f"only {loop} loops in {PATIENCE:.0f} seconds", "<= 1.20x", met=False)
                return
        late, first = [], []
        for turn in range(COMPARED):
            if turn % 3 == 0:
                fresh = _open(engine, me)
            first.append(_again(engine, me, fresh))
            late.append(_again(engine, me, worn))
        engine.close()
    yield at_most(WHAT, p50(late) / p50(first), 1.2, "x", f"{ms(p50(late))} beside {ms(p50(first))}")


def _open(engine: Engine, me: Person) -> int:
    return engine.running.open_deal(process="rework", title="Deal", account="Account", by=me, now=NOW).id


def _again(engine: Engine, me: Person, deal: int) -> float:
    # Not by the deal's page: reading a history of five thousand events would leave nothing else in the caches.
    with engine.database.read() as connection:
        [task] = task_rows.open_tasks(connection, deal)
    return timed(lambda: engine.running.complete_task(task.id, {"answer": "again"}, by=me, now=NOW))
