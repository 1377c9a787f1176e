"""Chooses a way for every line: few bends, few crossings, short, and by the sides that a reader expects."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from bpmn.drawing.layout.detour import bends, detour
from bpmn.drawing.layout.grid import Cell, Lattice
from bpmn.drawing.layout.parts import BORDER, BOTTOM, TOP, Budget, End, Link, LinkKey, Scope, TooMuchWork
from bpmn.drawing.layout.ports import Ports
from bpmn.drawing.layout.runs import Port, Route, Traffic, runs_of
from bpmn.drawing.layout.ways import Way, beside, end_of, ways, ways_out

_BEND, _CROSSING, _STEP = 12.0, 24.0, 0.7
#: What it takes to look at one way, in looks at one line.
_CHOICE = 20
#: Of what goes the same way, what comes first.
_KINDS = {"flow": 1, "association": 0, "message": 3}


class Routing:
    def __init__(self, scope: Scope, lattice: Lattice, back: frozenset[LinkKey], budget: Budget) -> None:
        self.scope, self.lattice, self.back = scope, lattice, back
        self.budget = budget
        self.traffic, self.ports = Traffic(lattice, budget), Ports(scope, back)
        self.routes: list[Route] = []
        self._lines: dict[int, tuple[int, int]] = {}

    def route(self, links: list[Link]) -> None:
        """The path to win first, then what is short, then what leads back, then messages."""
        order = {link.key: number for number, link in enumerate(links)}
        for link in sorted(links, key=lambda link: (*self._turn(link), order[link.key])):
            route = self._best(link)
            self.traffic.add(route)
            self.routes.append(route)

    def widen(self, lattice: Lattice) -> None:
        """Go on with a lattice on which more stands."""
        if lattice is not self.lattice:
            self.lattice, self.traffic = lattice, Traffic(lattice, self.traffic.budget)
            for route in self.routes:
                self.traffic.add(route)

    def _turn(self, link: Link) -> tuple[float, ...]:
        cells = [self.lattice.cells.get(end.item) for end in (link.source, link.target)]
        one, other = cells
        if one is None or other is None:
            return 4, 0
        spine = {link.source.item, link.target.item} <= self.lattice.spine
        straight = link.kind == "flow" and spine and one.y == other.y and link.key not in self.back
        span = abs(one.x - other.x) + abs(one.y - other.y)
        kind = 2 if link.key in self.back else _KINDS[link.kind]
        return (-2 if straight else -1 if link.on_path and kind == 1 else kind), span

    def _best(self, link: Link) -> Route:
        best: tuple[float, Route] | None = None
        choices = sorted(self._all(link), key=lambda choice: choice[0])
        self.budget.spend(_CHOICE * len(choices))
        for base, way, out, into in choices:
            if best is not None and base >= best[0]:
                break
            if not self._is_clear(link, way):
                continue
            route = Route(link, way, out, into, runs_of(link, way, out, into))
            self.budget.spend(_CHOICE * len(route.runs))
            if not all(self.traffic.fits(run) for run in route.runs):
                continue
            cost = base + _CROSSING * sum(self.traffic.crossings(run) for run in route.runs)
            if best is None or cost < best[0]:
                best = cost, route
        return best[1] if best else self._around(link)

    def _around(self, link: Link) -> Route:
        """Where no usual way is free."""
        one, other = (self._cell(end) for end in (link.source, link.target))
        if one is None or other is None:
            return self._around_to_border(link, one or other)
        ports = [
            (cost + more, out, into)
            for out, cost in self._ports(link, link.source, leaving=True)
            for into, more in self._ports(link, link.target, leaving=False)
        ]
        for _, out, into in sorted(ports, key=lambda choice: choice[0]):
            found = detour(self.traffic, beside(one, out.side), beside(other, into.side))
            way = bends((end_of(one, out.side), *found, end_of(other, into.side))) if found else ()
            runs = runs_of(link, way, out, into) if way else ()
            if way and all(self.traffic.fits(run) for run in runs):
                return Route(link, way, out, into, runs)
        raise TooMuchWork

    def _around_to_border(self, link: Link, cell: Cell | None) -> Route:
        if cell is None:
            raise TooMuchWork
        leaving = self._cell(link.source) is not None
        end, goal = (link.source, link.target) if leaving else (link.target, link.source)
        border, side = self._border(goal, cell)
        edge = min(max(border, 0), 2 * len(self.lattice.rows))
        lines = sorted(range(0, 2 * self.lattice.columns + 1, 2), key=lambda line: abs(line - cell.x))
        for port, _ in self._ports(link, end, leaving=leaving):
            for line in lines:
                found = detour(self.traffic, beside(cell, port.side), (line, edge))
                if not found:
                    continue
                way = bends((end_of(cell, port.side), *found, (line, border)))
                way, out, into = (way, port, Port(side)) if leaving else (way[::-1], Port(side), port)
                runs = runs_of(link, way, out, into)
                if all(self.traffic.fits(run) for run in runs):
                    return Route(link, way, out, into, runs)
        raise TooMuchWork

    def _is_clear(self, link: Link, way: Way) -> bool:
        """Whether no item stands on the way; its own two ends do not count."""
        for number, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(way)):
            level = y0 == y1
            start, end = (x0, x1) if level else (y0, y1)
            step = 1 if end > start else -1
            if number == 0 and link.source.item in self.lattice.cells:
                start += step
            if number == len(way) - 2 and link.target.item in self.lattice.cells:
                end -= step
            if (end - start) * step >= 0 and not self.traffic.is_open(
                level, y0 if level else x0, min(start, end), max(start, end)
            ):
                return False
        return True

    # Candidates

    def _all(self, link: Link) -> Iterator[tuple[float, Way, Port, Port]]:
        one, other = (self._cell(end) for end in (link.source, link.target))
        if one is None and other is None:
            yield self._across(link)
        elif one is None or other is None:
            yield from self._to_border(link, one or other)
        else:
            corridors = self._corridors(link)
            arrivals = self._ports(link, link.target, leaving=False)
            for out, cost in self._ports(link, link.source, leaving=True):
                for into, more in arrivals:
                    for way in ways(one, out, other, into, corridors):
                        yield cost + more + _length(way), way, out, into

    def _cell(self, end: End) -> Cell | None:
        """None for what is met anywhere along its border."""
        item = self.scope.items.get(end.item)
        return None if item is None or item.kind == "pool" else self.lattice.cells[end.item]

    def _corridors(self, link: Link) -> list[int]:
        found: list[int] = []
        for end in (link.source, link.target):
            cell = self.lattice.cells[end.item]
            found += [cell.top - 1, cell.bottom + 1, *self._region_lines(self.lattice.regions[end.item])]
        if link.kind == "message":
            found += self._gaps()
        return sorted(dict.fromkeys(found))

    def _region_lines(self, region: int) -> tuple[int, int]:
        if region not in self._lines:
            self._lines[region] = self.lattice.lines_of(region)
        return self._lines[region]

    def _gaps(self) -> list[int]:
        """The lines between pools."""
        rows = self.lattice.rows
        return [2 * n for n in range(1, len(rows)) if rows[n - 1].kind != "row" and rows[n].kind != "row"]

    def _ports(self, link: Link, end: End, *, leaving: bool) -> list[tuple[Port, float]]:
        return sorted(self.ports.of(link, end, self.traffic, leaving=leaving), key=lambda choice: choice[1])

    # To a border

    def _to_border(self, link: Link, cell: Cell | None) -> Iterator[tuple[float, Way, Port, Port]]:
        leaving = self._cell(link.source) is not None
        end, goal = (link.source, link.target) if leaving else (link.target, link.source)
        if cell is None:
            return
        border, side = self._border(goal, cell)
        at_sides = (cell.left - 1, cell.right + 1)
        for port, cost in self._ports(link, end, leaving=leaving):
            for way in ways_out(cell, port, border, at_sides):
                met = Port(side)
                if leaving:
                    yield cost + _length(way), way, port, met
                else:
                    yield cost + _length(way), tuple(reversed(way)), met, port

    def _border(self, end: End, cell: Cell) -> tuple[int, str]:
        """The level line of a border, and the side on which it is met."""
        if end.item == BORDER:
            return (-1, TOP) if end.side == TOP else (2 * len(self.lattice.rows) + 1, BOTTOM)
        top, bottom = self._pool(end.item)
        return (bottom, BOTTOM) if bottom < cell.y else (top, TOP)

    def _pool(self, pool: str) -> tuple[int, int]:
        if pool in self.lattice.cells:
            cell = self.lattice.cells[pool]
            return cell.top, cell.bottom
        regions = {n for n, region in enumerate(self.scope.regions) if region.frames[:1] == (pool,)}
        rows = [number for number, row in enumerate(self.lattice.rows) if row.region in regions]
        return 2 * rows[0] + 1, 2 * rows[-1] + 1

    def _across(self, link: Link) -> tuple[float, Way, Port, Port]:
        """From one pool to another, where no other message is."""
        (top, bottom), (other_top, other_bottom) = self._pool(link.source.item), self._pool(link.target.item)
        down = bottom < other_top
        start, end = (bottom, other_top) if down else (top, other_bottom)
        taken = {run.line for route in self.routes if route.link.kind == "message" for run in route.runs}
        middle = 2 * (self.lattice.columns // 2)
        lines = sorted(range(0, 2 * self.lattice.columns + 1, 2), key=lambda line: (line in taken, abs(line - middle)))
        x = lines[0]
        return 0.0, ((x, start), (x, end)), Port(BOTTOM if down else TOP), Port(TOP if down else BOTTOM)


def _length(way: Way) -> float:
    steps = 0
    for (x0, y0), (x1, y1) in itertools.pairwise(way):
        steps += abs(x0 - x1) + abs(y0 - y1)
    return _BEND * (len(way) - 2) + _STEP * steps


__all__ = ["Routing"]
