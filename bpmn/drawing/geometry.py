"""Where everything stands in a picture: frames, nodes and lines, in points from the top left corner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bpmn.diagram import Bounds
from bpmn.model import Artifact, FlowNode

Point = tuple[float, float]

MARGIN = 16.0
#: How wide the strip is that holds the name of a pool or a lane.
HEADER = 30.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Something that stands around other things: ``pool``, ``blackBox``, ``lane``, ``group`` or ``subProcess``."""

    id: str
    kind: str
    name: str
    bounds: Bounds
    horizontal: bool = True
    node: FlowNode | None = None
    #: Of a group: where the designer put its name (if anywhere).
    label: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A flow node, data element or annotation, with the place that the designer gave its name (if any)."""

    id: str
    type: str
    name: str
    bounds: Bounds
    label: Bounds | None = None
    node: FlowNode | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """``sequenceFlow``, ``messageFlow``, ``association`` or ``dataAssociation``."""

    id: str
    kind: str
    points: tuple[Point, ...]
    name: str = ""
    label: Bounds | None = None
    default: bool = False
    conditional: bool = False
    #: Of a message flow that shows its message: ``initiating`` or ``non_initiating``.
    icon: str = ""
    #: On a page: the line comes from another one, goes on on another one.
    cut_start: bool = False
    cut_end: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """The band of a stage, over the whole height of the picture."""

    stage: str
    left: float
    right: float
    #: The id of the group that shows it, if any does.
    group: str = ""


@dataclass(frozen=True, slots=True)
class Geometry:
    frames: tuple[Frame, ...]
    nodes: tuple[Placed, ...]
    lines: tuple[Line, ...]
    width: float = 0.0
    height: float = 0.0
    #: The stages from left to right; none where they lie above or over each other.
    columns: tuple[Column, ...] = ()

    @property
    def things(self) -> tuple[Frame | Placed, ...]:
        """Everything but the lines."""
        return (*self.frames, *self.nodes)

    def without_stage_groups(self) -> Geometry:
        """For a picture that shows the stages by heads of its own."""
        shown = {column.group for column in self.columns if column.group}
        return replace(self, frames=tuple(one for one in self.frames if one.id not in shown)).moved_to_corner()

    def moved_to_corner(self) -> Geometry:
        """The same picture with its top left corner at the margin, and its size."""
        boxes = [
            *(frame.bounds for frame in self.frames),
            *(node.bounds for node in self.nodes),
            *(thing.label for thing in self.things if thing.label and thing.name),
            *(line.label for line in self.lines if line.label and line.name),
            *(Bounds(x, y, 0, 0) for line in self.lines for x, y in line.points),
        ]
        if not boxes:
            return self
        top = min(box.y for box in boxes)
        boxes += [Bounds(column.left, top, column.right - column.left, 0) for column in self.columns]
        left, top = min(box.x for box in boxes) - MARGIN, top - MARGIN
        return replace(
            self.moved(-left, -top),
            width=max(box.x + box.width for box in boxes) - left + MARGIN,
            height=max(box.y + box.height for box in boxes) - top + MARGIN,
        )

    def moved(self, right: float, down: float) -> Geometry:
        """Everything at another place; the size stays."""
        return replace(
            self,
            frames=tuple(
                replace(frame, bounds=moved(frame.bounds, right, down), label=_moved(frame.label, right, down))
                for frame in self.frames
            ),
            nodes=tuple(
                replace(node, bounds=moved(node.bounds, right, down), label=_moved(node.label, right, down))
                for node in self.nodes
            ),
            lines=tuple(
                replace(
                    line,
                    points=tuple((x + right, y + down) for x, y in line.points),
                    label=_moved(line.label, right, down),
                )
                for line in self.lines
            ),
            columns=tuple(
                replace(column, left=column.left + right, right=column.right + right) for column in self.columns
            ),
        )


def moved(box: Bounds, right: float, down: float) -> Bounds:
    return Bounds(box.x + right, box.y + down, box.width, box.height)


def _moved(box: Bounds | None, right: float, down: float) -> Bounds | None:
    return moved(box, right, down) if box else None


def middle(box: Bounds) -> Point:
    return box.x + box.width / 2, box.y + box.height / 2


def around(centre: Point, width: float, height: float) -> Bounds:
    return Bounds(centre[0] - width / 2, centre[1] - height / 2, width, height)


def holds(outer: Bounds, point: Point) -> bool:
    return outer.x <= point[0] <= outer.x + outer.width and outer.y <= point[1] <= outer.y + outer.height


def outermost_first(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    """Groups lie over lanes and under sub-processes; among equals the larger lies under the smaller."""
    depth = {"blackBox": 0, "pool": 0, "lane": 1, "group": 2, "subProcess": 3}
    return tuple(sorted(frames, key=lambda frame: (depth[frame.kind], -frame.bounds.width * frame.bounds.height)))


def data_type(artifact: Artifact) -> str:
    return "dataStore" if artifact.type.startswith("dataStore") else artifact.type


__all__ = [
    "HEADER",
    "MARGIN",
    "Column",
    "Frame",
    "Geometry",
    "Line",
    "Placed",
    "Point",
    "around",
    "data_type",
    "holds",
    "middle",
    "moved",
    "outermost_first",
]
