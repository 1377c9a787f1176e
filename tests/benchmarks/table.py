"""The one table of all benchmarks: what was measured, what was wanted, and whether it was met."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """``met`` is None where nothing is asked but that it be reported."""

    what: str
    measured: str
    target: str = "reported"
    met: bool | None = None


def at_least(what: str, figure: float, least: float, unit: str, details: str = "") -> Line:
    return Line(what, _measured(figure, unit, details), f">= {_figure(least, unit)}", figure >= least)


def at_most(what: str, figure: float, most: float, unit: str, details: str = "") -> Line:
    return Line(what, _measured(figure, unit, details), f"<= {_figure(most, unit)}", figure <= most)


def _measured(figure: float, unit: str, details: str) -> str:
    return _figure(figure, unit) + (f" ({details})" if details else "")


def _figure(figure: float, unit: str) -> str:
    """``x`` is times, ``%`` a share of one; any other unit goes after the figure."""
    match unit:
        case "x":
            return f"{figure:.2f}x"
        case "%":
            return f"{figure * 100:.0f} %"
    return f"{figure:.1f} {unit}"


def timed(act: Callable[..., object], *given: object) -> float:
    """Seconds."""
    begun = time.perf_counter()
    act(*given)
    return time.perf_counter() - begun


def p50(seconds: Iterable[float]) -> float:
    return statistics.median(seconds)


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"


def show(lines: Sequence[Line]) -> None:
    words = {None: "", True: "met", False: "NOT MET"}
    rows = [(line.what, line.measured, line.target, words[line.met]) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, (*widths, 0), strict=True)).rstrip(), flush=True)
