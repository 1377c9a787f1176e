"""Many deals out of a few, in seconds: every row that belongs to a deal, again and again under other numbers.

A copy's tasks have the names that those of its deal have, so it goes on as its deal would.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


def multiply(path: Path, times: int) -> None:
    """Each deal so many times: every row that belongs to a deal, in one transaction."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    database.execute("CREATE TEMP TABLE copies (further INTEGER)")
    [last] = database.execute("SELECT max(id) FROM deals").fetchone()
    database.executemany("INSERT INTO copies VALUES (?)", [(copy * last,) for copy in range(1, times)])
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for table in names:
        columns = {row[1]: row[2] for row in database.execute(f"PRAGMA table_info({table})")}
        if table == "deals" or "deal_id" in columns:
            _copy(database, table, columns)
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _copy(database: sqlite3.Connection, table: str, columns: dict[str, str]) -> None:
    """``columns``: name to its type."""
    deal = "id" if table == "deals" else "deal_id"
    taken = {name: f'"{name}"' for name in columns} | {deal: f"{deal} + further"}
    if table != "deals" and "id" in columns:
        # What counts by itself does so again; any other id is sixteen bytes of chance.
        taken["id"] = "NULL" if columns["id"] == "INTEGER" else "randomblob(16)"
    into = ", ".join(f'"{name}"' for name in taken)
    database.execute(f"INSERT INTO {table} ({into}) SELECT {', '.join(taken.values())} FROM copies, {table}")
