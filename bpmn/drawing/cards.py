"""The card of a stage: a chevron with its name, what lets a deal in, what happens, what lets it go on, whose it is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpmn.diagram import Bounds
from bpmn.drawing import words
from bpmn.drawing.measure import Fitted, fit, paragraph
from bpmn.drawing.sheet import Setting, Sheet
from bpmn.errors import BpmnError
from bpmn.model import Stage
from bpmn.times import duration

CHEVRON = 30.0
_TIP = 8.0
_PAD = 12.0
_BETWEEN = 18.0
#: Of all that a map says by itself: headings of cards, units of figures, connectors.
SMALLEST_TEXT = 8.5
_HEADING, _BODY = SMALLEST_TEXT, 10.5
_LINE = 13.5
_HEADING_HEIGHT = 14.0
_AFTER = 8.0
_BOX = 7.5
_INDENT = 14.0
#: A card this wide has a second column, and a third.
_TWO, _THREE = 270.0, 480.0
_FOOT = 24.0


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with what stands under it: a text, or items with a box to tick."""

    heading: str
    texts: tuple[Fitted, ...]
    ticked: bool = False

    @property
    def height(self) -> float:
        return _HEADING_HEIGHT + sum(len(text.lines) * _LINE + self.ticked * 1.5 for text in self.texts) + _AFTER


def card_height(stage: Stage, width: float, setting: Setting) -> float:
    """Of the body alone, without the chevron; nothing, where the file says nothing of the stage."""
    if not (stage.entry or stage.details or stage.checklist or stage.proof or stage.owner or stage.time_limit):
        return 0.0
    columns = _columns(stage, width, setting)
    return _PAD + max((sum(block.height for block in column) for column in columns), default=0.0) + _FOOT


def paint_chevron(sheet: Sheet, name: str, number: int, box: Bounds, *, first: bool = True) -> None:
    """An arrow to the right; what is not the ``first`` lets the tip of the one before in."""
    theme, canvas = sheet.theme, sheet.canvas
    right, bottom, middle = box.x + box.width, box.y + box.height, box.y + box.height / 2
    points = [(box.x, box.y), (right, box.y), (right + _TIP, middle), (right, bottom), (box.x, bottom)]
    if not first:
        points.append((box.x + _TIP, middle))
    canvas.pen(theme["navy"], 0.5)
    canvas.fill(theme["navy"])
    canvas.polygon(points, role="shape")
    text = fit(f"{number}. {name}", box.width - 2 * _TIP - 6, box.height - 2, (14, 13, 12, 11, 10, 9), True)
    sheet.words(text, (box.x + box.width / 2 + _TIP / 2, middle), theme["navy-ink"])


def paint_card(sheet: Sheet, stage: Stage, box: Bounds) -> None:
    _paint_frame(sheet, box)
    columns = _columns(stage, box.width, sheet.setting)
    x, width = box.x + _PAD, _column_width(box.width, len(columns))
    for column in columns:
        y = box.y + _PAD
        for block in column:
            _paint_block(sheet, block, x, y)
            y += block.height
        x += width + _BETWEEN
    _paint_foot(sheet, stage, box)


def row_heights(stages: Sequence[Stage], width: float, setting: Setting) -> dict[str, float]:
    """Heading to the height that its block takes in the longest of these cards, which stand side by side."""
    heights: dict[str, float] = {}
    for stage in stages:
        for block in _blocks(stage, _column_width(width, 1), setting):
            heights[block.heading] = max(block.height, heights.get(block.heading, 0.0))
    order = [setting.word(word) for word in (words.ENTRY, words.DETAILS, words.CHECKLIST, words.PROOF)]
    return {heading: heights[heading] for heading in order if heading in heights}


def aligned_height(heights: Mapping[str, float]) -> float:
    return _PAD + sum(heights.values()) + _FOOT


def paint_aligned_card(sheet: Sheet, stage: Stage, box: Bounds, heights: Mapping[str, float]) -> None:
    """In one column, with every heading where it is in the cards beside it."""
    _paint_frame(sheet, box)
    blocks = {block.heading: block for block in _blocks(stage, _column_width(box.width, 1), sheet.setting)}
    y = box.y + _PAD
    for heading, height in heights.items():
        if heading in blocks:
            _paint_block(sheet, blocks[heading], box.x + _PAD, y)
        y += height
    _paint_foot(sheet, stage, box)


def _paint_frame(sheet: Sheet, box: Bounds) -> None:
    sheet.canvas.pen(sheet.theme["frame"], 1.0)
    sheet.canvas.fill(sheet.theme["task"])
    sheet.canvas.rectangle(box)


def _paint_block(sheet: Sheet, block: Block, x: float, y: float) -> None:
    theme, canvas = sheet.theme, sheet.canvas
    heading = Fitted((block.heading,), _HEADING, True)
    sheet.words(heading, (x, y + 5), theme["muted"], align="l")
    y += _HEADING_HEIGHT
    for text in block.texts:
        left = x
        if block.ticked:
            canvas.pen(theme["muted"], 0.9)
            canvas.fill(theme["task"])
            canvas.rectangle(Bounds(x + 0.5, y + (_LINE - _BOX) / 2, _BOX, _BOX))
            left += _INDENT
        for line in text.lines:
            sheet.words(Fitted((line,), text.size), (left, y + _LINE / 2), theme["ink"], align="l")
            y += _LINE
        y += block.ticked * 1.5


def _paint_foot(sheet: Sheet, stage: Stage, box: Bounds) -> None:
    """Whose stage it is and how long a deal may be in it, on one line at the bottom."""
    theme, setting = sheet.theme, sheet.setting
    x, y, end = box.x + _PAD, box.y + box.height - _FOOT / 2 - 2, box.x + box.width - _PAD
    if stage.owner:
        label = Fitted((setting.word(words.OWNER),), _BODY)
        sheet.words(label, (x, y), theme["muted"], align="l")
        x += label.width + 6
        owner = paragraph(stage.owner, end - x, _BODY, bold=True, most=1)
        sheet.words(owner, (x, y), theme["ink"], align="l")
        x += owner.width + 14
    facts = [(_limit(stage, setting), "muted"), (setting.word(words.VIABLE) if stage.viable else "", "path")]
    for said, colour in facts:
        text = Fitted((said,), _BODY, colour == "path")
        # What does not fit is on the page of the process.
        if said and x + text.width <= end:
            sheet.words(text, (x, y), theme[colour], align="l")
            x += text.width + 14


def _limit(stage: Stage, setting: Setting) -> str:
    try:
        days = duration(stage.time_limit).days.days if stage.time_limit else 0
    except BpmnError:
        return ""
    if days < 2:
        return setting.word(words.LIMIT_OF_ONE) if days else ""
    return setting.word(words.LIMIT) % {"days": days}


def _columns(stage: Stage, width: float, setting: Setting) -> list[list[Block]]:
    """Its blocks in as many columns as there is room for, in order, none much longer than the others."""
    count = 1 if width < _TWO else 2 if width < _THREE else 3
    blocks = list(_blocks(stage, _column_width(width, count), setting))
    return min(_splits(blocks, count), key=lambda columns: max(sum(b.height for b in column) for column in columns))


def _splits(blocks: Sequence[Block], count: int) -> Iterator[list[list[Block]]]:
    for cuts in itertools.combinations_with_replacement(range(len(blocks) + 1), count - 1):
        places = (0, *cuts, len(blocks))
        yield [list(blocks[start:end]) for start, end in itertools.pairwise(places)]


def _column_width(width: float, count: int) -> float:
    return (width - 2 * _PAD - (count - 1) * _BETWEEN) / count


def _blocks(stage: Stage, width: float, setting: Setting) -> Iterator[Block]:
    def text(said: str, most: int, room: float = width) -> Fitted:
        return paragraph(said, room, _BODY, most=most)

    if stage.entry:
        yield Block(setting.word(words.ENTRY), (text(stage.entry, 6),))
    if stage.details:
        yield Block(setting.word(words.DETAILS), (text(stage.details, 14),))
    if stage.checklist:
        items = tuple(text(item.text, 5, width - _INDENT) for item in stage.checklist[:8])
        yield Block(setting.word(words.CHECKLIST), items, ticked=True)
    if stage.proof:
        yield Block(setting.word(words.PROOF), (text(stage.proof, 5),))
