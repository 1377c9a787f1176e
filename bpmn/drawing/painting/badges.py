"""Small signs that marks put on a map: figures on a blue scale, losses, late ones, comments, what a version changed.

Where they go is known before there are any, so that none moves anything, and a page can put them on a map drawn long
ago.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bpmn.diagram import Bounds
from bpmn.drawing import words
from bpmn.drawing.geometry import Geometry, Placed, middle
from bpmn.drawing.measure import Fitted, width_of
from bpmn.drawing.sheet import Part, Sheet
from bpmn.marks import Figures, Marks
from bpmn.names import ACTIVITIES

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
    #: Whether the dot that stands for a deal has room inside.
    holds_token: bool = False


@dataclass(frozen=True, slots=True)
class Badge:
    """``kind`` is ``heat-0`` to ``heat-5``, ``lost``, ``late``, ``comment``, ``added``, ``removed``, ``changed``, or
    ``token``: the dot that stands for a deal."""

    kind: str
    box: Bounds
    text: str
    #: What a number in a strip counts.
    unit: str = ""


def spots_of(geometry: Geometry) -> tuple[Spot, ...]:
    """At the upper corners of nodes and open sub-processes, away from what stands on their borders."""
    nodes = [_spot_of(node) for node in geometry.nodes if node.node is not None]
    frames = [_at_corners(one.id, one.bounds) for one in geometry.frames if one.kind == "subProcess"]
    return (*nodes, *frames)


def _spot_of(node: Placed) -> Spot:
    spot = _at_corners(node.id, _box_of(node), holds_token=node.type in ACTIVITIES)
    if node.type == "boundaryEvent" and not (node.name and node.label and node.label.x < node.bounds.x):
        # Above it is the name of its host; its own is to the right.
        return replace(spot, right=(node.bounds.x - 3, middle(node.bounds)[1] + 13))
    return spot


def _at_corners(id_: str, box: Bounds, *, holds_token: bool = False) -> Spot:
    return Spot(id_, (box.x, box.y), (box.x + box.width, box.y), holds_token=holds_token)


def _box_of(node: Placed) -> Bounds:
    """A diamond's and a circle's corners are empty, and their signs are in the middle: badges stand above those, or to
    the lower right, where the name is above."""
    box = node.bounds
    if not node.type.endswith(("Gateway", "Event")):
        return box
    if node.name and node.label and node.label.y + node.label.height / 2 < box.y:
        return Bounds(box.x + 8, box.y + box.height - 4, box.width + 6, box.height)
    return Bounds(box.x + box.width * 0.1, box.y - 2, box.width * 0.85, box.height)


def badges_of(
    marks: Marks, spots: Mapping[str, Spot], words_of: Mapping[str, str], stages: Collection[str]
) -> Iterator[Badge]:
    """For the elements that have a spot here; the scale is that of the whole map. ``stages``: the ids of all."""
    steps = _Steps(marks, stages)
    rows: dict[str, list[Badge]] = {}
    for id_, figures in marks.figures.items():
        spot = spots.get(id_)
        if spot is not None and spot.strip:
            yield from _strip(figures, spot.strip, steps, words_of)
        elif spot is not None:
            rows[id_] = list(_row(figures, spot, steps, stage=id_ in stages))
            yield from rows[id_]
    for id_ in sorted(marks.current & spots.keys()):
        if spots[id_].holds_token:
            x, y = spots[id_].right
            yield Badge("token", Bounds(x - 16, y + 8, 8, 8), "")
    signs = [("comment", id_, _short(count)) for id_, count in marks.comments.items() if count > 0]
    for kind, ids in (("added", marks.added), ("removed", marks.removed), ("changed", marks.changed)):
        signs += [(kind, id_, "") for id_ in sorted(ids)]
    for kind, id_, text in signs:
        if id_ in spots:
            row = rows.setdefault(id_, [])
            row.append(_sign(kind, text, spots[id_], row))
            yield row[-1]


def _sign(kind: str, text: str, spot: Spot, others: Sequence[Badge]) -> Badge:
    """In the left corner, or left of what stands there."""
    badge = _pill(kind, text, spot.left, grows=1)
    near = [one.box for one in others if abs(one.box.y - badge.box.y) < _HIGH]
    if not any(box.x < badge.box.x + badge.box.width + 2 and badge.box.x < box.x + box.width + 2 for box in near):
        return badge
    return _pill(kind, text, (min(box.x for box in near) - 2, spot.left[1]), grows=-1)


def heat_of(marks: Marks, stages: Collection[str]) -> dict[str, str]:
    """Element to its step on the blue scale, by how many deals have been there."""
    steps = _Steps(marks, stages)
    return {
        id_: steps.kind(figures.count, "count", stage=False)
        for id_, figures in marks.figures.items()
        if figures.count is not None and id_ not in stages
    }


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
        return kind, "band-line", ink_on(kind)
    if kind in ("lost", "late"):
        name = {"lost": "loss", "late": "late"}[kind]
        return f"{name}-soft", name, name
    if kind == "token":
        return "navy-ink", "navy-ink", "navy-ink"
    return "navy", "paper", "navy-ink"


def ink_on(heat: str) -> str:
    return "heat-ink-strong" if int(heat[5:]) >= STEPS - 2 else "heat-ink"


#: The sign of a badge, around its middle: a cross, a clock's hands, a plus, a minus, a wave.
SIGNS: Mapping[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "lost": (((-3, -3), (3, 3)), ((-3, 3), (3, -3))),
    "late": (
        tuple((4.2 * math.sin(math.tau * turn / 16), -4.2 * math.cos(math.tau * turn / 16)) for turn in range(17)),
        ((0, -2.4), (0, 0), (2, 1.2)),
    ),
    "added": (((-4, 0), (4, 0)), ((0, -4), (0, 4))),
    "removed": (((-4, 0), (4, 0)),),
    "changed": (((-4, 1.5), (-1.5, -1.5), (1.5, 1.5), (4, -1.5)),),
}


@dataclass(frozen=True, slots=True)
class Inked:
    """What is drawn on a badge: texts (with their size, boldness and middle), and strokes."""

    texts: tuple[tuple[str, float, bool, tuple[float, float]], ...]
    strokes: tuple[tuple[tuple[float, float], ...], ...]
    radius: float


def inked(badge: Badge) -> Inked:
    box = badge.box
    x, y = box.x + box.width / 2, box.y + box.height / 2
    if badge.unit:
        texts = ((badge.text, _NUMBER, True, (x, y - 5)), (badge.unit, _UNIT, False, (x, y + 9)))
        return Inked(texts, (), 4.0)
    signs = SIGNS.get(badge.kind, ())
    middle = box.x + 8.5 if badge.text else x
    strokes = tuple(tuple((middle + across, y + down) for across, down in stroke) for stroke in signs)
    text = ((badge.text, _TEXT, True, (x + 5 * bool(signs), y)),) if badge.text else ()
    return Inked(text, strokes, box.height / 2)


def paint_badges(sheet: Sheet, spots: Mapping[str, Spot]) -> None:
    setting = sheet.setting
    for badge in badges_of(setting.marks, spots, setting.words, setting.stages):
        _paint(sheet, badge)


def _paint(sheet: Sheet, badge: Badge) -> None:
    theme, canvas = sheet.theme, sheet.canvas
    fill, line, ink = colours_of(badge.kind)
    on_it = inked(badge)
    with sheet.part(Part("", f"badge {badge.kind}")):
        canvas.pen(theme[line], 0.8)
        canvas.fill(theme[fill])
        canvas.rounded(badge.box, on_it.radius)
        canvas.pen(theme[ink], 1.3)
        for stroke in on_it.strokes:
            canvas.line(*stroke)
        for text, size, bold, place in on_it.texts:
            sheet.words(Fitted((text,), size, bold), place, theme[ink])
