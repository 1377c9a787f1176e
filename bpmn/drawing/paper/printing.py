"""A map on paper: as many pages as its smallest text needs to be read, each with title, goal, legend and lane names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpmn.diagram import Bounds
from bpmn.drawing import words
from bpmn.drawing.geometry import MARGIN, Frame, Geometry
from bpmn.drawing.measure import Fitted
from bpmn.drawing.painting.badges import paint_badges
from bpmn.drawing.painting.cards import SMALLEST_TEXT
from bpmn.drawing.painting.flow import Heads, Titles, paint, paint_flow, paint_titles, titles_height, titles_of
from bpmn.drawing.painting.legend import Entry, entries_of, legend_height, paint_legend
from bpmn.drawing.painting.overview import paint_rows, row_height_of, rows_of_stages, width_in
from bpmn.drawing.paper.connectors import paint_connectors
from bpmn.drawing.paper.cutting import PAD, Piece, cut
from bpmn.drawing.paper.pages import EDGE, PAPERS, Cuts, Window, across, down, scale_for
from bpmn.drawing.sheet import Setting, Sheet
from bpmn.drawing.style import Caption
from bpmn.model import Definitions

#: Room for "Page 1 of 3".
_PAGE_LINE, _PAGE_WIDTH = 18.0, 120.0
#: What is left for the map on the smallest of pages, whatever stands around it.
_LEAST = 120.0
#: How often a scale between the smallest and the natural one is tried.
_TRIES = 7


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of paper, with everything on it multiplied by the ``scale``."""

    sheet: Sheet
    scale: float


@dataclass(frozen=True, slots=True)
class _Paper:
    """The paper in the lengths of the map: what its pages have room for at a scale."""

    width: float
    height: float
    edge: float
    scale: float

    @classmethod
    def at(cls, paper: str, scale: float, *, upright: bool) -> _Paper:
        long, short = PAPERS[paper]
        wide, high = (short, long) if upright else (long, short)
        return cls(wide / scale, high / scale, EDGE / scale, scale)

    @property
    def room(self) -> float:
        return self.width - 2 * self.edge

    @property
    def depth(self) -> float:
        return self.height - 2 * self.edge


def printed(
    definitions: Definitions, geometry: Geometry, setting: Setting, caption: Caption, paper: str, *, cards: bool
) -> list[Page]:
    """The pages of the flow, on paper laid whichever way takes fewer.

    Where the cards leave too little room for the lanes below them, they come first, on pages of their own.
    """
    press = _Press(definitions, geometry, setting, caption, cards=cards)
    plan = _best(press, paper)
    first: list[Page] = []
    if cards and definitions.stages and any(piece.window.bottom < press.down.end for piece in plan[1]):
        press = _Press(definitions, geometry, setting, caption, cards=False)
        plan = _best(press, paper)
        upright = plan[0].width < plan[0].height
        first = printed_overview(definitions, setting, caption, paper, followed_by=len(plan[1]), ways=(upright,))
    return [*first, *press.pages(*plan, after=len(first))]


def _best(press: _Press, paper: str) -> tuple[_Paper, list[Piece]]:
    smallest = scale_for(press.smallest())
    plans = [_fewest(press, paper, smallest, upright=upright) for upright in (False, True)]
    return min(plans, key=lambda plan: (len(plan[1]), -plan[0].scale))


def _fewest(press: _Press, paper: str, smallest: float, *, upright: bool) -> tuple[_Paper, list[Piece]]:
    """As few pages as can be read, and then as large as those pages let it be."""
    best = _Paper.at(paper, smallest, upright=upright)
    pieces = press.pieces(best)
    low, high = smallest, 1.0
    for _ in range(_TRIES):
        scale = (low + high) / 2
        tried = _Paper.at(paper, scale, upright=upright)
        found = press.pieces(tried)
        if len(found) <= len(pieces):
            best, pieces, low = tried, found, scale
        else:
            high = scale
    return best, pieces


class _Press:
    """One map with its furniture, to be cut for one size of paper or another."""

    def __init__(
        self, definitions: Definitions, geometry: Geometry, setting: Setting, caption: Caption, *, cards: bool
    ) -> None:
        self.definitions, self.geometry, self.setting, self.caption = definitions, geometry, setting, caption
        self.cards = cards
        self.across, self.down = across(geometry), down(geometry)
        self.numbers = {column.stage: number for number, column in enumerate(geometry.columns, 1)}
        self.strip = self.across.start - MARGIN
        self.entries = entries_of(setting, geometry, connectors=True)

    def smallest(self) -> float:
        painted = paint(self.definitions, self.geometry, self.setting, self.caption, cards=self.cards)
        # On a page of its own, a part of a stage's name or a connector may need smaller letters.
        return min(painted.sheet.smallest, SMALLEST_TEXT)

    def heads(self, geometry: Geometry, *, cards: bool) -> Heads:
        return Heads(self.definitions, geometry, self.setting, cards=cards and self.cards, numbers=self.numbers)

    def titles(self, paper: _Paper) -> Titles:
        return titles_of(self.caption, self.definitions, self.setting, paper.room)

    def pieces(self, paper: _Paper) -> list[Piece]:
        left = paper.depth - titles_height(self.titles(paper)) - _foot_height(self.entries, paper)
        whole = [Window(*piece, self.down.start, self.down.end) for piece in self._columns(paper, self.across)]
        pieces = cut(self.geometry, whole)
        # What is cut is narrower, and so its card is longer: that of the longest counts.
        heads = max((self.heads(piece.geometry, cards=True).height for piece in pieces), default=0.0)
        if self.geometry.height - 2 * MARGIN + heads <= left:
            return pieces
        bare = self.heads(self.geometry, cards=False).height
        rows = self.down.pieces(max(left - bare - 2 * PAD, _LEAST), max(left - heads - PAD, _LEAST))
        # Each row is cut where it has its own gaps.
        parts = [(row, piece) for row in rows for piece in self._columns(paper, across(self.geometry, row))]
        return cut(self.geometry, [Window(*piece, *row) for row, piece in parts])

    def _columns(self, paper: _Paper, cuts: Cuts) -> list[tuple[float, float]]:
        if self.geometry.width - 2 * MARGIN <= paper.room:
            return [(0.0, cuts.end)]
        pieces = cuts.pieces(max(paper.room - self.strip - 2 * PAD, _LEAST))
        # What stands in the strip, or left of it, is on the first page.
        return [(0.0, pieces[0][1]), *pieces[1:]]

    def pages(self, paper: _Paper, pieces: list[Piece], *, after: int = 0) -> Iterator[Page]:
        """``after`` so many others."""
        for number, piece in enumerate(pieces, after):
            yield Page(self._page(paper, piece, number, after, after + len(pieces)), paper.scale)

    def _page(self, paper: _Paper, piece: Piece, number: int, after: int, count: int) -> Sheet:
        sheet = Sheet(paper.width, paper.height, self.setting)
        titles, edge = self.titles(paper), paper.edge
        paint_titles(sheet, titles, Bounds(edge, edge, paper.room, 0))
        y = edge + titles_height(titles)
        is_first_row = piece.window.top <= self.down.start
        begins = piece.window.left <= self.across.start
        x = edge - MARGIN if begins else edge + self.strip + PAD - piece.window.left
        placed = piece.geometry.moved(x, 0)
        heads = self.heads(placed, cards=is_first_row)
        spots = heads.paint(sheet, y, paper.height)
        y += heads.height + (0 if is_first_row else PAD)
        # The margin above the map is part of its first row.
        lower = y - piece.window.top - (MARGIN if is_first_row else 0)
        placed = replace(placed.moved(0, lower), height=piece.window.bottom + lower + (MARGIN if is_first_row else 0))
        if not begins:
            left = piece.window.left + x
            frames = tuple(_at_edge(frame, left, edge - MARGIN - x) for frame in placed.frames)
            placed = replace(placed, frames=frames)
        spots |= paint_flow(sheet, placed, heads)
        connectors = [replace(connector, page=connector.page + after) for connector in piece.connectors]
        paint_connectors(sheet, connectors, x, lower)
        paint_badges(sheet, spots)
        paint_foot(sheet, paper, self.entries, number, count)
        return sheet


def _at_edge(frame: Frame, left: float, moved: float) -> Frame:
    """A lane that begins before the ``left`` of a page's part begins at the page's edge, with its name."""
    box = frame.bounds
    if frame.kind not in ("pool", "lane", "blackBox") or not frame.horizontal or box.x >= left:
        return frame
    return replace(frame, bounds=Bounds(box.x + moved, box.y, box.width - moved, box.height))


def _foot_height(entries: Sequence[Entry], paper: _Paper) -> float:
    return max(legend_height(entries, paper.room - _PAGE_WIDTH), _PAGE_LINE) + 6


def paint_foot(sheet: Sheet, paper: _Paper, entries: Sequence[Entry], number: int, count: int) -> None:
    foot = _foot_height(entries, paper)
    y = paper.height - paper.edge - foot + 6
    paint_legend(sheet, entries, Bounds(paper.edge, y, paper.room - _PAGE_WIDTH, foot))
    text = sheet.setting.word(words.PAGE) % {"page": number + 1, "pages": count}
    place = (paper.width - paper.edge, paper.height - paper.edge - _PAGE_LINE / 2)
    sheet.words(Fitted((text,), 11.0), place, sheet.theme["muted"], align="r")


#: The paper, and for each page its rows, of numbers of stages.
_OverviewPlan = tuple[_Paper, list[list[list[int]]]]


def printed_overview(
    definitions: Definitions,
    setting: Setting,
    caption: Caption,
    paper: str,
    *,
    followed_by: int = 0,
    ways: Sequence[bool] = (False, True),
) -> list[Page]:
    """Rows of cards, as many on a page as there is room for. ``ways``: whether the paper may stand upright, or lie."""

    def tried(scale: float, *, upright: bool) -> _OverviewPlan | None:
        return _overview_plan(definitions, setting, caption, _Paper.at(paper, scale, upright=upright))

    scale = scale_for(SMALLEST_TEXT)
    scales = [1.0, 0.9, 0.8, 0.75, scale]
    while not (plans := [plan for way in ways for k in scales if (plan := tried(k, upright=way)) is not None]):
        # A card that is longer than a page has to be printed smaller than all else.
        scale *= 0.85
        scales = [scale]
    laid, rows = min(plans, key=lambda plan: (len(plan[1]), -plan[0].scale))
    return list(_overview_pages(definitions, setting, caption, laid, rows, followed_by))


def _overview_plan(definitions: Definitions, setting: Setting, caption: Caption, paper: _Paper) -> _OverviewPlan | None:
    rows = rows_of_stages(definitions.stages, paper.room)
    entries = entries_of(setting, Geometry((), (), ()))
    left = (
        paper.depth - _foot_height(entries, paper) - titles_height(titles_of(caption, definitions, setting, paper.room))
    )
    pages: list[list[list[int]]] = [[]]
    taken, at = 0.0, 0
    for row in rows:
        height = row_height_of(row, width_in(paper.room, len(rows[0])), setting)
        if height > left:
            return None
        if pages[-1] and taken + height > left:
            pages.append([])
            taken = 0.0
        pages[-1].append(list(range(at, at + len(row))))
        taken += height
        at += len(row)
    return paper, pages


def _overview_pages(
    definitions: Definitions,
    setting: Setting,
    caption: Caption,
    paper: _Paper,
    pages: list[list[list[int]]],
    followed_by: int,
) -> Iterator[Page]:
    titles = titles_of(caption, definitions, setting, paper.room)
    entries = entries_of(setting, Geometry((), (), ()))
    for number, rows in enumerate(pages):
        sheet = Sheet(paper.width, paper.height, setting)
        paint_titles(sheet, titles, Bounds(paper.edge, paper.edge, paper.room, 0))
        stages = [[definitions.stages[place] for place in row] for row in rows]
        top = paper.edge + titles_height(titles)
        box = Bounds(paper.edge, top, paper.room, paper.depth - top)
        spots, _ = paint_rows(sheet, stages, box, len(pages[0][0]), first=rows[0][0] + 1)
        paint_badges(sheet, spots)
        paint_foot(sheet, paper, entries, number, len(pages) + followed_by)
        yield Page(sheet, paper.scale)
