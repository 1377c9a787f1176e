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
#: Between the words of a fact at the foot, and between two facts.
_WORD, _FACT = 6.0, 14.0


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
    longest = max((sum(block.height for block in column) for column in _columns(stage, width, setting)), default=0.0)
    return _PAD + longest + _foot_height(stage, width, setting)


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


@dataclass(frozen=True, slots=True)
class Row:
    """What cards that stand side by side have in common: heading to the height of its longest block, and the foot's."""

    blocks: Mapping[str, float]
    foot: float

    @property
    def height(self) -> float:
        return _PAD + sum(self.blocks.values()) + self.foot


def row_of(stages: Sequence[Stage], width: float, setting: Setting) -> Row:
    heights: dict[str, float] = {}
    for stage in stages:
        for block in _blocks(stage, _column_width(width, 1), setting):
            heights[block.heading] = max(block.height, heights.get(block.heading, 0.0))
    order = [setting.word(word) for word in (words.ENTRY, words.DETAILS, words.CHECKLIST, words.PROOF)]
    foot = max((_foot_height(stage, width, setting) for stage in stages), default=_FOOT)
    return Row({heading: heights[heading] for heading in order if heading in heights}, foot)


def paint_aligned_card(sheet: Sheet, stage: Stage, box: Bounds, row: Row) -> None:
    """In one column, with every heading where it is in the cards beside it."""
    _paint_frame(sheet, box)
    blocks = {block.heading: block for block in _blocks(stage, _column_width(box.width, 1), sheet.setting)}
    y = box.y + _PAD
    for heading, height in row.blocks.items():
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


@dataclass(frozen=True, slots=True)
class _Fact:
    """Words at the foot of a card, each with the name of its colour."""

    words: tuple[tuple[Fitted, str], ...]

    @property
    def width(self) -> float:
        return sum(text.width for text, _ in self.words) + _WORD * (len(self.words) - 1)


def _foot_height(stage: Stage, width: float, setting: Setting) -> float:
    return _FOOT + _LINE * max(0, len(_foot(stage, width - 2 * _PAD, setting)) - 1)


def _foot(stage: Stage, room: float, setting: Setting) -> list[list[_Fact]]:
    """Whose stage it is, how long a deal may be in it, and whether it is viable, on as many lines as it takes."""
    lines: list[list[_Fact]] = []
    for fact in _facts(stage, room, setting):
        if lines and sum(one.width + _FACT for one in lines[-1]) + fact.width <= room:
            lines[-1].append(fact)
        else:
            lines.append([fact])
    return lines


def _facts(stage: Stage, room: float, setting: Setting) -> Iterator[_Fact]:
    if stage.owner:
        label = Fitted((setting.word(words.OWNER),), _BODY)
        owner = paragraph(stage.owner, room - label.width - _WORD, _BODY, bold=True, most=1)
        yield _Fact(((label, "muted"), (owner, "ink")))
    if limit := _limit(stage, setting):
        yield _Fact(((Fitted((limit,), _BODY), "muted"),))
    if stage.viable:
        yield _Fact(((Fitted((setting.word(words.VIABLE),), _BODY, True), "path"),))


def _paint_foot(sheet: Sheet, stage: Stage, box: Bounds) -> None:
    lines = _foot(stage, box.width - 2 * _PAD, sheet.setting)
    y = box.y + box.height - _FOOT / 2 - 2 - _LINE * (len(lines) - 1)
    for line in lines:
        x = box.x + _PAD
        for fact in line:
            for text, colour in fact.words:
                sheet.words(text, (x, y), sheet.theme[colour], align="l")
                x += text.width + _WORD
            x += _FACT - _WORD
        y += _LINE


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
