"""One line under a map that says what its signs mean: only those that the map shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpmn.drawing.geometry import MARGIN, Geometry
from bpmn.drawing.icons import task_icon
from bpmn.drawing.measure import fit
from bpmn.drawing.sheet import Sheet
from bpmn.text import N_

LEGEND_HEIGHT = 34.0

#: What a legend says; ``words`` may give each in another language.
_TASKS = {
    "userTask": N_("a person's task"),
    "manualTask": N_("done by hand"),
    "serviceTask": N_("done by the system"),
    "scriptTask": N_("script"),
    "businessRuleTask": N_("business rule"),
    "sendTask": N_("sends"),
    "receiveTask": N_("waits for a message"),
}
_PATH = N_("path to win")
_LOSS = N_("deal lost")
_DEFAULT = N_("by default")
_MESSAGE = N_("message")
#: Every sentence that a legend can hold, for those who translate it.
WORDS = (*_TASKS.values(), _PATH, _LOSS, _DEFAULT, _MESSAGE)


def paint_legend(sheet: Sheet, geometry: Geometry, words: Mapping[str, str]) -> None:
    row = _Row(sheet, sheet.height - LEGEND_HEIGHT / 2, words)
    theme, setting = sheet.theme, sheet.setting
    shown = {node.type for node in geometry.nodes}
    lines = {line.id for line in geometry.lines}
    for task, meaning in _TASKS.items():
        if task in shown:
            row.icon(task, meaning)
    if setting.path & lines:
        row.stroke(theme["path"], 2.4, "solid", _PATH)
    if setting.losing & lines:
        row.stroke(theme["loss"], 1.4, "dashed", _LOSS)
    if any(line.default for line in geometry.lines):
        row.stroke(theme["line"], 1.4, "solid", _DEFAULT, slash=True)
    if any(line.kind == "messageFlow" for line in geometry.lines):
        row.stroke(theme["muted"], 1.2, "dashed", _MESSAGE)


class _Row:
    """Writes from left to right."""

    def __init__(self, sheet: Sheet, y: float, words: Mapping[str, str]) -> None:
        self._sheet, self._x, self._y, self._words = sheet, MARGIN, y, words

    def icon(self, task: str, meaning: str) -> None:
        theme = self._sheet.theme

        def draw(x: float) -> None:
            task_icon(self._sheet.canvas, task, (x, self._y - 7), theme["muted"], theme["paper"])

        self._entry(draw, 20, meaning)

    def stroke(self, colour: str, width: float, style: str, meaning: str, *, slash: bool = False) -> None:
        canvas = self._sheet.canvas

        def draw(x: float) -> None:
            canvas.pen(colour, width, style)
            canvas.line((x, self._y), (x + 26, self._y))
            if slash:
                canvas.line((x + 7, self._y + 5), (x + 13, self._y - 5))

        self._entry(draw, 33, meaning)

    def _entry(self, draw: Callable[[float], None], width: float, meaning: str) -> None:
        text = fit(self._words.get(meaning, meaning), 220, 14, (11,))
        if self._x + width + text.width > self._sheet.width - MARGIN:
            return
        draw(self._x)
        self._sheet.words(text, (self._x + width, self._y), self._sheet.theme["muted"], align="l")
        self._x += width + text.width + 22
