"""Milliseconds for the inbox page with 10,000 open tasks, beside the same page with ten."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from engine import Engine, open_engine
from engine.people import Person
from tests.builders import NOW, commercial
from web.app import create_app
from web.config import Config

OPEN_TASKS, ASKED = (10, 10_000), 40


def main() -> None:
    print("Inbox page, milliseconds from request to the whole page")
    medians = []
    for count in OPEN_TASKS:
        with tempfile.TemporaryDirectory() as folder:
            engine = open_engine(f"sqlite:///{Path(folder) / 'parcours.db'}")
            me = engine.people.local_person(now=NOW)
            engine.publishing.publish(commercial(), by=me, now=NOW)
            for number in range(count):
                engine.running.open_deal(
                    process="commercial", title=f"Deal {number}", account=f"Account {number % 500}", by=me, now=NOW
                )
            times = sorted(_ask(engine, me, Path(folder)))
            engine.close()
        medians.append(statistics.median(times))
        print(f"  {count:6} open tasks: median {medians[-1]:6.1f}, p95 {times[int(len(times) * 0.95)]:6.1f}")
    print(f"  {OPEN_TASKS[1]} / {OPEN_TASKS[0]}: {medians[1] / medians[0]:.1f}x")


def _ask(engine: Engine, me: Person, folder: Path) -> list[float]:
    client = create_app(engine, Config(data=folder, secret_key="of a benchmark", clock=lambda: NOW)).test_client()
    client.get(f"/start/{engine.people.new_link(now=NOW)}")
    taken = []
    for _ in range(ASKED):
        begun = time.perf_counter()
        page = client.get("/inbox")
        taken.append((time.perf_counter() - begun) * 1e3)
        assert page.status_code == 200
    return taken[3:]


if __name__ == "__main__":
    main()
