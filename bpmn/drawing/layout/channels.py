"""Tracks: between two columns (or rows), each line gets one of its own, in the order with the fewest crossings.

The method is the one of channel routing. A line that leaves to the right at a height at which another comes in from the
left must lie right of it, or both would lie on each other; that order is law, the rest is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from bpmn.drawing.layout.parts import Budget
from bpmn.drawing.layout.runs import Route, Run

#: A run of a route: the link's key, and which piece of it.
RunKey = tuple[str, str, int]
Piece = tuple[RunKey, Run]
#: Where on a line another piece is met exactly, from the place on the lattice.
Exact = Callable[[RunKey, int], float]


@dataclass(frozen=True, slots=True)
class Trunk:
    """Pieces that lie on one track: one line, or several that lead to one place."""

    keys: tuple[RunKey, ...]
    low: float
    high: float
    #: Where lines come in from the side with the smaller numbers, and from the other.
    before: tuple[float, ...]
    after: tuple[float, ...]


@dataclass(frozen=True)
class Tracks:
    """The track of every piece between rows or columns, and how many tracks there are in each gap."""

    of: Mapping[RunKey, int]
    counts: Mapping[tuple[bool, int], int]


def tracks_of(routes: Iterable[Route], budget: Budget) -> Tracks:
    """First between columns; then between rows, knowing exactly where each line comes down."""
    pieces: dict[tuple[bool, int], list[Piece]] = {}
    exact: dict[tuple[bool, RunKey], float] = {}
    for route in routes:
        for number, run in enumerate(route.runs):
            key = (*route.link.key, number)
            if run.line % 2:
                exact[run.level, key] = run.line + run.offset / 4000
            else:
                pieces.setdefault((run.level, run.line), []).append((key, run))
    found: dict[RunKey, int] = {}
    counts: dict[tuple[bool, int], int] = {}
    # The gaps between columns come again at the end: by then it is known at which height each line turns.
    for level in (False, True, False):
        for gap, held in sorted(pieces.items()):
            if gap[0] != level:
                continue
            order = _ordered(held, partial(_exact, exact, not level), budget)
            counts[gap] = 1 + max(order.values(), default=-1)
            for key, track in order.items():
                found[key] = track
                exact[level, key] = gap[1] - 0.4 + 0.8 * (track + 1) / (counts[gap] + 1)
    return Tracks(found, counts)


def _exact(known: Mapping[tuple[bool, RunKey], float], level: bool, key: RunKey, place: int) -> float:
    return known.get((level, key), float(place))


def _ordered(held: list[Piece], exact: Exact, budget: Budget) -> dict[RunKey, int]:
    trunks = _trunks(held, exact)
    budget.spend(4 * len(trunks) ** 2)
    order = _by_crossings(trunks)
    track: dict[int, int] = {}
    for place, number in enumerate(order):
        below = [track[other] for other in order[:place] if _meet(trunks[other], trunks[number])]
        track[number] = 1 + max(below, default=-1)
    return {key: track[number] for number in order for key in trunks[number].keys}


def _trunks(held: list[Piece], exact: Exact) -> list[Trunk]:
    """Pieces of one group that overlap are one trunk."""
    groups: dict[tuple[str, ...], list[Piece]] = {}
    for key, run in held:
        groups.setdefault(run.group, []).append((key, run))
    found = []
    for pieces in groups.values():
        pieces.sort(key=lambda piece: piece[1].low)
        together: list[Piece] = []
        high = 0
        for key, run in pieces:
            if together and run.low > high:
                found.append(_trunk(together, exact))
                together = []
            high = max(high, run.high) if together else run.high
            together.append((key, run))
        found.append(_trunk(together, exact))
    return sorted(found, key=lambda trunk: (trunk.low, trunk.high, trunk.keys))


def _trunk(pieces: list[Piece], exact: Exact) -> Trunk:
    before: set[float] = set()
    after: set[float] = set()
    ends: list[float] = []
    for (id_, part, _), run in pieces:
        for other, place, far in run.joints:
            # The piece that it goes on to says where exactly.
            at = exact((id_, part, other), place)
            (before if far else after).add(at)
            ends.append(at)
        if len(run.joints) < 2:
            met = {place for _, place, _ in run.joints}
            ends += [float(place) for place in (run.low, run.high) if place not in met]
    keys = tuple(key for key, _ in pieces)
    return Trunk(keys, min(ends), max(ends), tuple(sorted(before)), tuple(sorted(after)))


def _meet(one: Trunk, other: Trunk) -> bool:
    return one.low <= other.high and other.low <= one.high


def _by_crossings(trunks: list[Trunk]) -> list[int]:
    """Takes, again and again, the trunk that loses least by coming first."""
    count = len(trunks)
    must: list[set[int]] = [set() for _ in trunks]
    gain = [[0] * count for _ in trunks]
    for one in range(count):
        for other in range(one + 1, count):
            a, b = trunks[one], trunks[other]
            if not _meet(a, b):
                continue
            if set(a.after) & set(b.before):
                must[one].add(other)
            if set(b.after) & set(a.before):
                must[other].add(one)
            difference = _crossings(b, a) - _crossings(a, b)
            gain[one][other], gain[other][one] = difference, -difference
    order: list[int] = []
    left = dict.fromkeys(range(count))
    score = [sum(row) for row in gain]
    while left:
        # A circle of demands, which gaps that became one can have, is broken anywhere.
        free = [one for one in left if not must[one]] or list(left)
        best = max(free, key=lambda one: (score[one], -one))
        del left[best]
        order.append(best)
        for other in left:
            score[other] -= gain[other][best]
            must[other].discard(best)
    return order


def _crossings(first: Trunk, second: Trunk) -> int:
    """How often two trunks cross when the first lies on the smaller track."""
    return sum(second.low < place < second.high for place in first.after) + sum(
        first.low < place < first.high for place in second.before
    )


__all__ = ["RunKey", "Tracks", "tracks_of"]
