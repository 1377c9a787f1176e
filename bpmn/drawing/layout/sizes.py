"""How much room each element takes, and where boundary events stand at the lower border of their host."""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.drawing.layout.parts import Extent
from bpmn.drawing.measure import FRAME_NAME, LANE_NAME, NODE_NAME, NOTE_TEXT, TASK_NAME, fit, taken_by
from bpmn.model import Artifact, FlowNode
from bpmn.names import GATEWAYS

TASK_WIDTH, TASK_HEIGHT = 120.0, 80.0
EVENT, GATEWAY = 36.0, 50.0
DATA, GROUP = (36.0, 50.0), (150.0, 80.0)
#: What icons and markers take of a task's height, and its border of its width.
_ICONS, _SIDES = TASK_HEIGHT - TASK_NAME.height, TASK_WIDTH - TASK_NAME.width
_TALLEST, _READABLE = 140.0, 10.0
_LOWEST_LANE, _HIGHEST_LANE = 80.0, 200.0
_NARROWEST_FRAME, _WIDEST_FRAME = 180.0, 420.0
#: Between the middles of two boundary events, and from the middle of a task to one that leaves the foot to a marker.
_APART, _ASIDE = 60.0, 34.0


def height_for(name: str) -> float:
    """Of a lane: its name runs upwards and has to be read."""
    height = _LOWEST_LANE
    while height < _HIGHEST_LANE and fit(name, height - 8, LANE_NAME.height, LANE_NAME.sizes, True).size < _READABLE:
        height += 20
    return height


def width_for(name: str) -> float:
    """Of an open sub-process: wider than any task, or it would be taken for one, and its name has to be read."""
    width = _NARROWEST_FRAME
    while width < _WIDEST_FRAME and fit(name, width - 24, FRAME_NAME.height, FRAME_NAME.sizes, True).size < _READABLE:
        width += 40
    return width


def centred(width: float, height: float) -> Extent:
    return Extent(width / 2, width / 2, height / 2, height / 2)


def kind_of(node: FlowNode) -> str:
    if node.type in GATEWAYS:
        return "gateway"
    return "event" if node.type.endswith("Event") else "activity"


def size_of(node: FlowNode, events: Sequence[FlowNode] = ()) -> Extent:
    """A task is as high as its name needs to stay readable, and as wide as its boundary events need."""
    kind = kind_of(node)
    if kind == "event":
        return centred(EVENT, EVENT)
    if kind == "gateway":
        return centred(GATEWAY, GATEWAY)
    width = max(TASK_WIDTH, 2 * _ASIDE + _apart(events) * len(events) - 8 if len(events) > 1 else 0)
    height = TASK_HEIGHT
    while height < _TALLEST and fit(node.name, width - _SIDES, height - _ICONS, TASK_NAME.sizes).size < _READABLE:
        height += 12
    return centred(width, height)


def size_of_artifact(artifact: Artifact) -> Extent:
    if artifact.type == "textAnnotation":
        text = fit(artifact.name, NOTE_TEXT.width, NOTE_TEXT.height, NOTE_TEXT.sizes)
        return centred(2 * round(max(text.width, 30) / 2) + 16, 2 * round(max(text.height, 24) / 2) + 8)
    return centred(*GROUP) if artifact.type == "group" else centred(*DATA)


def places_of(node: FlowNode, events: Sequence[FlowNode]) -> tuple[float, ...]:
    """How far right of the middle each boundary event stands.

    One alone stands in the middle, unless a marker does. Of several, the first stands at the right: what it leads to is
    nearest, and so their lines do not cross.
    """
    if len(events) == 1:
        return (_ASIDE if _has_marker(node) else 0.0,)
    apart = _apart(events)
    return tuple(apart * ((len(events) - 1) / 2 - number) for number in range(len(events)))


def _apart(events: Sequence[FlowNode]) -> float:
    """The names of two stand left and right of their lines; those of more need room in between."""
    if len(events) < 3:
        return _APART
    widest = max(taken_by(event.name, NODE_NAME)[0] for event in events)
    return max(_APART, widest + 24)


def _has_marker(node: FlowNode) -> bool:
    return node.is_sub_process or node.type == "callActivity" or node.loop is not None or node.compensation
