"""The lattice that items stand in and lines run on.

Numbered from the top left, odd lines go through rows and columns, even lines run between them. So column ``c`` is line
``2c + 1``, with the lines ``2c`` and ``2c + 2`` to its left and right. On an even line there is room for any number of
tracks; on an odd one, for one line at a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bpmn.drawing.layout.parts import Scope
from bpmn.drawing.layout.place import Rows
from bpmn.drawing.layout.rank import Columns


@dataclass(frozen=True, slots=True)
class Row:
    """``row`` holds items, ``border`` is the border of a lane or pool, ``pool`` a closed pool."""

    kind: str
    region: int


@dataclass(frozen=True, slots=True)
class Cell:
    """The lines that an item covers, and the two that its middle lies on."""

    x: int
    y: int
    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Lattice:
    rows: tuple[Row, ...]
    columns: int
    cells: Mapping[str, Cell]
    bands: tuple[tuple[int, int], ...]
    spine: frozenset[str]
    regions: Mapping[str, int]

    def lines_of(self, region: int) -> tuple[int, int]:
        """The even lines above the first and below the last row of a region."""
        rows = [number for number, row in enumerate(self.rows) if row.region == region and row.kind != "border"]
        return 2 * rows[0], 2 * rows[-1] + 2

    def rows_of(self, region: int) -> list[int]:
        return [number for number, row in enumerate(self.rows) if row.region == region and row.kind == "row"]


def lattice_of(scope: Scope, columns: Columns, rows: Rows) -> Lattice:
    """Every region gets its rows, with borders around pools and between lanes."""
    found: list[Row] = []
    numbers: dict[tuple[int, float], int] = {}
    used = _rows_by_region(scope, rows)
    for number, region in enumerate(scope.regions):
        before = scope.regions[number - 1] if number else None
        same = before is not None and before.scope == region.scope
        if not scope.bordered and before is not None and not before.closed and not same:
            found.append(Row("border", number - 1))
        if not region.closed and (before is not None or not scope.bordered):
            found.append(Row("border", number))
        for row in used[number]:
            numbers[number, row] = len(found)
            found.append(Row("pool" if region.closed else "row", number))
    if not scope.bordered and not scope.regions[-1].closed:
        found.append(Row("border", len(scope.regions) - 1))
    cells = {}
    for one, row in rows.of.items():
        item, region_number = scope.items[one], rows.regions[one]
        x = 2 * rows.columns[one] + 1
        y, top, bottom = (2 * numbers[region_number, row + beside] + 1 for beside in (0, -item.rows[0], item.rows[1]))
        cells[one] = Cell(x, y, x, x + 2 * item.columns - 2, top, bottom)
    count = max([columns.count, 1, *(column + 1 for column in rows.columns.values())])
    for item in scope.items.values():
        if item.kind == "pool":
            y = 2 * numbers[item.region, 0] + 1
            cells[item.id] = Cell(1, y, 0, 2 * count, y, y)
    return Lattice(tuple(found), count, cells, columns.bands, rows.spine, rows.regions)


def _rows_by_region(scope: Scope, rows: Rows) -> list[list[float]]:
    """What loose items may need comes below all else; unused, it is taken out again."""
    used: list[set[float]] = [set() for _ in scope.regions]
    for one, row in rows.of.items():
        above, below = scope.items[one].rows
        used[rows.regions[one]].update([row, *(row + beside for beside in range(-above, below + 1))])
    found = []
    for number, held in enumerate(used):
        ordered = sorted(held)
        loose = [1 + sum(item.rows) for item in scope.items.values() if item.loose and item.region == number]
        last = ordered[-1] if ordered else 0.0
        ordered += [last + 1 + extra for extra in range(max(loose, default=0))]
        found.append(ordered or [0.0])
    return found


def without(lattice: Lattice, unused: Iterable[int]) -> tuple[Lattice, list[int]]:
    """The same without these rows, and the new number of every level line."""
    gone = set(unused)
    lines = [0]
    for number in range(len(lattice.rows)):
        lines += [lines[-1], lines[-1]] if number in gone else [lines[-1] + 1, lines[-1] + 2]
    cells = {
        one: Cell(cell.x, lines[cell.y], cell.left, cell.right, lines[cell.top], lines[cell.bottom])
        for one, cell in lattice.cells.items()
    }
    rows = tuple(row for number, row in enumerate(lattice.rows) if number not in gone)
    return Lattice(rows, lattice.columns, cells, lattice.bands, lattice.spine, lattice.regions), lines


__all__ = ["Cell", "Lattice", "Row", "lattice_of", "without"]
