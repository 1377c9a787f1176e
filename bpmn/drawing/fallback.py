"""A plain picture for a map that cannot be drawn within its limits: what went wrong, and the names of its elements.

The SVG of it needs no Graphviz; PNG and PDF need it for a few lines of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from bpmn.drawing import words
from bpmn.drawing.measure import Fitted, paragraph, printable
from bpmn.drawing.outline import outline
from bpmn.drawing.sheet import Setting, Sheet
from bpmn.drawing.themes import VARIABLES
from bpmn.model import Definitions

_WIDTH, _MARGIN = 720.0, 24.0
#: So many elements are named.
_MOST = 60

_Line = tuple[Fitted, str, float]


def plain(definitions: Definitions, setting: Setting, title: str, reason: str) -> Sheet:
    lines, height = _placed(definitions, setting, title, reason)
    sheet = Sheet(_WIDTH, height, setting)
    for text, colour, y in lines:
        sheet.words(text, (_MARGIN, y), sheet.theme[colour], align="l")
    return sheet


def plain_svg(definitions: Definitions, setting: Setting, title: str, reason: str) -> bytes:
    lines, height = _placed(definitions, setting, title, reason)
    name = quoteattr(printable(title))
    size = f'viewBox="0 0 {_WIDTH:g} {height:g}" width="{_WIDTH:g}" height="{height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" class="bpmn-map" aria-label={name}>',
        f"<title>{escape(printable(title))}</title>",
    ]
    for text, colour, y in lines:
        fill = setting.theme[colour]
        weight = ' font-weight="600"' if text.bold else ""
        for number, line in enumerate(text.lines):
            down = y - text.height / 2 + (number + 0.8) * text.size * 1.25
            parts.append(
                f'<text x="{_MARGIN:g}" y="{down:.1f}" font-family="Inter, sans-serif" font-size="{text.size:g}"'
                f'{weight} fill="{VARIABLES.get(fill, fill)}">{escape(line)}</text>'
            )
    return "".join([*parts, "</svg>"]).encode()


def _placed(definitions: Definitions, setting: Setting, title: str, reason: str) -> tuple[list[_Line], float]:
    """The lines with their colours and how far down their middles are; how high it all is."""
    placed, y = [], _MARGIN
    for text, colour in _lines(definitions, setting, title, reason):
        placed.append((text, colour, y + text.height / 2))
        y += text.height + 4
    return placed, y + _MARGIN


def _lines(definitions: Definitions, setting: Setting, title: str, reason: str) -> Iterator[tuple[Fitted, str]]:
    width = _WIDTH - 2 * _MARGIN
    yield paragraph(title, width, 20, bold=True, most=2), "ink"
    yield paragraph(setting.word(words.NOT_DRAWN) % {"reason": reason}, width, 12, bold=True, most=4), "late"
    rows = outline(definitions)
    for number, row in enumerate(rows[:_MOST], 1):
        where = " · ".join(filter(None, [row.stage, row.lane]))
        name = printable(row.name) or setting.word(next(iter(row.kind), row.type))
        yield paragraph(f"{number}. {name}" + (f" ({where})" if where else ""), width, 11, most=1), "ink"
    if len(rows) > _MOST:
        yield paragraph(f"… {len(rows) - _MOST}", width, 11), "muted"
