"""Many deals out of a few, in seconds: every row that belongs to a deal, again and again under new ids.

A copy's state still holds the ids of the one that it was made from, so it can be read and counted, and take no step.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


def multiply(path: Path, times: int) -> None:
    """Each deal so many times: every row that belongs to a deal, under new ids, in one transaction."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    database.execute("CREATE TEMP TABLE copies (prefix TEXT)")
    # An odd factor, so that each copy has its own beginning of ids, anywhere between the first and the last.
    database.executemany(
        "INSERT INTO copies VALUES (?)", [(f"{number * 2654435761 % 2**32:08x}",) for number in range(1, times)]
    )
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for table in names:
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        if table == "deals" or "deal_id" in columns:
            _copy(database, table, columns)
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _copy(database: sqlite3.Connection, table: str, columns: list[str]) -> None:
    numbers = {row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[2] == "INTEGER" and row[5]}
    kept = [name for name in columns if name not in numbers]
    ids = {"id", "deal_id", "task_id"}
    taken = [
        f"CASE \"{name}\" WHEN '' THEN '' ELSE prefix || substr(\"{name}\", 9) END" if name in ids else f'"{name}"'
        for name in kept
    ]
    into = ", ".join(f'"{name}"' for name in kept)
    database.execute(f"INSERT INTO {table} ({into}) SELECT {', '.join(taken)} FROM copies, {table}")
