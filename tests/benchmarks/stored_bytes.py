"""Bytes in the database for each finished deal, its history included, beside naive SpiffWorkflow's JSON alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.sales import Naive, Ours, in_one_transaction
from tests.benchmarks.table import Line, at_most

DEALS = 200


def run() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        engine, loop = Ours(f"sqlite:///{folder}/parcours.db"), Naive(Path(folder) / "naive.db")
        with engine.engine.database.write() as connection:
            before = _used(connection.exec_driver_sql)
        with in_one_transaction(engine.engine):
            engine.drive(DEALS)
        with engine.engine.database.read() as connection:
            ours = (_used(connection.exec_driver_sql) - before) / DEALS
        loop.drive(DEALS // 4)
        naive = _used(loop.database.execute) / (DEALS // 4)
        engine.close()
        loop.close()
    yield at_most("bytes a finished deal, beside naive", ours / naive, 0.2, "%", f"{ours:,.0f} beside {naive:,.0f}")


def _used(execute: Callable[[str], Any]) -> int:
    """Bytes of the pages that hold something."""

    def told(name: str) -> int:
        return int(execute(f"PRAGMA {name}").fetchone()[0])

    return (told("page_count") - told("freelist_count")) * told("page_size")
