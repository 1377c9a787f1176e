"""Milliseconds to move a deal to another version, over 1,000 deals at random places; none is stuck, none is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.table import Line, at_most, ms
from tests.builders import company, found
from tests.engine.many_moved import many_moved

DEALS = 1_000


def run() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'parcours.db'}"
        found(url)
        west = company(url)
        told = many_moved(west.engine, west.ben, west.dee, DEALS, seed=7)
        west.engine.close()
    results = f"{told.moved} moved, {told.brought_back} of them brought back; {told.stayed} could not and stayed"
    yield Line(f"moving {DEALS:,} deals to another version, each", f"{ms(told.seconds_moving / DEALS)} ({results})")
    yield at_most("of those, stuck or lost afterwards", DEALS - told.ended, 0, "deals")
