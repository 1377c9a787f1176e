"""A picture for a file without diagram interchange.

One scope at a time: columns (rank), rows (place), ways for the lines (route), a track for each line in the gaps between
rows and columns (channels), and coordinates (spread).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import HEADER, Point
from bpmn.drawing.layout.channels import Tracks, tracks_of
from bpmn.drawing.layout.grid import Lattice, lattice_of, without
from bpmn.drawing.layout.loose import with_loose
from bpmn.drawing.layout.notes import with_notes
from bpmn.drawing.layout.parts import BORDER, BOTTOM, LEFT, RIGHT, TOP, Budget, End, Extent, Link, Scope
from bpmn.drawing.layout.place import placed
from bpmn.drawing.layout.plain import gridded
from bpmn.drawing.layout.rank import ranked
from bpmn.drawing.layout.rooms import extents_of, homes_of, needs_of
from bpmn.drawing.layout.route import Routing
from bpmn.drawing.layout.runs import Port, Route, runs_of
from bpmn.drawing.layout.scopes import Inside
from bpmn.drawing.layout.spread import Axis, across, down


@dataclass(frozen=True)
class Block:
    """A scope with its coordinates, its own corner at 0, 0."""

    scope: Scope
    lattice: Lattice
    routes: tuple[Route, ...]
    tracks: Tracks
    x: Axis
    y: Axis
    #: What the names of lanes take at the left.
    head: float

    @property
    def width(self) -> float:
        width = max(self.head + self.x.length, self.scope.least_width)
        return 2 * float(-(-width // 2))

    @property
    def height(self) -> float:
        return self.y.length

    def bounds(self, item: str) -> Bounds:
        cell, extent = self.lattice.cells[item], self.scope.items[item].extent
        if self.scope.items[item].kind == "pool":
            return Bounds(0, self.y.begins[cell.y // 2], self.width, extent.height)
        y = self.y.middles[cell.y // 2] - extent.up
        return Bounds(self.head + self.x.middles[cell.x // 2] - extent.left, y, extent.width, extent.height)

    def points(self, route: Route) -> tuple[Point, ...]:
        found = []
        for number, (x, y) in enumerate(route.spots):
            pieces = {route.runs[n].level: n for n in (number - 1, number) if 0 <= n < len(route.runs)}
            left, top = self._at(route, pieces.get(False), x, self.x), self._at(route, pieces.get(True), y, self.y)
            found.append((self.head + left, top))
        for place, end, port in ((0, route.link.source, route.out), (-1, route.link.target, route.into)):
            found[place] = self._docked(end, port, found[place])
        return tuple(found)

    def _at(self, route: Route, piece: int | None, line: int, axis: Axis) -> float:
        if piece is None:
            # An end: the border of what it ends at says where.
            return axis.at(line) if line % 2 else 0.0
        return axis.at(line, self.tracks.of.get((*route.link.key, piece), 0), route.runs[piece].offset)

    def _docked(self, end: End, port: Port, point: Point) -> Point:
        """On the border of what the line ends at."""
        if end.item == BORDER:
            return point[0], 0.0 if port.side == TOP else self.height
        if end.item not in self.lattice.cells:
            return point
        box = self.bounds(end.item)
        return {
            LEFT: (box.x, point[1]),
            RIGHT: (box.x + box.width, point[1]),
            TOP: (point[0], box.y),
            BOTTOM: (point[0], box.y + box.height + end.beyond),
        }[port.side]

    def band(self, number: int) -> tuple[float, float]:
        left, right = self.x.bands[number]
        return self.head + left, self.head + right

    def frames(self) -> Iterator[tuple[str, int, Bounds]]:
        """Pools and lanes, with how many frames are around each."""
        tops: dict[str, tuple[int, float, float]] = {}
        for number, region in enumerate(self.scope.regions):
            if region.closed:
                continue
            top, bottom = self._rows(number)
            for depth, frame in enumerate(region.frames):
                _, first, _ = tops.get(frame, (depth, top, bottom))
                tops[frame] = (depth, first, bottom)
        for frame, (depth, top, bottom) in tops.items():
            yield frame, depth, Bounds(HEADER * depth, top, self.width - HEADER * depth, bottom - top)

    def _rows(self, region: int) -> tuple[float, float]:
        """From border to border."""
        rows = self.lattice.rows
        own = [number for number, row in enumerate(rows) if row.region == region and row.kind == "row"]
        before, after = own[0] - 1, own[-1] + 1
        top = self.y.middles[before] if before >= 0 else 0.0
        bottom = self.y.middles[after] if after < len(rows) else self.height
        return top, bottom

    def inside(self) -> Inside:
        """What the scope around needs to know."""
        rows = [number for number, row in enumerate(self.lattice.rows) if row.kind == "row"]
        spine = [self.lattice.cells[one].y // 2 for one in self.lattice.cells if one in self.lattice.spine]
        main = spine[0] if spine else rows[0]
        width, middle = self.width, self.y.middles[main]
        extent = Extent(width / 2, width / 2, middle, self.height - middle)
        ports = {}
        for route in self.routes:
            if route.link.part != "whole":
                leaving = route.link.part == "source"
                point = self.points(route)[-1 if leaving else 0]
                side = (route.link.target if leaving else route.link.source).side
                ports[route.link.key] = (side, point[0] - width / 2)
        at = rows.index(main)
        return Inside(extent, (at, len(rows) - 1 - at), self.lattice.columns, ports)


def block_of(scope: Scope, budget: Budget) -> Block:
    columns = ranked(scope, budget)
    rows = with_notes(scope, placed(scope, columns, budget), columns.count)
    lattice = lattice_of(scope, columns, rows)
    routing = Routing(scope, lattice, columns.back, budget)
    first = [link for link in scope.links if _is_placed(link, scope, lattice)]
    routing.route(first)
    lattice = with_loose(scope, lattice, routing.traffic.all(), budget)
    routing.widen(lattice)
    done = {link.key for link in first}
    routing.route([link for link in scope.links if link.key not in done])
    lattice, routes = _tightened(lattice, routing.routes)
    tracks = tracks_of(routes, budget)
    homes = homes_of(routes)
    extents, needs = extents_of(scope, routes, homes), needs_of(routes, tracks, homes)
    return Block(
        scope,
        lattice,
        tuple(routes),
        tracks,
        across(scope, lattice, extents, tracks, needs),
        down(scope, lattice, extents, tracks, needs),
        _head(scope),
    )


def plain_block_of(scope: Scope) -> Block:
    """The same without lines: they are drawn straight across."""
    plain, columns, rows = gridded(scope)
    lattice, _ = _tightened(lattice_of(plain, columns, rows), [])
    tracks = Tracks({}, {})
    extents = extents_of(plain, (), {})
    x, y = across(plain, lattice, extents, tracks, []), down(plain, lattice, extents, tracks, [])
    return Block(plain, lattice, (), tracks, x, y, _head(plain))


def _head(scope: Scope) -> float:
    return HEADER * max((len(region.frames) for region in scope.regions if not region.closed), default=0)


def _is_placed(link: Link, scope: Scope, lattice: Lattice) -> bool:
    return all(end.item in lattice.cells or end.item not in scope.items for end in (link.source, link.target))


def _tightened(lattice: Lattice, routes: list[Route]) -> tuple[Lattice, list[Route]]:
    """Without rows that nothing stands or runs on. Each region keeps one."""
    used = {y // 2 for cell in lattice.cells.values() for y in range(cell.top, cell.bottom + 1, 2)}
    used |= {run.line // 2 for route in routes for run in route.runs if run.level and run.line % 2}
    unused = []
    for region in {row.region for row in lattice.rows}:
        rows = lattice.rows_of(region)
        free = [number for number in rows if number not in used]
        unused += free[1:] if len(free) == len(rows) else free
    if not unused:
        return lattice, routes
    tight, lines = without(lattice, unused)
    return tight, [_renumbered(route, lines) for route in routes]


def _renumbered(route: Route, lines: list[int]) -> Route:
    border = lines[-1] + 1
    spots = tuple((x, y if y < 0 else lines[y] if y < len(lines) else border) for x, y in route.spots)
    return replace(route, spots=spots, runs=runs_of(route.link, spots, route.out, route.into))


__all__ = ["Block", "block_of", "plain_block_of"]
