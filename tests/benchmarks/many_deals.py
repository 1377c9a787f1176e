"""A completion with 100,000 deals stored beside one with 100; and a worker that starts among 100,000 waiting timers.

The deals are copies of a hundred that were really driven, each to where it waits for an answer and a timer reminds of
it; every row of theirs is copied under a number of its own.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.copies import multiply
from tests.benchmarks.sales import PATH, TO_THE_TIMER, Ours, in_one_transaction
from tests.benchmarks.table import Line, at_most, ms, p50, timed

FEW, MANY, ROUNDS = 100, 100_000, 8
NOW = datetime.now(UTC)


def run() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("few", "many")]
        sizes = [_stock(place, count) for place, count in zip(places, (FEW, MANY), strict=True)]
        both = [Ours(_url(place), NOW) for place in places]
        taken: list[list[float]] = [[], []]
        for each in both:
            each.drive(1)
        for _ in range(ROUNDS):
            deals = [each.open() for each in both]
            for step in range(len(PATH)):
                for each, deal, seconds in zip(both, deals, taken, strict=True):
                    doing = each.next(deal, step)
                    seconds.append(timed(each.do, doing))
        for each in both:
            each.close()
        few, many = map(p50, taken)
        yield at_most(
            f"a completion with {MANY:,} deals stored, beside {FEW}",
            many / few,
            1.2,
            "x",
            f"{ms(many)} beside {ms(few)}; {sizes[1] / 1e6:,.0f} MB",
        )
        starts = [_first_timer(place) for place in reversed(places)]
    yield Line(
        f"starting a worker with {MANY:,} waiting timers",
        f"{starts[0]:.1f} s to its first ({starts[1]:.1f} with {FEW})",
    )


def _url(place: Path) -> str:
    return f"sqlite:///{place / 'parcours.db'}"


def _stock(place: Path, count: int) -> int:
    """Bytes of the database."""
    place.mkdir()
    engine = Ours(_url(place), NOW)
    with in_one_transaction(engine.engine):
        engine.drive(FEW, TO_THE_TIMER)
    engine.close()
    multiply(place / "parcours.db", count // FEW)
    return (place / "parcours.db").stat().st_size


def _first_timer(place: Path) -> float:
    """Seconds from the start of a worker to the first timer that it has fired."""
    engine = Ours(_url(place), NOW - timedelta(days=8))
    engine.drive(1, TO_THE_TIMER)
    engine.close()
    database = sqlite3.connect(place / "parcours.db")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PARCOURS_")}
    begun = time.perf_counter()
    command = [sys.executable, "-m", "web.cli", "worker"]
    with subprocess.Popen(command, env={**environ, "PARCOURS_DATA": str(place)}, stdout=subprocess.DEVNULL) as worker:
        try:
            while not database.execute("SELECT 1 FROM history WHERE events LIKE '%TimerFired%'").fetchone():
                assert worker.poll() is None
                time.sleep(0.005)
            return time.perf_counter() - begun
        finally:
            worker.terminate()
            database.close()
