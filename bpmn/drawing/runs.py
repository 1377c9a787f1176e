"""What runs where on the lattice: the straight pieces of all lines, and which of them may not pass which."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpmn.drawing.grid import Lattice
from bpmn.drawing.parts import LEFT, RIGHT, TOP, Budget, Link

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

    ``joints``: the pieces that it goes on to, each with its place on this line, and whether that piece lies to the left of
    an upright line (above a level one). ``group``: lines of one group may lie on each other, since they lead to the same
    place.
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

    @property
    def before(self) -> tuple[int, ...]:
        """Where it goes on to the left of an upright line, or above a level one."""
        return tuple(place for _, place, far in self.joints if far)

    @property
    def after(self) -> tuple[int, ...]:
        return tuple(place for _, place, far in self.joints if not far)


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
            )
        )
    return tuple(found)


class Traffic:
    """Everything that runs on a lattice so far."""

    def __init__(self, lattice: Lattice, budget: Budget) -> None:
        self.budget = budget
        self.lattice = lattice
        #: For each level line, the upright lines where something stands in the way, as bits; and the other way round.
        self.shut_level: dict[int, int] = {}
        self.shut_upright: dict[int, int] = {}
        self.runs: dict[tuple[bool, int], list[Run]] = {}
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
        for run in route.runs:
            self.runs.setdefault((run.level, run.line), []).append(run)

    def is_open(self, level: bool, line: int, low: int, high: int) -> bool:
        """Whether nothing stands on the line from ``low`` to ``high``."""
        shut = (self.shut_level if level else self.shut_upright).get(line, 0)
        return low > high or not shut & _bits(low, high)

    def fits(self, run: Run) -> bool:
        """Whether a piece has its place to itself: where it must, on a row or column, and where stubs would touch."""
        others = self.runs.get((run.level, run.line), ())
        self.budget.spend(1 + len(others))
        if not run.line % 2:
            return not self._knots(run)
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

        Where one line leaves to the right at a height at which another comes in from the left, the second must lie further
        left. A circle of such demands cannot be met.
        """
        others = self.runs.get((run.level, run.line), ())
        first = [other for other in others if other.group != run.group and set(other.before) & set(run.after)]
        later = {other.group for other in others if other.group != run.group and set(other.after) & set(run.before)}
        # Pieces of one group may become one track.
        own = [other for other in others if other.group == run.group]
        for other in own:
            later |= {one.group for one in others if one.group != run.group and set(one.after) & set(other.before)}
            first += [one for one in others if one.group != run.group and set(one.before) & set(other.after)]
        if not first or not later:
            return False
        reached, waiting = set(later), list(later)
        goal = {other.group for other in first}
        while waiting and not reached & goal:
            here = waiting.pop()
            before = {place for one in others if one.group == here for place in one.before}
            self.budget.spend(len(others))
            for one in others:
                if one.group not in reached and one.group != here and before & set(one.after):
                    reached.add(one.group)
                    waiting.append(one.group)
        return bool(reached & goal)

    def crossings(self, run: Run) -> int:
        """How many lines a piece crosses, or must cross wherever in its gap it lies."""
        count = 0
        if not run.line % 2:
            others = self.runs.get((run.level, run.line), ())
            count += sum(other.group != run.group and (_passes(run, other) or _passes(other, run)) for other in others)
        for line in range(run.low + 1, run.high):
            for other in self.runs.get((not run.level, line), ()):
                if other.low < run.line < other.high and other.group != run.group:
                    count += 1
            self.budget.spend(1)
        return count

    def used(self, item: str, side: str) -> bool:
        """Whether something leaves an item on this side."""
        cell = self.lattice.cells[item]
        name = f"{item} {side}"
        key = (True, cell.y) if side in (LEFT, RIGHT) else (False, cell.x)
        return any(run.leaves == name for run in self.runs.get(key, ()))

    def taken(self, item: str, side: str, offset: float, entering: bool) -> bool:
        """Whether a place on the upper or lower side has a line already that cannot be joined."""
        cell = self.lattice.cells[item]
        at = cell.top if side == TOP else cell.bottom
        for run in self.runs.get((False, cell.x), ()):
            touches = run.high == at if side == TOP else run.low == at
            joins = entering and run.enters and run.group[0] == item
            if touches and not joins and abs(run.offset - offset) < APART:
                return True
        return False

    def all(self) -> Iterator[Run]:
        return itertools.chain.from_iterable(self.runs.values())


def _passes(one: Run, other: Run) -> bool:
    """Whether a piece goes from one side of a gap to the other while another runs along it for longer."""
    return bool(one.before and one.after) and other.low < one.low and one.high < other.high


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
