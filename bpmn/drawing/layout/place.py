"""Rows: in each lane the path to win stands on one row, and what leaves it above or below, near where it leaves.

Threads are put where they are nearest to what they are joined to, and moved once more when all of it has its place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpmn.drawing.layout.parts import Budget, Item, Scope
from bpmn.drawing.layout.rank import Columns
from bpmn.drawing.layout.spine import spine_of
from bpmn.drawing.layout.threads import Neighbour, Thread, neighbours_of, onward_of, spine_threads, threads_of

_PASSES = 3
#: What a row is worth: a new one costs, and so does one above the path to win, more so for what is lost.
_NEW_ROW, _ABOVE, _LOST_ABOVE = 0.8, 0.1, 0.6
#: How much nearer to another lane a row is worth, beside being nearer to something in its own.
_TOWARDS = 0.5
#: What hangs below an item: how far away, above instead of below (worse for a boundary event), behind something else.
_APART, _EVENT_ABOVE, _CHOICE_ABOVE, _BEHIND = 2.0, 12.0, 0.6, 5.0


@dataclass(frozen=True)
class Rows:
    """Row of every item, counted from the row of the path to win; a row put in between two others is a half one."""

    of: Mapping[str, float]
    #: The column of everything that has one, notes and data included.
    columns: Mapping[str, int]
    #: A note stands in the region of what it belongs to.
    regions: Mapping[str, int]
    spine: frozenset[str]


def placed(scope: Scope, columns: Columns, budget: Budget) -> Rows:
    work = Placing(scope, columns, budget)
    for thread in spine_threads(scope, columns, work.spine):
        work.put(thread, 0)
    threads = list(threads_of(scope, columns, work.neighbours, work.onward, set(work.row)))
    for thread in threads:
        work.put(thread, work.best(thread))
    for _ in range(_PASSES):
        moves = [work.moved(thread) for thread in threads]
        if not any(moves):
            break
    regions = {item.id: item.region for item in scope.items.values()}
    return Rows(work.row, dict(columns.of), regions, work.spine)


class Placing:
    def __init__(self, scope: Scope, columns: Columns, budget: Budget) -> None:
        self.scope, self.budget = scope, budget
        self.column = columns.of
        self.spine = spine_of(scope, columns)
        self.neighbours, self.onward = neighbours_of(scope, columns), onward_of(scope, columns)
        self.row: dict[str, float] = {}
        #: By region and row, the columns that are taken, as bits; and those where an item stands.
        self.taken: dict[tuple[int, float], int] = {}
        self.stood: dict[tuple[int, float], int] = {}
        #: The first and last row of each region.
        self.ends: dict[int, tuple[float, float]] = {}

    def put(self, thread: Thread, row: float) -> None:
        region = thread[0].region
        for item in thread:
            self.row[item.id] = row
        for place, bits, stood in self._bits(thread, row):
            self.taken[region, place] = self.taken.get((region, place), 0) | bits
            self.stood[region, place] = self.stood.get((region, place), 0) | stood
            low, high = self.ends.get(region, (place, place))
            self.ends[region] = min(low, place), max(high, place)

    def _lift(self, thread: Thread) -> None:
        for place, bits, stood in self._bits(thread, self.row[thread[0].id]):
            self.taken[thread[0].region, place] &= ~bits
            self.stood[thread[0].region, place] &= ~stood

    def _bits(self, thread: Thread, row: float) -> Iterator[tuple[float, int, int]]:
        """The columns that a thread takes on each row, its straight pieces included, and those where items stand."""
        spine = thread[0].id in self.spine
        taken = stood = 0
        for item, following in zip(thread, [*thread[1:], None], strict=True):
            first = self.column[item.id]
            last = first + item.columns - 1
            stood |= (1 << last + 1) - (1 << first)
            # On the row of the path to win, what lies between two items that others lie between stays free.
            if following is not None and (not spine or following.id in self.onward.get(item.id, ())):
                last = self.column[following.id]
            taken |= (1 << last + 1) - (1 << first)
        yield row, taken, stood
        for item in thread:
            across = ((1 << item.columns) - 1) << self.column[item.id]
            for half in range(-2 * item.rows[0], 2 * item.rows[1] + 1):
                if half:
                    yield row + half / 2, across, across

    def best(self, thread: Thread) -> float:
        region = thread[0].region
        if region not in self.ends:
            return 0
        low, high = self.ends[region]
        rows: list[float] = [float(row) for row in range(math.floor(low) - 1, math.ceil(high) + 2)]
        rows += self._between(thread)
        self.budget.spend(4 * len(rows) * (1 + len(thread)))
        free = [row for row in rows if self._is_free(thread, row)]
        if not free:
            return math.ceil(high) + 1 + max(item.rows[0] for item in thread)
        return min(free, key=lambda row: (self._cost(thread, row), abs(row), row < 0))

    def _between(self, thread: Thread) -> Iterator[float]:
        """A row put in right below what it hangs from."""
        for near in self.neighbours[thread[0].id]:
            if near.hangs and near.item in self.row:
                yield self.row[near.item] + self.scope.items[near.item].rows[1] + 0.5

    def _is_free(self, thread: Thread, row: float) -> bool:
        region = thread[0].region
        return not any(self.taken.get((region, place), 0) & bits for place, bits, _ in self._bits(thread, row))

    def _cost(self, thread: Thread, row: float) -> float:
        region = thread[0].region
        low, high = self.ends.get(region, (0, 0))
        cost = 0.0 if low <= row <= high and (row % 1 == 0 or self.taken.get((region, row))) else _NEW_ROW
        cost += (_LOST_ABOVE if thread[0].losing else _ABOVE) * (row < 0)
        own = {item.id for item in thread}
        for item in thread:
            near = self.neighbours[item.id]
            self.budget.spend(len(near))
            for other in near:
                if other.item not in self.row or other.item in own:
                    continue
                there = self.scope.items[other.item].region
                if there < region:
                    cost += _TOWARDS * other.weight * (row - low)
                elif there > region:
                    cost += _TOWARDS * other.weight * (high - row)
                elif other.from_event or (other.hangs and item.is_end):
                    cost += self._hanging(item, other, row)
                else:
                    cost += other.weight * abs(row - self.row[other.item])
        return cost

    def _hanging(self, item: Item, host: Neighbour, row: float) -> float:
        """Straight below is best; above will do for what a choice leads to, hardly for what an event does."""
        (up, low), there = self.scope.items[host.item].rows, self.row[host.item]
        below = row > there
        apart = row - there - low if below else there - up - row
        cost = _APART * max(apart - 1, 0) + (0 if below else _EVENT_ABOVE if host.from_event else _CHOICE_ABOVE)
        if host.hangs:
            first, last = (there + low, row) if below else (row, there - up)
            column = 1 << self.column[item.id]
            between = (half / 2 for half in range(int(2 * first) + 1, int(2 * last)))
            cost += _BEHIND * any(self.stood.get((item.region, place), 0) & column for place in between)
        return cost

    def moved(self, thread: Thread) -> bool:
        before = self.row[thread[0].id]
        self._lift(thread)
        better = self.best(thread)
        if better != before and self._cost(thread, better) > self._cost(thread, before) - 0.01:
            better = before
        self.put(thread, better)
        return better != before


__all__ = ["Rows", "placed"]
