"""Which maps may take long to draw, and drawing them where it can be ended."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from bpmn.apart import Ended, Places
from bpmn.drawing.words import TOO_BUSY, TOO_SLOW, TOO_WIDE
from bpmn.errors import DrawingFailed, NothingToDraw
from bpmn.model import Definitions
from bpmn.text import Text

T = TypeVar("T")

#: So much is drawn where it was asked for: parts, the same on paper, way points, and points across. The largest of
#: 5,146 real files has 108 nodes.
_MOST_PARTS, _MOST_ON_PAPER, _MOST_POINTS, _WIDEST = 800, 300, 2_500, 30_000.0

places = Places(at_once=2, waiting=2)


def is_heavy(definitions: Definitions, *, on_paper: bool = False) -> bool:
    """Whether drawing it may take longer than a page can wait."""
    shapes = [shape for diagram in definitions.diagrams for shape in diagram.shapes]
    edges = [edge for diagram in definitions.diagrams for edge in diagram.edges]
    held = (definitions.nodes, definitions.joins, definitions.lanes, definitions.artifacts, definitions.participants)
    parts = max(sum(map(len, held)), len(shapes) + len(edges))
    if parts > (_MOST_ON_PAPER if on_paper else _MOST_PARTS):
        return True
    if sum(len(edge.waypoints) for edge in edges) > _MOST_POINTS:
        return True
    far = [number for shape in shapes for number in (shape.bounds.x, shape.bounds.y, *_end(shape.bounds))]
    far += [number for edge in edges for point in edge.waypoints for number in point]
    return any(not math.isfinite(number) or abs(number) > _WIDEST for number in far)


def _end(box: Any) -> tuple[float, float]:
    return box.x + box.width, box.y + box.height


def made(act: Callable[..., T], *given: Any, time_limit: float) -> T:
    """What ``act``, a function of a module, draws of what it is given; or DrawingFailed when it may not go on."""
    try:
        what, value = places.made(_told, act, given, time_limit=time_limit)
    except Ended as ended:
        reasons = {"busy": Text(TOO_BUSY), "slow": Text(TOO_SLOW, {"seconds": f"{time_limit:g}"})}
        raise DrawingFailed(reason=reasons.get(ended.why, Text(TOO_WIDE))) from None
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
