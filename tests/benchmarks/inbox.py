"""Milliseconds for the inbox page with 10,000 open tasks, beside the same page with ten."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine import Engine, open_engine
from engine.people import Person
from tests.benchmarks.copies import multiply
from tests.benchmarks.sales import in_one_transaction
from tests.benchmarks.table import Line, ms, p50
from tests.builders import NOW, commercial
from web.app import create_app
from web.config import Config

OPEN_TASKS, ASKED = (10, 10_000), 40


def run() -> Iterator[Line]:
    medians = []
    for count in OPEN_TASKS:
        with tempfile.TemporaryDirectory() as folder:
            engine = open_engine(f"sqlite:///{Path(folder) / 'parcours.db'}")
            me = engine.people.local_person(now=NOW)
            engine.publishing.publish(commercial(), by=me, now=NOW)
            with in_one_transaction(engine):
                for number in range(OPEN_TASKS[0]):
                    engine.running.open_deal(
                        process="commercial", title=f"Deal {number}", account=f"Account {number}", by=me, now=NOW
                    )
            multiply(Path(folder) / "parcours.db", count // OPEN_TASKS[0])
            medians.append(p50(_ask(engine, me, Path(folder))))
            engine.close()
    few, many = OPEN_TASKS
    measured = f"{medians[1] / medians[0]:.1f}x ({ms(medians[1])} beside {ms(medians[0])})"
    yield Line(f"inbox page with {many:,} open tasks, beside {few}", measured)


def _ask(engine: Engine, me: Person, folder: Path) -> list[float]:
    client = create_app(engine, Config(data=folder, secret_key="of a benchmark", clock=lambda: NOW)).test_client()
    client.get(f"/start/{engine.people.new_link(now=NOW)}")
    taken = []
    for _ in range(ASKED):
        begun = time.perf_counter()
        page = client.get("/inbox")
        taken.append(time.perf_counter() - begun)
        assert page.status_code == 200
    return taken[3:]
