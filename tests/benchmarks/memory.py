"""Memory of a process that holds 1,000 deals loaded: decoded and ready to take a step, on one shared program.

A deal here is its facts and its running process as SpiffWorkflow's objects, at all places of the path in equal parts.
Counted is how far the resident memory of a fresh process grows from the first deal to the last.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from resource import getpagesize

from engine import open_engine
from engine.spiff.scripting import Rules
from engine.spiff.state import decode
from tests.benchmarks.copies import multiply
from tests.benchmarks.sales import PATH, Ours, in_one_transaction
from tests.benchmarks.table import Line, at_most
from tests.builders import NOW

DEALS = 1_000


def run() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/parcours.db"
        stock = Ours(url)
        with in_one_transaction(stock.engine):
            for steps in range(len(PATH)):
                stock.drive(DEALS // len(PATH) // 10 + 1, steps)
        stock.close()
        multiply(Path(folder) / "parcours.db", 10)
        told = subprocess.run([sys.executable, "-m", __name__, url], capture_output=True, text=True, check=True).stdout
    yield at_most(f"memory of {DEALS:,} deals loaded", int(told) / 1e6, 40, "MB", "resident, in a process of its own")


def _hold(url: str) -> int:
    engine = open_engine(url)
    me = engine.people.local_person(now=NOW)
    program = engine.publishing.program(engine.publishing.latest("commercial").version.id)
    with engine.database.read() as connection:
        rows = connection.exec_driver_sql(f"SELECT deal_id, state FROM instances ORDER BY deal_id LIMIT {DEALS}").all()
    deals = [row.deal_id for row in rows]
    states = [row.state for row in rows]
    # Once, so that what is read lazily is there.
    held = [(engine.desk.deal(me, deals[0]).deal, decode(program, states[0], Rules(NOW, {}, {})))]
    gc.collect()
    before = _resident()
    for deal, state in zip(deals, states, strict=True):
        view = engine.desk.deal(me, deal)
        held.append((view.deal, decode(program, state, Rules(NOW, {}, dict(view.data)))))
    gc.collect()
    grown = _resident() - before
    assert len(held) == DEALS + 1
    return grown


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize()


if __name__ == "__main__":
    print(_hold(sys.argv[1]))
