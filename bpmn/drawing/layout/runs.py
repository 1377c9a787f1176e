"""What runs where on the lattice: the straight pieces of all lines, and which of them may not pass which."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpmn.drawing.layout.grid import Lattice
from bpmn.drawing.layout.parts import LEFT, RIGHT, Budget, Link

#: Lattice point: upright line, level line.
Spot = tuple[int, int]
#: Two lines on one column closer than this would touch.
APART = 10.0


@dataclass(frozen=True, slots=True)
class Port:
    """A side of an item, and how far along it from the middle."""

    side: str
    offset: float = 0.0

    @property
    def level(self) -> bool:
        return self.side in (LEFT, RIGHT)


@dataclass(frozen=True, slots=True)
class Run:
    """One straight piece of a route. ``level``: on a level line, from left to right; else upright, downwards.

    ``joints``: the pieces that it goes on to, each with its place on this line, and whether that piece lies to the left
    of an upright line (above a level one). ``group``: lines of one group may lie on each other, since they lead to the
    same place.
    """

    level: bool
    line: int
    low: int
    high: int
    joints: tuple[tuple[int, int, bool], ...]
    group: tuple[str, ...]
    offset: float = 0.0
    #: The item that it leaves, where it is the first piece; the group that it belongs to, where it is the last.
    leaves: str = ""
    enters: bool = False
    #: Where it goes on to the left of an upright line (above a level one), and to its right (below).
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Route:
    link: Link
    spots: tuple[Spot, ...]
    out: Port
    into: Port
    runs: tuple[Run, ...]


def runs_of(link: Link, spots: tuple[Spot, ...], out: Port, into: Port) -> tuple[Run, ...]:
    """The pieces of a route. Lines into one side of an item form a group; messages keep to themselves."""
    merges = link.kind == "flow" and link.target.item
    group: tuple[str, ...] = (link.target.item, into.side, str(into.offset)) if merges else link.key
    found = []
    pieces = list(itertools.pairwise(spots))
    lines = [(y0 == y1, y0 if y0 == y1 else x0) for (x0, y0), (_, y1) in pieces]
    for number, ((x0, y0), (x1, y1)) in enumerate(pieces):
        level, line = lines[number]
        start, end = (x0, x1) if level else (y0, y1)
        joints = []
        for place, other in ((start, number - 1), (end, number + 1)):
            if 0 <= other < len(pieces):
                (ax, ay), (bx, by) = pieces[other]
                far = min(ay, by) < line if level else min(ax, bx) < line
                joints.append((other, place, far))
        first, last = number == 0, number == len(pieces) - 1
        offset = 0.0 if level else out.offset if first else into.offset if last else 0.0
        # Two pieces of one route between the same two columns are not one trunk.
        own = (level, line) in lines[number + 1 :]
        found.append(
            Run(
                level,
                line,
                min(start, end),
                max(start, end),
                tuple(joints),
                (*link.key, "own") if own else group,
                offset,
                f"{link.source.item} {out.side}" if first else "",
                last and bool(merges),
                tuple(place for _, place, far in joints if far),
                tuple(place for _, place, far in joints if not far),
            )
        )
    return tuple(found)


class Gap:
    """What comes into a gap from its one side and from its other, by place and by group."""

    def __init__(self) -> None:
        self.groups: tuple[dict[int, set[tuple[str, ...]]], ...] = ({}, {})
        self.places: tuple[dict[tuple[str, ...], set[int]], ...] = ({}, {})
        #: The pieces that come from one side and go on to the other.
        self.through: list[Run] = []

    def add(self, run: Run) -> None:
        if run.before and run.after:
            self.through.append(run)
        for side, places in enumerate((run.before, run.after)):
            for place in places:
                self.groups[side].setdefault(place, set()).add(run.group)
                self.places[side].setdefault(run.group, set()).add(place)


class Traffic:
    """Everything that runs on a lattice so far."""

    def __init__(self, lattice: Lattice, budget: Budget) -> None:
        self.budget = budget
        self.lattice = lattice
        #: For each level line, the upright lines where something stands in the way, as bits; and the other way round.
        self.shut_level: dict[int, int] = {}
        self.shut_upright: dict[int, int] = {}
        self.runs: dict[tuple[bool, int], list[Run]] = {}
        self.gaps: dict[tuple[bool, int], Gap] = {}
        #: The sides that lines leave, and the places on them that lines meet; whether another may join there.
        self.left: set[str] = set()
        self.met: dict[tuple[str, str], set[tuple[float, bool]]] = {}
        width = (1 << 2 * lattice.columns + 1) - 1
        for number, row in enumerate(lattice.rows):
            if row.kind != "row":
                self.shut_level[2 * number + 1] = width
        for cell in lattice.cells.values():
            if cell.left % 2:
                self._shut(cell.left, cell.right, cell.top, cell.bottom)
        for cell in lattice.cells.values():
            if not cell.left % 2:
                # Across a closed pool, lines pass between the columns only.
                for x in range(1, cell.right, 2):
                    self._shut(x, x, cell.top, cell.bottom)

    def _shut(self, left: int, right: int, top: int, bottom: int) -> None:
        across, down = _bits(left, right), _bits(top, bottom)
        for y in range(top, bottom + 1):
            self.shut_level[y] = self.shut_level.get(y, 0) | across
        for x in range(left, right + 1):
            self.shut_upright[x] = self.shut_upright.get(x, 0) | down

    def add(self, route: Route) -> None:
        self.left.add(f"{route.link.source.item} {route.out.side}")
        for item, port, joins in (
            (route.link.source.item, route.out, False),
            (route.link.target.item, route.into, route.link.kind == "flow"),
        ):
            self.met.setdefault((item, port.side), set()).add((port.offset, joins))
        for run in route.runs:
            self.runs.setdefault((run.level, run.line), []).append(run)
            if not run.line % 2:
                self.gaps.setdefault((run.level, run.line), Gap()).add(run)

    def is_open(self, level: bool, line: int, low: int, high: int) -> bool:
        """Whether nothing stands on the line from ``low`` to ``high``."""
        shut = (self.shut_level if level else self.shut_upright).get(line, 0)
        return low > high or not shut & _bits(low, high)

    def fits(self, run: Run) -> bool:
        """Whether a piece has its place to itself: where it must, on a row or column, and where stubs would touch."""
        if not run.line % 2:
            return not self._knots(run)
        others = self.runs.get((run.level, run.line), ())
        self.budget.spend(1 + len(others))
        for other in others:
            if other.low >= run.high or run.low >= other.high:
                continue
            if abs(other.offset - run.offset) >= APART:
                continue
            together = bool(run.leaves) and run.leaves == other.leaves
            if not together and not (run.enters and other.enters and run.group == other.group):
                return False
        return True

    def _knots(self, run: Run) -> bool:
        """Whether the tracks between two columns could not be put in any order any more.

        Where one line leaves to the right at a height at which another comes in from the left, the second must lie
        further left. A circle of such demands cannot be met.
        """
        gap = self.gaps.get((run.level, run.line))
        if gap is None:
            return False
        # Pieces of one group may become one track.
        before = gap.places[0].get(run.group, set()) | set(run.before)
        after = gap.places[1].get(run.group, set()) | set(run.after)
        goal = {group for place in after for group in gap.groups[0].get(place, ())} - {run.group}
        waiting = [group for place in before for group in gap.groups[1].get(place, ()) if group != run.group]
        if not goal or not waiting:
            return False
        reached = set(waiting)
        while waiting and not reached & goal:
            here = waiting.pop()
            for place in gap.places[0].get(here, ()):
                for group in gap.groups[1].get(place, set()) - reached - {here}:
                    reached.add(group)
                    waiting.append(group)
            self.budget.spend(4)
        return bool(reached & goal)

    def crossings(self, run: Run) -> int:
        """How many lines a piece crosses, or must cross wherever in its gap it lies."""
        count = 0
        gap = self.gaps.get((run.level, run.line))
        if gap:
            around = self.runs[run.level, run.line] if run.before and run.after else []
            self.budget.spend(len(around) + len(gap.through))
            # A line that goes from one side of a gap to the other crosses all that run along it for longer.
            count += sum(one.low < run.low and run.high < one.high and one.group != run.group for one in around)
            count += sum(run.low < one.low and one.high < run.high and one.group != run.group for one in gap.through)
        for line in range(run.low + 1, run.high):
            others = self.runs.get((not run.level, line), ())
            self.budget.spend(1 + len(others))
            for other in others:
                if other.low < run.line < other.high and other.group != run.group:
                    count += 1
        return count

    def used(self, item: str, side: str) -> bool:
        """Whether something leaves an item on this side."""
        return f"{item} {side}" in self.left

    def taken(self, item: str, side: str, offset: float, entering: bool) -> bool:
        """Whether a place on the upper or lower side has a line already that cannot be joined."""
        for place, joins in self.met.get((item, side), ()):
            if abs(place - offset) < APART and not (entering and joins):
                return True
        return False

    def all(self) -> Iterator[Run]:
        return itertools.chain.from_iterable(self.runs.values())


def _bits(low: int, high: int) -> int:
    low = max(low, 0)
    return (1 << high + 1) - (1 << low)


def crossed(runs: Iterable[Run], left: int, right: int, top: int, bottom: int) -> bool:
    """Whether any piece passes through these cells, or between them."""
    for run in runs:
        if run.level:
            inside = top <= run.line <= bottom and run.low <= right and run.high >= left
        else:
            inside = left <= run.line <= right and run.low <= bottom and run.high >= top
        if inside:
            return True
    return False


__all__ = ["APART", "Port", "Route", "Run", "Spot", "Traffic", "crossed", "runs_of"]
