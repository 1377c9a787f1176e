"""python -m tests.benchmarks [NAME ...]: every benchmark, or those named, as one table."""

from __future__ import annotations

import importlib
import sys
import time

from tests.benchmarks.table import Line, show

NAMES = (
    "completions",
    "pages",
    "stored_bytes",
    "many_deals",
    "rework",
    "memory",
    "timers",
    "moving",
    "inbox",
    "drawing",
    "editor",
)


def main(asked: list[str]) -> None:
    if unknown := set(asked) - set(NAMES):
        raise SystemExit(f"No benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    lines: list[Line] = []
    for name in asked or NAMES:
        begun = time.perf_counter()
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        lines += importlib.import_module(f"tests.benchmarks.{name}").run()
        print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    show(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
