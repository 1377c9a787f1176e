"""Where the designer has put everything: the standard's diagram interchange (BPMN 2.0.2, section 12) as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle in points, y downwards."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """``BPMNShape``: where the designer put an element."""

    element: str
    bounds: Bounds
    label: Bounds | None = None
    horizontal: bool = True
    expanded: bool | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """``BPMNEdge``: the way points of a flow."""

    element: str
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None = None
    #: ``messageVisibleKind``: ``initiating`` or ``non_initiating`` where the message itself is shown.
    message: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """One ``BPMNDiagram``: a picture of its own."""

    id: str
    name: str = ""
    shapes: tuple[Shape, ...] = ()
    edges: tuple[Edge, ...] = ()
    #: Where each stage begins and ends, in a file that shows its stages by no groups (``sales:columns``).
    columns: tuple[tuple[str, float, float], ...] = ()
