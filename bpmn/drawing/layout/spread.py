"""Coordinates: every row, column and gap as large as what stands in it, and not larger."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bpmn.drawing.layout.channels import Tracks
from bpmn.drawing.layout.grid import Lattice
from bpmn.drawing.layout.parts import Extent, Scope
from bpmn.drawing.layout.rooms import Need

#: Between two tracks; from a shape to the first track, and from the last one to the shape that an arrow leads to.
PITCH, BEFORE, AFTER = 10.0, 12.0, 16.0
#: The least between two columns, and at the two ends; between two rows, at the border of a lane, between two pools.
_ACROSS, _SIDE = 40.0, 24.0
_DOWN, _LANE, _POOLS = 26.0, 20.0, 40.0
#: The strip between two stages, and the least width of a stage: its card has to fit.
GUTTER, BAND = 8.0, 190.0
#: An open sub-process has its name at the top, and markers at the foot.
_TITLE, _NAME, _FOOT = 48.0, 28.0, 28.0


@dataclass(frozen=True)
class Axis:
    """One direction: where each row or column begins, its middle, and where it ends; and the tracks in the gaps."""

    begins: tuple[float, ...]
    middles: tuple[float, ...]
    ends: tuple[float, ...]
    tracks: Mapping[tuple[int, int], float]
    length: float
    #: Left and right of each stage.
    bands: tuple[tuple[float, float], ...] = ()

    def at(self, line: int, track: int = 0, offset: float = 0.0) -> float:
        """Of a line of the lattice. Before the first line and behind the last is the border."""
        if line < 0:
            return 0.0
        if line > 2 * len(self.middles):
            return self.length
        return self.middles[line // 2] + offset if line % 2 else self.tracks[line, track]


@dataclass(frozen=True, slots=True)
class Span:
    """What stands across several rows or columns, so far before the middle of one of them and so far behind."""

    middle: int
    before: float
    after: float
    first: int
    last: int
    #: It begins at the middle of the first of them: a border.
    from_middle: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """The room between two rows or columns: least size, and what comes before its first and after its last track.

    ``taken`` is what the name of a sub-process has of it, from its beginning.
    """

    least: float
    before: float = BEFORE
    after: float = AFTER
    taken: float = 0.0


def across(scope: Scope, lattice: Lattice, extents: Mapping[str, Extent], tracks: Tracks, needs: list[Need]) -> Axis:
    """From left to right. A stage that is too narrow for its card gets more room at both ends."""
    sides = [(0.0, 0.0)] * lattice.columns
    spans = []
    for one, cell in lattice.cells.items():
        item, extent = scope.items[one], extents[one]
        column = cell.x // 2
        if item.kind == "pool":
            continue
        if cell.left == cell.right:
            left, right = sides[column]
            sides[column] = max(left, extent.left), max(right, extent.right)
        else:
            spans.append(Span(column, extent.left, extent.right, cell.left // 2, cell.right // 2))
    #: What of the gap before each column lies in the stage of the column.
    ahead = [AFTER] * (lattice.columns + 1)
    gaps = [Gap(_ACROSS) for _ in range(lattice.columns + 1)]
    gaps[0], gaps[-1] = Gap(_SIDE), Gap(_SIDE, BEFORE, BEFORE)
    for border in {border for first, last in lattice.bands for border in (first, last + 1)} - {0, lattice.columns}:
        gaps[border] = Gap(_ACROSS + GUTTER, BEFORE, AFTER + GUTTER)
    while True:
        axis = _axis(False, sides, gaps, spans, tracks, needs)
        bands = [_band(axis, first, last, ahead) for first, last in lattice.bands]
        narrow = [number for number, (left, right) in enumerate(bands) if right - left < BAND]
        if not narrow:
            return replace(axis, bands=tuple(bands))
        for number in narrow:
            (first, last), (left, right) = lattice.bands[number], bands[number]
            more = (BAND - right + left + 1) // 2
            ahead[first] += more
            gaps[first] = _wider(gaps[first], 0, more)
            gaps[last + 1] = _wider(gaps[last + 1], more, 0)


def _band(axis: Axis, first: int, last: int, ahead: list[float]) -> tuple[float, float]:
    following = last + 1
    ends = axis.begins[following] - ahead[following] - GUTTER if following < len(axis.begins) else axis.length
    return axis.begins[first] - ahead[first], ends


def _wider(gap: Gap, before: float, after: float) -> Gap:
    return replace(gap, least=gap.least + before + after, before=gap.before + before, after=gap.after + after)


def down(scope: Scope, lattice: Lattice, extents: Mapping[str, Extent], tracks: Tracks, needs: list[Need]) -> Axis:
    sides = [(0.0, 0.0) for _ in lattice.rows]
    spans = []
    for one, cell in lattice.cells.items():
        extent = extents[one]
        row = cell.y // 2
        if cell.top == cell.bottom:
            up, low = sides[row]
            sides[row] = max(up, extent.up), max(low, extent.down)
        else:
            spans.append(Span(row, extent.up, extent.down, cell.top // 2, cell.bottom // 2))
    borders = [number for number, row in enumerate(lattice.rows) if row.kind == "border"]
    for upper, lower in itertools.pairwise(borders):
        # From one border of a lane to the other, its name has to be read.
        if lattice.rows[upper + 1].kind == "row":
            height = scope.regions[lattice.rows[upper + 1].region].height
            spans.append(Span(lower, height, 0.0, upper, lower, from_middle=True))
    gaps = [_gap(scope, lattice, number) for number in range(len(lattice.rows) + 1)]
    return _axis(True, sides, gaps, spans, tracks, needs)


def _gap(scope: Scope, lattice: Lattice, number: int) -> Gap:
    kinds = [lattice.rows[n].kind if 0 <= n < len(lattice.rows) else "" for n in (number - 1, number)]
    if "" in kinds:
        if not scope.bordered:
            return Gap(0.0)
        return Gap(_TITLE, _TITLE - AFTER, AFTER, _NAME) if not kinds[0] else Gap(_FOOT, BEFORE, BEFORE)
    if kinds == ["row", "row"]:
        return Gap(_DOWN)
    return Gap(_LANE) if "row" in kinds else Gap(_POOLS)


def _axis(
    level: bool,
    sides: list[tuple[float, float]],
    gaps: list[Gap],
    spans: Iterable[Span],
    tracks: Tracks,
    needs: Iterable[Need],
) -> Axis:
    """From the first to the last: each place as near as all that comes before it lets it be."""
    wanted: dict[int, list[Need]] = {}
    for need in needs:
        if need.level == level:
            wanted.setdefault(need.line, []).append(need)
    to_middle: dict[int, list[Span]] = {}
    to_end: dict[int, list[Span]] = {}
    for span in spans:
        to_middle.setdefault(span.middle, []).append(span)
        to_end.setdefault(span.last, []).append(span)
    begins: list[float] = []
    middles: list[float] = []
    ends: list[float] = []
    places: dict[tuple[int, int], float] = {}
    here = 0.0
    for number, gap in enumerate(gaps):
        count = tracks.counts.get((level, 2 * number), 0)
        inner, size = _tracks(count, gap, wanted.get(2 * number, ()))
        for track, place in enumerate(inner):
            places[2 * number, track] = here + place
        here += size
        if number == len(gaps) - 1:
            break
        before, after = sides[number]
        begins.append(here)
        held = to_middle.get(number, ())
        spanned = ((middles if span.from_middle else begins)[span.first] + span.before for span in held)
        middle = max([here + before, *spanned])
        middles.append(middle)
        here = max([middle + after, *(middles[span.middle] + span.after for span in to_end.get(number, ()))])
        ends.append(here)
    return Axis(tuple(begins), tuple(middles), tuple(ends), places, here)


def _tracks(count: int, gap: Gap, needs: Iterable[Need]) -> tuple[list[float], float]:
    """The tracks in one gap, and its size."""
    behind: dict[int, list[Need]] = {}
    last = []
    for need in needs:
        if need.second is None:
            last.append(need)
        else:
            behind.setdefault(need.second, []).append(need)
    places: list[float] = []
    for track in range(count):
        place = places[-1] + PITCH if places else gap.before
        for need in behind.get(track, ()):
            place = max(place, need.apart + (places[need.first] if need.first >= 0 else gap.taken))
        places.append(place)
    size = max(gap.least, places[-1] + gap.after) if places else gap.least
    if places:
        # What is left over goes to both sides.
        aside = (size - places[-1] - gap.after) // 2
        places = [place + aside for place in places]
    for need in last:
        size = max(size, need.apart + gap.after + (places[need.first] if need.first >= 0 else 0.0))
    return places, size


__all__ = ["AFTER", "BAND", "GUTTER", "PITCH", "Axis", "across", "down"]
