"""Which maps may take long to draw, and drawing them where it can be ended."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from bpmn.apart import Ended, Places
from bpmn.drawing.words import TOO_BUSY, TOO_SLOW, TOO_WIDE
from bpmn.errors import DrawingBusy, DrawingFailed, NothingToDraw
from bpmn.model import Definitions
from bpmn.text import Text

T = TypeVar("T")

#: So much is drawn where it was asked for, on a page and on paper: parts, and points across; and way points. The
#: largest of 5,146 real files has 108 nodes, the widest of those at hand is 3,140 points across.
_MOST_PARTS, _WIDEST = (800, 300), (30_000.0, 8_000.0)
_MOST_POINTS = 2_500

places = Places(at_once=2, waiting=2)


def is_heavy(definitions: Definitions, *, on_paper: bool = False) -> bool:
    """Whether drawing it may take longer than a page can wait."""
    shapes = [shape for diagram in definitions.diagrams for shape in diagram.shapes]
    edges = [edge for diagram in definitions.diagrams for edge in diagram.edges]
    held = (definitions.nodes, definitions.joins, definitions.lanes, definitions.artifacts, definitions.participants)
    parts = max(sum(map(len, held)), len(shapes) + len(edges))
    if parts > _MOST_PARTS[on_paper] or sum(len(edge.waypoints) for edge in edges) > _MOST_POINTS:
        return True
    boxes = [shape.bounds for shape in shapes] + [one.label for one in (*shapes, *edges) if one.label is not None]
    far = [number for box in boxes for number in (box.x, box.y, box.x + box.width, box.y + box.height)]
    far += [number for edge in edges for point in edge.waypoints for number in point]
    far += [number for diagram in definitions.diagrams for _, *ends in diagram.columns for number in ends]
    return any(not math.isfinite(number) or abs(number) > _WIDEST[on_paper] for number in far)


def made(act: Callable[..., T], *given: Any, time_limit: float) -> T:
    """What ``act``, a function of a module, draws of what it is given; or DrawingFailed when it may not go on."""
    try:
        what, value = places.made(_told, act, given, time_limit=time_limit)
    except Ended as ended:
        if ended.why == "busy":
            raise DrawingBusy(reason=Text(TOO_BUSY)) from None
        slow = Text(TOO_SLOW, {"seconds": f"{time_limit:g}"})
        raise DrawingFailed(reason=slow if ended.why == "slow" else Text(TOO_WIDE)) from None
    if what == "failed":
        raise DrawingFailed(reason=value)
    if what == "nothing":
        raise NothingToDraw
    result: T = value
    return result


def _told(act: Callable[..., T], given: tuple[Any, ...]) -> tuple[str, Any]:
    """Errors as values: they do not travel well."""
    try:
        return "made", act(*given)
    except DrawingFailed as failed:
        return "failed", failed.reason
    except NothingToDraw:
        return "nothing", None
