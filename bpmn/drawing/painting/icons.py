"""The small signs of BPMN: on tasks, inside events and gateways, and at the foot of activities."""

from __future__ import annotations

import math
from collections.abc import Callable

from bpmn.diagram import Bounds
from bpmn.drawing.canvas import Canvas
from bpmn.drawing.geometry import Point

Drawer = Callable[[Canvas, Point, float, str, str], None]


def _user(canvas: Canvas, at: Point, k: float, ink: str, paper: str) -> None:
    x, y = at
    body = [(1, 13.5), (1, 8.6), (4, 8), (7, 8), (10, 8), (13, 8.6), (13, 13.5)]
    canvas.curve([(x + px * k, y + py * k) for px, py in body], filled=True)
    canvas.line((x + k, y + 13.5 * k), (x + 13 * k, y + 13.5 * k))
    canvas.circle((x + 7 * k, y + 4 * k), 3.2 * k)


def _gear(canvas: Canvas, at: Point, k: float, ink: str, paper: str) -> None:
    x, y = at
    teeth = [
        (
            x + (7 + reach * math.cos(tooth * math.pi / 4 + turn)) * k,
            y + (7 + reach * math.sin(tooth * math.pi / 4 + turn)) * k,
        )
        for tooth in range(8)
        for turn, reach in ((-0.28, 5.0), (-0.17, 6.8), (0.17, 6.8), (0.28, 5.0))
    ]
    canvas.polygon(teeth)
    canvas.circle((x + 7 * k, y + 7 * k), 2.3 * k)


def _script(canvas: Canvas, at: Point, k: float, ink: str, paper: str) -> None:
    x, y = at
    sheet = [
        (4, 1),
        (8, 1),
        (12, 1),
        (13, 1),
        (9, 5),
        (14, 8),
        (10, 13),
        (7, 13),
        (3, 13),
        (1, 13),
        (6, 8),
        (0, 5),
        (4, 1),
    ]
    canvas.curve([(x + px * k, y + py * k) for px, py in sheet], filled=True)
    for row in range(3):
        shift = row * 0.6
        canvas.line((x + (4.5 + shift) * k, y + (4 + row * 3) * k), (x + (9 + shift) * k, y + (4 + row * 3) * k))


def _letter(canvas: Canvas, at: Point, k: float, ink: str, paper: str, *, filled: bool) -> None:
    x, y = at
    canvas.fill(ink if filled else paper)
    canvas.rectangle(Bounds(x + 0.5 * k, y + 2.5 * k, 13 * k, 9.5 * k))
    canvas.pen(paper if filled else ink, 1.1)
    canvas.line((x + 0.5 * k, y + 2.5 * k), (x + 7 * k, y + 8 * k), (x + 13.5 * k, y + 2.5 * k))


def _send(canvas: Canvas, at: Point, k: float, ink: str, paper: str) -> None:
    _letter(canvas, at, k, ink, paper, filled=True)


def _receive(canvas: Canvas, at: Point, k: float, ink: str, paper: str) -> None:
    _letter(canvas, at, k, ink, paper, filled=False)


def _table(canvas: Canvas, at: Point, k: float, ink: str, paper: str) -> None:
    x, y = at
    canvas.rectangle(Bounds(x + 0.5 * k, y + 2 * k, 13 * k, 10.5 * k))
    canvas.fill(ink)
    canvas.rectangle(Bounds(x + 0.5 * k, y + 2 * k, 13 * k, 3 * k))
    canvas.line((x + 0.5 * k, y + 8.5 * k), (x + 13.5 * k, y + 8.5 * k))
    canvas.line((x + 5 * k, y + 5 * k), (x + 5 * k, y + 12.5 * k))


def _hand(canvas: Canvas, at: Point, k: float, ink: str, paper: str) -> None:
    x, y = at
    palm = [
        (1, 6), (3, 3), (5, 2), (7, 2.5), (7.5, 3.5), (6, 4.5), (5, 5.2), (8, 5.2), (11, 5.2), (13, 5.2), (13.8, 5.4),
        (13.8, 7), (13, 7.2), (13, 9), (12.5, 9.2), (12, 9.4), (12, 11), (11, 12), (10, 12.4), (4, 12.6), (3, 12.6),
        (1, 11), (1, 10), (1, 8), (1, 6),
    ]  # fmt: skip
    canvas.curve([(x + px * k, y + py * k) for px, py in palm], filled=True)


_ON_TASKS: dict[str, Drawer] = {
    "userTask": _user,
    "serviceTask": _gear,
    "scriptTask": _script,
    "sendTask": _send,
    "receiveTask": _receive,
    "businessRuleTask": _table,
    "manualTask": _hand,
}
ICON_SIZE = 14.0


def has_icon(task_type: str) -> bool:
    return task_type in _ON_TASKS


def task_icon(canvas: Canvas, task_type: str, at: Point, ink: str, paper: str, *, size: float = ICON_SIZE) -> None:
    """With its top left corner at a point."""
    canvas.pen(ink, 1.1)
    canvas.fill(paper)
    _ON_TASKS[task_type](canvas, at, size / ICON_SIZE, ink, paper)


def marker(canvas: Canvas, kind: str, centre: Point, ink: str, paper: str) -> None:
    """At an activity's foot: ``loop``, ``parallel``, ``sequential``, ``adHoc``, ``compensation`` or ``collapsed``."""
    x, y = centre
    canvas.pen(ink, 1.2)
    canvas.fill(paper)
    if kind == "collapsed":
        canvas.rectangle(Bounds(x - 6, y - 6, 12, 12))
        canvas.line((x, y - 4), (x, y + 4))
        canvas.line((x - 4, y), (x + 4, y))
    elif kind == "loop":
        canvas.curve(
            [(x - 2, y + 5), (x - 7, y + 3), (x - 6, y - 5), (x, y - 5), (x + 6, y - 5), (x + 7, y + 3), (x + 2, y + 5)]
        )
        canvas.line((x - 6, y + 5.5), (x - 1.8, y + 5), (x - 2.4, y + 0.8))
    elif kind in ("parallel", "sequential"):
        canvas.pen(ink, 1.8)
        for shift in (-4, 0, 4):
            if kind == "parallel":
                canvas.line((x + shift, y - 5), (x + shift, y + 5))
            else:
                canvas.line((x - 5, y + shift), (x + 5, y + shift))
    elif kind == "adHoc":
        canvas.pen(ink, 1.8)
        canvas.curve(
            [(x - 6, y + 2), (x - 4, y - 5), (x - 2, y - 3), (x, y), (x + 2, y + 3), (x + 4, y + 5), (x + 6, y - 2)]
        )
    elif kind == "compensation":
        canvas.polygon([(x - 6, y), (x, y - 4), (x, y + 4)])
        canvas.polygon([(x, y), (x + 6, y - 4), (x + 6, y + 4)])
