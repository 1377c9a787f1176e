"""What the signs of a map mean, in lines at its foot: only those that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpmn.diagram import Bounds
from bpmn.drawing import words
from bpmn.drawing.geometry import Geometry
from bpmn.drawing.measure import Fitted, fit
from bpmn.drawing.painting.badges import SIGNS, STEPS, colours_of
from bpmn.drawing.painting.icons import task_icon
from bpmn.drawing.sheet import Setting, Sheet

_ROW = 20.0
_SIZE = 11.0
_BETWEEN = 20.0
#: What a state looks like: colours of fill and line, how the line is broken.
_BOXES = {
    "passed": ("path-soft", "path", "solid"),
    "current": ("navy", "navy", "solid"),
    "skipped": ("task", "skipped", "skipped"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """``sign`` is a task's type, or ``line:`` with colour, pattern and width, ``box:`` with a state, ``badge:`` with a
    kind, ``scale`` or ``connector``."""

    sign: str
    text: Fitted
    width: float

    @property
    def whole(self) -> float:
        return self.width + self.text.width + _BETWEEN


def entries_of(setting: Setting, geometry: Geometry, *, connectors: bool = False) -> list[Entry]:
    signs = [*_signs(setting, geometry), *([("connector", words.CONNECTOR)] if connectors else [])]
    return [Entry(sign, fit(setting.word(meaning), 240, 14, (_SIZE,)), _sign_width(sign)) for sign, meaning in signs]


def _signs(setting: Setting, geometry: Geometry) -> Iterator[tuple[str, str]]:
    types, lines = {node.type for node in geometry.nodes}, {line.id for line in geometry.lines}
    shown = lines | {node.id for node in geometry.nodes} | {frame.id for frame in geometry.frames}
    yield from ((task, meaning) for task, meaning in words.TASKS.items() if task in types)
    if setting.path & lines:
        yield "line:path:solid:2.6", words.PATH
    if setting.losing & lines:
        yield "line:loss:lost:1.5", words.LOSS
    if any(line.default for line in geometry.lines):
        yield "line:line:solid:1.4:slash", words.DEFAULT
    if any(line.kind == "messageFlow" for line in geometry.lines):
        yield "line:muted:message:1.2", words.MESSAGE
    yield from _marks(setting, shown)


def _marks(setting: Setting, shown: set[str]) -> Iterator[tuple[str, str]]:
    marks = setting.marks
    known = {id_: figures for id_, figures in marks.figures.items() if id_ in shown | setting.stages}
    here = [figures for id_, figures in known.items() if id_ in shown]
    for sign, held, meaning in (
        ("box:passed", bool(marks.passed & shown), words.PASSED),
        ("box:current", bool(marks.current & shown), words.CURRENT),
        ("box:skipped", bool(marks.skipped & shown), words.SKIPPED),
        ("scale", any(figures.count is not None for figures in known.values()), words.COUNT),
        ("badge:lost", any(figures.lost for figures in here), words.LOST),
        ("badge:late", any(figures.late for figures in here), words.LATE),
        ("badge:added", bool(marks.added & shown), words.ADDED),
        ("badge:removed", bool(marks.removed & shown), words.REMOVED),
        ("badge:changed", bool(marks.changed & shown), words.CHANGED),
        ("badge:comment", bool(marks.comments.keys() & shown), words.COMMENTS),
    ):
        if held:
            yield sign, meaning


def _sign_width(sign: str) -> float:
    known = {"line": 34.0, "scale": 12.0 * STEPS + 8, "box": 25.0}
    return known.get(sign.partition(":")[0], 20.0)


def rows_of(entries: Sequence[Entry], width: float) -> list[list[Entry]]:
    rows: list[list[Entry]] = [[]]
    taken = 0.0
    for entry in entries:
        if rows[-1] and taken + entry.whole - _BETWEEN > width:
            rows.append([])
            taken = 0.0
        rows[-1].append(entry)
        taken += entry.whole
    return rows if rows[0] else []


def legend_height(entries: Sequence[Entry], width: float) -> float:
    rows = rows_of(entries, width)
    return len(rows) * _ROW + 14 if rows else 0.0


def paint_legend(sheet: Sheet, entries: Sequence[Entry], box: Bounds) -> None:
    """From the upper left corner of the box, as wide as it is."""
    for number, row in enumerate(rows_of(entries, box.width)):
        x, y = box.x, box.y + 7 + _ROW * (number + 0.5)
        for entry in row:
            _paint_sign(sheet, entry.sign, x, y)
            sheet.words(entry.text, (x + entry.width, y), sheet.theme["muted"], align="l")
            x += entry.whole


def _paint_sign(sheet: Sheet, sign: str, x: float, y: float) -> None:
    canvas, theme = sheet.canvas, sheet.theme
    kind, _, rest = sign.partition(":")
    if kind == "line":
        colour, style, width, *slash = rest.split(":")
        canvas.pen(theme[colour], float(width), style)
        canvas.line((x, y), (x + 27, y))
        if slash:
            canvas.line((x + 8, y + 5), (x + 13, y - 5))
    elif kind == "scale":
        canvas.pen(theme["band-line"], 0.6)
        for step in range(STEPS):
            canvas.fill(theme[f"heat-{step}"])
            canvas.rectangle(Bounds(x + 12 * step, y - 5, 12, 10))
    elif kind == "box":
        fill, line, style = _BOXES[rest]
        canvas.pen(theme[line], 1.3, style)
        canvas.fill(theme[fill])
        canvas.rounded(Bounds(x, y - 6, 18, 12), 3)
    elif kind == "connector":
        canvas.pen(theme["muted"], 1.3)
        canvas.fill(theme["paper"])
        canvas.circle((x + 7, y), 7)
        sheet.words(Fitted(("A",), 9.0, True), (x + 7, y), theme["muted"])
    elif kind == "badge":
        fill, line, ink = colours_of(rest)
        canvas.pen(theme[line], 0.8)
        canvas.fill(theme[fill])
        canvas.circle((x + 7, y), 7)
        canvas.pen(theme[ink], 1.3)
        for stroke in SIGNS.get(rest, ()):
            canvas.line(*[(x + 7 + across, y + down) for across, down in stroke])
        if rest == "comment":
            sheet.words(Fitted(("2",), 9.0, True), (x + 7, y), theme[ink])
    else:
        task_icon(canvas, sign, (x, y - 7), theme["muted"], theme["paper"])
