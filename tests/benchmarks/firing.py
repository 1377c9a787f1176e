"""Timers that are due all at once, fired by 1, 2 and 4 worker processes, on SQLite (synchronous=FULL) and PostgreSQL.

``python -m tests.benchmarks.firing [DEALS]``; 10,000 unless told otherwise. The deals are copies of one, since opening
that many would take longer than firing them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert, select

from engine import open_engine
from engine.storage.database import Database
from engine.storage.schema import deals, instances, tasks
from tests.builders import NOW, company
from tests.databases import PostgresCopies, SQLiteCopies, postgres_server

DUE = NOW + timedelta(days=8)
DEALS = 10_000
CODE = """
import sys
from datetime import datetime
from engine import open_engine
engine = open_engine(sys.argv[1])
fired, now = 0, datetime.fromisoformat(sys.argv[2])
sys.stdin.readline()
while moved := engine.running.fire_due(now=now):
    fired += moved
print(fired)
"""


def prepare(url: str, many: int) -> None:
    """One deal that waits for its answer, then copies of its rows."""
    built = company(url)
    running, ada = built.engine.running, built.ada
    deal = running.open_deal(process="small_sale", title="Fleet", account="Hanse", by=ada, now=NOW)
    [row] = built.engine.desk.deal(ada, deal.id).tasks
    running.complete_task(row.task.id, {"budget": "yes"}, ticks=["c1"], by=ada, now=NOW)
    _copy(built.engine.database, many - 1)
    built.engine.close()


def _copy(database: Database, many: int) -> None:
    ids = [str(uuid4()) for _ in range(many)]
    with database.write() as connection:
        one = dict(connection.execute(select(deals)).one()._mapping)
        process = dict(connection.execute(select(instances)).one()._mapping)
        open_tasks = [dict(row._mapping) for row in connection.execute(select(tasks))]
        del one["number"]
        connection.execute(insert(deals), [{**one, "id": key} for key in ids])
        connection.execute(insert(instances), [{**process, "deal_id": key} for key in ids])
        copied = []
        for key in ids:
            # The token bears the task's id, so the state is rewritten with a new one.
            fresh = {task["id"]: str(uuid4()) for task in open_tasks}
            copied += [{**task, "id": fresh[task["id"]], "deal_id": key} for task in open_tasks]
            state = process["state"]
            for old, new in fresh.items():
                state = state.replace(old.encode(), new.encode())
            connection.execute(instances.update().where(instances.c.deal_id == key).values(state=state))
        connection.execute(insert(tasks), copied)


def rate(url: str, workers: int, many: int) -> float:
    """Timers a second; every deal's fires once."""
    command = [sys.executable, "-c", CODE, url, DUE.isoformat()]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(workers)
    ]
    time.sleep(3)
    begun = time.perf_counter()
    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    shares = [int(one.communicate()[0]) for one in started]
    taken = time.perf_counter() - begun
    assert sum(shares) == many, shares
    engine = open_engine(url)
    assert engine.running.fire_due(now=DUE) == 0
    engine.close()
    print(f"    {workers} workers: {many / taken:6.0f} timers/s, shares {shares}", flush=True)
    return many / taken


def _measure(copies: SQLiteCopies | PostgresCopies, many: int) -> None:
    for workers in (1, 2, 4):
        with tempfile.TemporaryDirectory() as folder:
            url = copies.copy(Path(folder))
            prepare(url, many)
            rate(url, workers, many)


def main(many: int = DEALS) -> None:
    print(f"Firing {many:,} timers that are due at once")
    print("  SQLite", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        _measure(SQLiteCopies(Path(folder)), many)
    print("  PostgreSQL", flush=True)
    with postgres_server() as address:
        _measure(PostgresCopies(address), many)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
