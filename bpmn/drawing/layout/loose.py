"""Event sub-processes, which no flow leads to: they stand where their lane has room, or on rows below all else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpmn.drawing.layout.grid import Cell, Lattice
from bpmn.drawing.layout.parts import Budget, Item, Scope
from bpmn.drawing.layout.runs import Run, crossed


def with_loose(scope: Scope, lattice: Lattice, runs: Iterable[Run], budget: Budget) -> Lattice:
    """The lattice with a cell for every loose item and for the notes on it; with more columns where it takes them."""
    waiting = [item for item in scope.items.values() if item.loose]
    notes = [item for item in scope.items.values() if item.id not in lattice.cells and not item.loose]
    if not waiting and not notes:
        return lattice
    work = _Standing(lattice, list(runs), budget)
    for item in waiting:
        work.stand(item, item.region)
    for note in notes:
        hosts = [one for one in scope.anchors.get(note.id, ()) if one in work.cells]
        work.stand_beside(note, hosts[0] if hosts else "")
    return replace(lattice, cells=work.cells, columns=work.columns, regions=work.regions)


class _Standing:
    def __init__(self, lattice: Lattice, runs: list[Run], budget: Budget) -> None:
        self.lattice, self.runs, self.budget = lattice, runs, budget
        self.cells = dict(lattice.cells)
        self.columns = lattice.columns
        self.regions = dict(lattice.regions)

    def stand(self, item: Item, region: int) -> None:
        """In the first place with room, from the left; rows that hold something already come first."""
        rows = self.lattice.rows_of(region)
        height, above = 1 + sum(item.rows), item.rows[0]
        starts = range(len(rows) - height + 1)
        used = {cell.y // 2 for cell in self.cells.values()}
        for start in sorted(starts, key=lambda start: (not any(rows[start + n] in used for n in range(height)), start)):
            top, bottom = 2 * rows[start] + 1, 2 * rows[start + height - 1] + 1
            y = 2 * rows[start + above] + 1
            for column in range(max(1, self.columns - item.columns + 1)):
                if self._settle(item, region, column, (top, y, bottom)):
                    return
        # Right of everything.
        start = len(rows) - height
        places = (2 * rows[start] + 1, 2 * rows[start + above] + 1, 2 * rows[start + height - 1] + 1)
        column = self.columns
        while not self._settle(item, region, column, places):
            column += 1

    def _settle(self, item: Item, region: int, column: int, rows: tuple[int, int, int]) -> bool:
        top, y, bottom = rows
        left, right = 2 * column + 1, 2 * (column + item.columns) - 1
        self.budget.spend(len(self.runs) // 8 + len(self.cells) // 8)
        for cell in self.cells.values():
            if cell.left <= right and left <= cell.right and cell.top <= bottom and top <= cell.bottom:
                return False
        if crossed(self.runs, left, right, top, bottom):
            return False
        self.cells[item.id] = Cell(left, y, left, right, top, bottom)
        self.regions[item.id] = region
        self.columns = max(self.columns, column + item.columns)
        return True

    def stand_beside(self, note: Item, host: str) -> None:
        """On the row of the item that it is about, as near as there is room to its right."""
        if not host:
            self.stand(note, note.region)
            return
        cell = self.cells[host]
        column = cell.right // 2 + 1
        while not self._settle(note, self.regions[host], column, (cell.y, cell.y, cell.y)):
            column += 1
