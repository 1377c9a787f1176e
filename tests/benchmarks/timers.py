"""10,000 timers due at once, fired by 1, 2 and 4 workers, on SQLite and on PostgreSQL.

Each worker is a process that asks the engine to fire what is due, again and again, as ``parcours worker`` does; counted
are the timers fired in the first seconds, while thousands are still due.
"""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, func, insert, select

from engine import open_engine
from engine.storage.schema import metadata
from tests.benchmarks.sales import in_one_transaction
from tests.benchmarks.table import Line
from tests.builders import NOW, definition
from tests.databases import postgres_server

DUE, WORKERS, SECONDS = 10_000, (1, 2, 4), 5.0
LATER = NOW + timedelta(days=8)


def run() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        stocked = Path(folder) / "stocked.db"
        _stock(f"sqlite:///{stocked}")
        speeds = []
        for workers in WORKERS:
            url = f"sqlite:///{shutil.copy(stocked, Path(folder) / f'{workers}.db')}"
            speeds.append(_fired_a_second(url, workers))
        yield _line("SQLite", speeds)
        with _postgres(f"sqlite:///{stocked}") as copies:
            speeds = [_fired_a_second(url, workers) for workers, url in copies]
        yield _line("PostgreSQL", speeds)


def _line(name: str, speeds: list[float]) -> Line:
    told = ", ".join(f"{speed:.0f}" for speed in speeds)
    what = f"timers a second, {DUE:,} due, {', '.join(map(str, WORKERS))} workers, {name}"
    if name == "SQLite":
        return Line(what, told)
    return Line(what, told, "4 workers >= 1.2x one", met=speeds[-1] >= 1.2 * speeds[0])


def _stock(url: str) -> None:
    engine = open_engine(url)
    me = engine.people.local_person(now=NOW)
    engine.publishing.publish(definition("reminder"), by=me, now=NOW)
    with in_one_transaction(engine):
        for number in range(DUE):
            engine.running.open_deal(
                process="reminder", title=f"Deal {number}", account=f"Account {number % 500}", by=me, now=NOW
            )
    engine.close()


@contextmanager
def _postgres(source: str) -> Iterator[Iterator[tuple[int, str]]]:
    """A database for each number of workers, with the same rows."""
    with postgres_server() as server:

        def url(name: str) -> str:
            return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

        def create(said: str) -> None:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(said.encode())

        create("CREATE DATABASE stocked")
        open_engine(url("stocked")).close()
        _move(source, url("stocked"))

        def copies() -> Iterator[tuple[int, str]]:
            for workers in WORKERS:
                create(f"CREATE DATABASE for_{workers} TEMPLATE stocked")
                yield workers, url(f"for_{workers}")

        yield copies()


def _move(source: str, target: str) -> None:
    one, other = create_engine(source), create_engine(target)
    with one.connect() as there, other.begin() as here:
        for table in metadata.sorted_tables:
            here.execute(table.delete())
            rows = [dict(row._mapping) for row in there.execute(select(table))]
            if rows:
                here.execute(insert(table), rows)
            for column in table.primary_key.columns:
                if column is table.autoincrement_column:
                    # Its numbers were given, so PostgreSQL has not counted them.
                    counter = func.pg_get_serial_sequence(table.name, column.name)
                    here.execute(select(func.setval(counter, func.coalesce(func.max(column), 1))))
    one.dispose()
    other.dispose()


def _fired_a_second(url: str, workers: int) -> float:
    spawning = multiprocessing.get_context("spawn")
    ready, counted = spawning.Barrier(workers), spawning.Queue()
    processes = [spawning.Process(target=_work, args=(url, ready, counted)) for _ in range(workers)]
    for process in processes:
        process.start()
    told = [counted.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    return float(sum(told))


def _work(url: str, ready: Barrier, counted: multiprocessing.Queue[float]) -> None:
    engine = open_engine(url)
    engine.publishing.program(engine.publishing.latest("reminder").version.id)
    ready.wait()
    fired, begun = 0, time.perf_counter()
    while (lasted := time.perf_counter() - begun) < SECONDS:
        fired += engine.running.fire_due(now=LATER)
        with engine.database.read() as connection:
            if not connection.exec_driver_sql("SELECT 1 FROM instances WHERE due_at IS NOT NULL LIMIT 1").first():
                lasted = time.perf_counter() - begun
                break
    counted.put(fired / lasted)
    engine.close()
