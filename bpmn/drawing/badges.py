"""Small signs that marks put on a map: figures on a blue scale, losses, late ones, comments, what a version changed.

Where they go is known before there are any, so that none moves anything, and a page can put them on a map drawn long
ago.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bpmn.diagram import Bounds
from bpmn.drawing import words
from bpmn.drawing.geometry import Geometry, Placed
from bpmn.drawing.measure import Fitted, width_of
from bpmn.drawing.sheet import Part, Sheet
from bpmn.marks import Figures, Marks

_HIGH, _TEXT = 16.0, 9.5
#: Of a strip under a stage's card: its height, and the sizes of the number and of what it counts.
STRIP = 34.0
_NUMBER, _UNIT = 14.0, 8.5
STEPS = 6


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the badges of one element go: ``left`` ends in a corner above it, ``right`` in the other."""

    id: str
    left: tuple[float, float]
    right: tuple[float, float]
    #: For a stage: the strip with its figures.
    strip: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    """``kind`` is ``heat-0`` to ``heat-5``, ``lost``, ``late``, ``comment``, ``added``, ``removed`` or ``changed``."""

    kind: str
    box: Bounds
    text: str
    #: What a number in a strip counts.
    unit: str = ""


def spots_of(geometry: Geometry) -> tuple[Spot, ...]:
    """At the upper corners of nodes and open sub-processes, away from what stands on their borders."""
    boxes = [(node.id, _box_of(node)) for node in geometry.nodes if node.node is not None]
    boxes += [(frame.id, frame.bounds) for frame in geometry.frames if frame.kind == "subProcess"]
    return tuple(Spot(id_, (box.x, box.y), (box.x + box.width, box.y)) for id_, box in boxes)


def _box_of(node: Placed) -> Bounds:
    """A diamond's and a circle's corners are empty, so the badges come nearer."""
    box = node.bounds
    if node.type.endswith(("Gateway", "Event")):
        return Bounds(box.x + box.width * 0.12, box.y + box.height * 0.12, box.width * 0.76, box.height)
    return box


def badges_of(
    marks: Marks, spots: Mapping[str, Spot], words_of: Mapping[str, str], stages: Collection[str]
) -> Iterator[Badge]:
    """For the elements that have a spot here; the scale is that of the whole map. ``stages``: the ids of all."""
    steps = _Steps(marks, stages)
    for id_, figures in marks.figures.items():
        spot = spots.get(id_)
        if spot is None:
            continue
        if spot.strip:
            yield from _strip(figures, spot.strip, steps, words_of)
        else:
            yield from _row(figures, spot, steps, stage=id_ in stages)
    for id_, count in marks.comments.items():
        if (spot := spots.get(id_)) and count > 0:
            yield _pill("comment", _short(count), spot.left, grows=1)
    for kind, ids in (("added", marks.added), ("removed", marks.removed), ("changed", marks.changed)):
        for id_ in sorted(ids):
            if (spot := spots.get(id_)) and not spot.strip:
                yield _pill(kind, "", (spot.left[0] + (26 if id_ in marks.comments else 0), spot.left[1]), grows=1)


class _Steps:
    """Where on the blue scale a figure stands: among those of elements, or those of stages."""

    def __init__(self, marks: Marks, stages: Collection[str]) -> None:
        self._most: dict[tuple[bool, str], float] = {}
        for id_, figures in marks.figures.items():
            for name in ("count", "conversion", "median_days"):
                key, value = (id_ in stages, name), float(getattr(figures, name) or 0)
                self._most[key] = max(value, self._most.get(key, 0.0))

    def kind(self, value: float, name: str, *, stage: bool) -> str:
        most = self._most.get((stage, name), 0.0)
        return f"heat-{min(round(value / most * (STEPS - 1)) if most else 0, STEPS - 1)}"


def _row(figures: Figures, spot: Spot, steps: _Steps, *, stage: bool) -> Iterator[Badge]:
    """From the right corner to the left."""
    x, y = spot.right
    x += 6
    if figures.count is not None:
        badge = _pill(steps.kind(figures.count, "count", stage=stage), _short(figures.count), (x, y), grows=-1)
        yield badge
        x = badge.box.x - 2
    for kind, count in (("lost", figures.lost), ("late", figures.late)):
        if count:
            badge = _pill(kind, _short(count), (x, y), grows=-1)
            yield badge
            x = badge.box.x - 2


def _strip(figures: Figures, strip: Bounds, steps: _Steps, said: Mapping[str, str]) -> Iterator[Badge]:
    known = [
        ("count", figures.count, _short(figures.count or 0), words.COUNT),
        ("conversion", figures.conversion, f"{100 * (figures.conversion or 0):.0f} %", words.CONVERSION),
        ("median_days", figures.median_days, f"{figures.median_days or 0:g}", words.DAYS),
    ]
    shown = [(name, value, text, unit) for name, value, text, unit in known if value is not None]
    width = (strip.width - 4 * (len(shown) - 1)) / max(len(shown), 1)
    for place, (name, value, text, unit) in enumerate(shown):
        box = Bounds(strip.x + place * (width + 4), strip.y, width, strip.height)
        yield Badge(steps.kind(float(value or 0), name, stage=True), box, text, said.get(unit, unit))


def _pill(kind: str, text: str, corner: tuple[float, float], *, grows: int) -> Badge:
    sign = 11.0 if kind in ("lost", "late") else 0.0
    width = max(width_of(text, _TEXT, bold=True) + 9 + sign, _HIGH)
    x = corner[0] - (width if grows < 0 else 6)
    return Badge(kind, Bounds(x, corner[1] - _HIGH / 2 - 2, width, _HIGH), text)


def _short(count: int) -> str:
    return str(count) if count < 10_000 else f"{count / 1000:.0f}k" if count < 1_000_000 else f"{count / 1e6:.0f}M"


def colours_of(kind: str) -> tuple[str, str, str]:
    """The names of a badge's fill, line and ink."""
    if kind.startswith("heat-"):
        return kind, "band-line", "heat-ink-strong" if int(kind[5:]) >= STEPS - 2 else "heat-ink"
    if kind in ("lost", "late"):
        name = {"lost": "loss", "late": "late"}[kind]
        return f"{name}-soft", name, name
    return "navy", "paper", "navy-ink"


def paint_badges(sheet: Sheet, spots: Mapping[str, Spot]) -> None:
    setting = sheet.setting
    for badge in badges_of(setting.marks, spots, setting.words, setting.stages):
        _paint(sheet, badge)


def _paint(sheet: Sheet, badge: Badge) -> None:
    theme, canvas, box = sheet.theme, sheet.canvas, badge.box
    fill, line, ink = colours_of(badge.kind)
    y = box.y + box.height / 2
    with sheet.part(Part("", f"badge {badge.kind}")):
        canvas.pen(theme[line], 0.8)
        canvas.fill(theme[fill])
        canvas.rounded(box, 4 if badge.unit else _HIGH / 2)
        if badge.unit:
            x = box.x + box.width / 2
            sheet.words(Fitted((badge.text,), _NUMBER, True), (x, y - 5), theme[ink])
            sheet.words(Fitted((badge.unit,), _UNIT), (x, y + 9), theme[ink])
            return
        x = box.x + box.width / 2
        if badge.kind in ("lost", "late", "added", "removed", "changed"):
            centre = (box.x + 8.5 if badge.text else x, y)
            canvas.pen(theme[ink], 1.4)
            for stroke in strokes_of(badge.kind):
                canvas.line(*[(centre[0] + across, centre[1] + down) for across, down in stroke])
            x += 5.0
        sheet.words(Fitted((badge.text,), _TEXT, True) if badge.text else Fitted((), _TEXT), (x, y), theme[ink])


def strokes_of(kind: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The sign of a badge, around its middle: a cross, a clock's hands, a plus, a minus, a wave."""
    return {
        "lost": (((-3, -3), (3, 3)), ((-3, 3), (3, -3))),
        "late": (((0, -4), (0, 0), (3, 2)),),
        "added": (((-4, 0), (4, 0)), ((0, -4), (0, 4))),
        "removed": (((-4, 0), (4, 0)),),
        "changed": (((-4, 1.5), (-1.5, -1.5), (1.5, 1.5), (4, -1.5)),),
    }.get(kind, ())
