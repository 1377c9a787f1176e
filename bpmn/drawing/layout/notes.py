"""Notes, data and groups: on half rows of their own, next to what they belong to."""

from __future__ import annotations

from dataclasses import replace

from bpmn.drawing.layout.parts import Item, Scope
from bpmn.drawing.layout.place import Rows

#: Columns that are looked at for a note before it goes to the foot.
_NEAR = 40


def with_notes(scope: Scope, rows: Rows, columns: int) -> Rows:
    work = _Noting(scope, rows, columns)
    for item in scope.items.values():
        if item.kind in ("note", "data", "group"):
            anchors = [one for one in scope.anchors.get(item.id, ()) if one in rows.of]
            if anchors:
                work.beside(item, anchors)
            elif not scope.anchors.get(item.id):
                work.aside(item)
    return replace(rows, of=work.row, columns=work.column, regions=work.region)


class _Noting:
    def __init__(self, scope: Scope, rows: Rows, columns: int) -> None:
        self.scope, self.columns = scope, columns
        self.row, self.column, self.region = dict(rows.of), dict(rows.columns), dict(rows.regions)
        self.taken: set[tuple[int, float, int]] = set()
        #: The last row of each region, and the one at its foot.
        self.last: dict[int, float] = {}
        self.foot: dict[int, float] = {}
        for one, row in rows.of.items():
            item = scope.items[one]
            for half in range(-2 * item.rows[0], 2 * item.rows[1] + 1):
                for column in range(rows.columns[one], rows.columns[one] + item.columns):
                    self._take(rows.regions[one], row + half / 2, column)

    def _take(self, region: int, row: float, column: int) -> None:
        self.taken.add((region, row, column))
        self.last[region] = max(row, self.last.get(region, row))

    def beside(self, item: Item, anchors: list[str]) -> None:
        """Above what it belongs to, or below where that stands low; half way between two."""
        first = min(anchors, key=lambda one: self.column[one])
        host = self.scope.items[first]
        columns = [self.column[one] for one in anchors if self.region[one] == self.region[first]]
        middle = (min(columns) + max(columns)) // 2
        above = self.row[first] - host.rows[0] - 0.5
        below = self.row[first] + host.rows[1] + 0.5
        sides = (below, above) if self.row[first] > 0 else (above, below)
        nearest = sorted(range(self.columns), key=lambda column: (abs(column - middle), column < middle))
        for column in nearest[:_NEAR]:
            for row in sides:
                if (self.region[first], row, column) not in self.taken:
                    self._settle(item, self.region[first], row, column)
                    return
        self.aside(item)

    def aside(self, item: Item) -> None:
        """What belongs to nothing, and what finds no room, on a row at the foot."""
        region = item.region
        row = self.foot.setdefault(region, self.last.get(region, 0.0) + 1)
        column = next(column for column in range(len(self.row) + 1) if (region, row, column) not in self.taken)
        self._settle(item, region, row, column)

    def _settle(self, item: Item, region: int, row: float, column: int) -> None:
        self.row[item.id], self.column[item.id], self.region[item.id] = row, column, region
        self._take(region, row, column)
