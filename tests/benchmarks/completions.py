"""Durable task completions: through the engine, in a naive loop of SpiffWorkflow, and a commit of as many bytes.

SQLite with synchronous=FULL: load, complete, save, commit. The engine also checks who may, the form, the stage's
checklist, and keeps history, open tasks and lessons; the naive loop stores SpiffWorkflow's own JSON and nothing else.

A loop of nothing but commits finds all that it needs in the processor's caches. The same commit taken in turn with a
completion does not, as the engine's own does not: it is told as well.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.sales import PATH, Bare, Naive, Ours
from tests.benchmarks.table import Line, at_least, p50, timed

ROUNDS, DEALS = 12, 4


def run() -> Iterator[Line]:
    ours: list[float] = []
    naive: list[float] = []
    bare: list[float] = []
    in_turn: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        engine, loop = Ours(f"sqlite:///{folder}/parcours.db"), Naive(Path(folder) / "naive.db")
        engine.drive(DEALS)
        commits = Bare(Path(folder) / "bare.db", engine.bytes_a_completion())
        for _ in range(ROUNDS):
            ours += engine.drive(DEALS)
            naive += loop.drive(DEALS)
            bare += [timed(commits.commit) for _ in range(DEALS * len(PATH))]
            engine.drive(DEALS, after=lambda: in_turn.append(timed(commits.commit)))
        for each in (engine, loop, commits):
            each.close()
    speeds = [1 / p50(seconds) for seconds in (ours, naive, bare, in_turn)]
    per_second = "{:.0f} a second beside {:.0f}".format
    yield at_least("completions, beside naive", speeds[0] / speeds[1], 4, "x", per_second(speeds[0], speeds[1]))
    yield at_least(
        "completions, beside a bare commit",
        speeds[0] / speeds[2],
        0.3,
        "%",
        f"{per_second(speeds[0], speeds[2])} of {commits.size:,} bytes",
    )
    yield Line("such a commit in turn with completions", per_second(speeds[0], speeds[3]))
