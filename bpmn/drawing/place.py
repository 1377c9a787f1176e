"""Rows: in each lane the path to win stands on one row, and what leaves it above or below, near where it leaves.

Items that follow each other in a lane are a thread, which stays on one row. Threads are put where they are nearest to
what they are joined to, then moved once more when all of it has its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpmn.drawing.parts import Budget, Item, Link, Scope
from bpmn.drawing.rank import Columns
from bpmn.drawing.spine import spine_of

_PASSES = 3
#: How much nearer to another lane a row is worth, beside being nearer to something in its own.
_TOWARDS = 0.5
#: Rows that a thread may be away from all that is there.
_BEYOND = 1


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What an item is joined to. ``hangs``: it wants to stand below it, on the same column."""

    item: str
    weight: float = 1.0
    hangs: bool = False
    from_event: bool = False


@dataclass(frozen=True)
class Rows:
    """Row of every item, counted from the row of the path to win; notes and data stand between two rows."""

    of: Mapping[str, float]
    #: The column of everything that has one, notes and data included.
    columns: Mapping[str, int]
    #: A note stands in the region of what it belongs to.
    regions: Mapping[str, int]
    spine: frozenset[str]


def placed(scope: Scope, columns: Columns, budget: Budget) -> Rows:
    work = _Placing(scope, columns, budget)
    for thread in work.spine_threads():
        work.put(thread, 0)
    threads = list(work.threads())
    for thread in threads:
        work.put(thread, work.best(thread))
    for _ in range(_PASSES):
        moves = [work.moved(thread) for thread in threads]
        if not any(moves):
            break
    work.put_notes()
    return Rows(work.row, work.column, work.region, work.spine)


class _Placing:
    def __init__(self, scope: Scope, columns: Columns, budget: Budget) -> None:
        self.scope, self.columns, self.budget = scope, columns, budget
        self.column: dict[str, int] = dict(columns.of)
        self.spine = spine_of(scope, columns)
        self.row: dict[str, float] = {}
        self.region = {item.id: item.region for item in scope.items.values()}
        #: By region and row, the columns that are taken, as bits.
        self.taken: dict[tuple[int, float], int] = {}
        self.extremes: dict[int, tuple[float, float]] = {}
        self.neighbours = self._neighbours()
        self.onward = self._onward()

    def _neighbours(self) -> dict[str, list[Neighbour]]:
        found: dict[str, list[Neighbour]] = {one: [] for one in self.column}
        for link in self.scope.links:
            source, target = link.source.item, link.target.item
            if link.part != "whole" or source not in found or target not in found or source == target:
                continue
            weight = {"flow": 1.0, "message": 0.2}.get(link.kind, 0.5)
            if link.key in self.columns.back:
                weight = 0.3
            hangs = link.kind == "flow" and self.column[source] == self.column[target]
            found[target].append(Neighbour(source, weight, hangs, link.from_event))
            found[source].append(Neighbour(target, weight))
        return found

    def _onward(self) -> dict[str, list[str]]:
        """The items that an item leads to on its own row, the best first: what has the longest way before it."""
        after: dict[str, list[Link]] = {}
        for link in self.scope.links:
            ends = link.source.item, link.target.item
            known = link.kind == "flow" and link.part == "whole" and all(one in self.column for one in ends)
            if known and self.column[ends[0]] < self.column[ends[1]] and not link.from_event:
                after.setdefault(ends[0], []).append(link)
        far: dict[str, int] = {}
        for one in sorted(self.column, key=lambda one: -self.column[one]):
            far[one] = 1 + max((far[link.target.item] for link in after.get(one, ())), default=0)
        items = self.scope.items
        return {
            one: sorted(
                (link.target.item for link in links if items[link.target.item].region == items[one].region),
                key=lambda other: (items[other].losing, -far[other]),
            )
            for one, links in after.items()
        }

    # Threads

    def spine_threads(self) -> Iterator[list[Item]]:
        by_region: dict[int, list[Item]] = {}
        for one in self.spine:
            by_region.setdefault(self.scope.items[one].region, []).append(self.scope.items[one])
        for held in by_region.values():
            thread: list[Item] = []
            for item in sorted(held, key=lambda item: (self.column[item.id], item.id)):
                # A path that leads back comes to one column twice: the second stands elsewhere.
                if not thread or self.column[item.id] > self.column[thread[-1].id]:
                    thread.append(item)
            yield thread

    def threads(self) -> Iterator[list[Item]]:
        order = {one: number for number, one in enumerate(self.scope.items)}
        seen = set(self.row)
        for one in sorted(self.column, key=lambda one: (self.column[one], order[one])):
            if one in seen:
                continue
            thread = [self.scope.items[one]]
            seen.add(one)
            while True:
                following = next((two for two in self.onward.get(thread[-1].id, ()) if two not in seen), None)
                if following is None or not self._follows(thread[-1].id, following):
                    break
                thread.append(self.scope.items[following])
                seen.add(following)
            yield thread

    def _follows(self, one: str, other: str) -> bool:
        """Whether the second has no better neighbour before it: of several, the nearest draws it along."""
        nearest = max(
            (self.column[near.item] for near in self.neighbours[other] if self.column[near.item] < self.column[other]),
            default=-1,
        )
        return self.column[one] >= nearest - 1

    # Rows

    def put(self, thread: list[Item], row: float) -> None:
        region = thread[0].region
        for item in thread:
            self.row[item.id] = row
        for place, bits in self._bits(thread, row):
            self.taken[region, place] = self.taken.get((region, place), 0) | bits
            low, high = self.extremes.get(region, (place, place))
            self.extremes[region] = min(low, place), max(high, place)

    def _lift(self, thread: list[Item]) -> None:
        for place, bits in self._bits(thread, self.row[thread[0].id]):
            self.taken[thread[0].region, place] &= ~bits

    def _bits(self, thread: list[Item], row: float) -> Iterator[tuple[float, int]]:
        """The columns that a thread takes, its straight pieces included, and the rows beside an open sub-process."""
        first, last = self.column[thread[0].id], self.column[thread[-1].id] + thread[-1].columns - 1
        # On the row of the path to win, what lies between two items in another lane stays free.
        run = thread[0].id not in self.spine
        whole = (1 << last + 1) - (1 << first)
        yield row, whole if run else self._spine_bits(thread)
        for item in thread:
            for beside in range(-item.rows[0], item.rows[1] + 1):
                if beside:
                    yield row + beside, ((1 << item.columns) - 1) << self.column[item.id]

    def _spine_bits(self, thread: list[Item]) -> int:
        bits = 0
        for item, following in zip(thread, [*thread[1:], None], strict=True):
            last = self.column[item.id] + item.columns - 1
            if following is not None and following.id in self.onward.get(item.id, ()):
                last = self.column[following.id]
            bits |= (1 << last + 1) - (1 << self.column[item.id])
        return bits

    def best(self, thread: list[Item]) -> float:
        region = thread[0].region
        low, high = self.extremes.get(region, (0, -1))
        rows = range(int(low) - _BEYOND, int(high) + _BEYOND + 1) if high >= low else range(1)
        free = [row for row in rows if self._is_free(thread, row)]
        self.budget.spend(4 * len(rows) * (1 + len(thread)))
        if not free:
            return high + 1 + max(item.rows[0] for item in thread)
        return min(free, key=lambda row: (self._cost(thread, row), abs(row), row < 0))

    def _is_free(self, thread: list[Item], row: float) -> bool:
        region = thread[0].region
        return not any(self.taken.get((region, place), 0) & bits for place, bits in self._bits(thread, row))

    def _cost(self, thread: list[Item], row: float) -> float:
        region = thread[0].region
        low, high = self.extremes.get(region, (0, 0))
        cost = 0.0 if low <= row <= high else 0.8
        # Losing, and all else being equal anything, stands below the path to win.
        cost += (0.6 if thread[0].losing else 0.1) * (row < 0)
        own = {item.id for item in thread}
        for item in thread:
            near = self.neighbours[item.id]
            self.budget.spend(len(near))
            for other in near:
                if other.item not in self.row or other.item in own:
                    continue
                there, apart = self.scope.items[other.item].region, row - self.row[other.item]
                if there < region:
                    cost += _TOWARDS * other.weight * (row - low)
                elif there > region:
                    cost += _TOWARDS * other.weight * (high - row)
                elif other.from_event or (other.hangs and item.is_end):
                    cost += self._hanging(item, other, row)
                else:
                    cost += other.weight * abs(apart)
        return cost

    def _hanging(self, item: Item, host: Neighbour, row: float) -> float:
        """Straight below is best; above will do for what a choice leads to, but not for what an event does."""
        rows, there = self.scope.items[host.item].rows, self.row[host.item]
        beside = row - there - rows[1] if row > there else there - rows[0] - row
        cost = 2 * abs(beside - 1) + (0 if row > there else 6 if host.from_event else 0.6)
        if host.hangs:
            low, high = (there + rows[1] + 1, row) if row > there else (row + 1, there - rows[0])
            column = 1 << self.column[item.id]
            between = range(int(low), int(high))
            cost += 5 * any(self.taken.get((item.region, place), 0) & column for place in between)
        return cost

    def moved(self, thread: list[Item]) -> bool:
        before = self.row[thread[0].id]
        self._lift(thread)
        better = self.best(thread)
        if better != before and self._cost(thread, better) > self._cost(thread, before) - 0.01:
            better = before
        self.put(thread, better)
        return better != before

    # Notes and data

    def put_notes(self) -> None:
        for item in self.scope.items.values():
            if item.kind not in ("note", "data", "group"):
                continue
            anchors = [one for one in self.scope.anchors.get(item.id, ()) if one in self.row]
            if anchors:
                self._put_note(item, anchors)
            elif not self.scope.anchors.get(item.id):
                self._put_aside(item)

    def _put_note(self, item: Item, anchors: list[str]) -> None:
        """Above the item that it belongs to, or below where that stands low; data between two, half way."""
        first = min(anchors, key=lambda one: self.column[one])
        host = self.scope.items[first]
        columns = [self.column[one] for one in anchors if self.scope.items[one].region == host.region]
        middle = (min(columns) + max(columns)) // 2
        above = self.row[first] - host.rows[0] - 0.5
        below = self.row[first] + host.rows[1] + 0.5
        sides = (below, above) if self.row[first] > 0 else (above, below)
        nearest = sorted(range(self.columns.count), key=lambda column: (abs(column - middle), column < middle))
        tries = [(side, column) for column in nearest[:4] for side in sides]
        tries += [(side, column) for column in nearest[4:] for side in sides]
        for row, column in tries:
            if not self.taken.get((host.region, row), 0) & 1 << column:
                self._settle(item, host.region, row, column)
                return
        self._put_aside(item)

    def _put_aside(self, item: Item) -> None:
        """What belongs to nothing, on a row of its own at the foot."""
        region = item.region
        row = self.extremes.get(region, (0, 0))[1] + 0.5
        row = row if row % 1 else row + 0.5
        column = 0
        while self.taken.get((region, row), 0) & 1 << column:
            column += 1
        self._settle(item, region, row, column)

    def _settle(self, item: Item, region: int, row: float, column: int) -> None:
        self.row[item.id], self.column[item.id], self.region[item.id] = row, column, region
        self.taken[region, row] = self.taken.get((region, row), 0) | 1 << column
