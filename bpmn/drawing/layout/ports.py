"""On which side of an item a line begins or ends, and where on that side: what a reader expects costs nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.drawing.label import EVENT_RADIUS
from bpmn.drawing.layout.parts import BOTTOM, LEFT, RIGHT, TOP, End, Item, Link, LinkKey, Scope
from bpmn.drawing.layout.runs import APART, Port, Traffic

#: Lines into the upper or lower side of a task may stand beside each other at these places.
_PLACES = (0.0, 24.0, -24.0, 44.0, -44.0)
#: As far from a boundary event, and from the corner of a task.
_EVENT_APART, _CORNER = 30.0, 14.0
#: What it costs to leave a side that something leaves, to stand beside the middle, to join a line that is there.
_SHARED, _ASIDE, _TAKEN = 6.0, 3.0, 8.0
#: Flows come in from the left and go out to the right; else it depends on what they leave or enter.
_OUT = {"gateway": 1.0, "event": 8.0, "activity": 12.0, "frame": 12.0}
_IN = {"gateway": 3.0, "event": 8.0, "activity": 14.0, "frame": 14.0}
_OTHER = 12.0
#: What leads back comes and goes above or below. A note is joined at any side, other things above or below.
_BACK_LEVEL, _NOTE_LEVEL = 14.0, 6.0


class Ports:
    def __init__(self, scope: Scope, back: frozenset[LinkKey]) -> None:
        self._items, self._back = scope.items, back
        #: Where lines come out of open sub-processes, by item and side.
        self._fixed: dict[tuple[str, str], list[float]] = {}
        for link in scope.links:
            for end in (link.source, link.target):
                if end.side and not end.beyond:
                    self._fixed.setdefault((end.item, end.side), []).append(end.offset)

    def of(self, link: Link, end: End, traffic: Traffic, *, leaving: bool) -> Iterator[tuple[Port, float]]:
        """The places where a link may begin (``leaving``) or end, with what each costs."""
        if end.side:
            yield Port(end.side, end.offset), 0.0
            return
        item = self._items[end.item]
        for side, cost in self._sides(link, item, leaving).items():
            if side in (LEFT, RIGHT):
                yield Port(side), cost + (_SHARED if leaving and traffic.used(item.id, side) else 0)
                continue
            for number, offset in enumerate(self._offsets(item, side)):
                taken = traffic.taken(item.id, side, offset, not leaving and link.kind == "flow")
                yield Port(side, offset), cost + _ASIDE * number + (_TAKEN if taken else 0)
                if not taken and offset == 0:
                    break

    def _sides(self, link: Link, item: Item, leaving: bool) -> dict[str, float]:
        if link.kind == "message":
            return {TOP: 0.0, BOTTOM: 0.0}
        if link.kind == "association":
            level = 0.0 if item.kind in ("note", "data", "group") else _NOTE_LEVEL
            return {TOP: 0.0, BOTTOM: 0.0, LEFT: level, RIGHT: level}
        ahead = RIGHT if leaving else LEFT
        if link.key in self._back:
            return {ahead: _BACK_LEVEL, TOP: 0.0, BOTTOM: 1.0}
        upright = (_OUT if leaving else _IN).get(item.kind, _OTHER)
        return {ahead: 0.0, TOP: upright + 1, BOTTOM: upright}

    def _offsets(self, item: Item, side: str) -> list[float]:
        """The places on the upper or lower side that are left, the middle first."""
        if item.kind not in ("activity", "frame"):
            return [0.0]
        half = min(item.extent.left, item.extent.right) - _CORNER
        events = item.events if side == BOTTOM else ()
        taken = [_kept(place, wide, last=events[-1][0] == place) for place, wide, _ in events]
        taken += [(place - APART, place + APART) for place in self._fixed.get((item.id, side), ())]
        within = (offset for offset in _PLACES if abs(offset) <= half)
        return [offset for offset in within if not any(low < offset < high for low, high in taken)]


def _kept(place: float, wide: float, *, last: bool) -> tuple[float, float]:
    """What a boundary event keeps to itself of its host's foot: room for its circle, and for names beside its line."""
    name = max(EVENT_RADIUS + wide if wide else 0.0, _EVENT_APART)
    if last and place < 0:
        return place - name, place + _EVENT_APART
    return place - _EVENT_APART, place + name


__all__ = ["Ports"]
