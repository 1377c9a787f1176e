"""What the layout works on: the things of one scope that each take a place, and the links that join them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEFT, RIGHT, TOP, BOTTOM = "left", "right", "top", "bottom"
#: A link, and which part of it.
LinkKey = tuple[str, str]
#: The end of a link that leaves its scope: any place on the scope's upper or lower border.
BORDER = ""


class TooMuchWork(Exception):
    """A graph that no orderly layout can be found for within the budget."""


class Budget:
    """Work that may be done, counted in looks at a cell, a line or a pair: the same on every machine."""

    def __init__(self, most: int) -> None:
        self.left = most

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise TooMuchWork


@dataclass(frozen=True, slots=True)
class Extent:
    """How far something reaches from its anchor, in points."""

    left: float
    right: float
    up: float
    down: float

    @property
    def width(self) -> float:
        return self.left + self.right

    @property
    def height(self) -> float:
        return self.up + self.down

    def joined(self, other: Extent) -> Extent:
        return Extent(
            max(self.left, other.left),
            max(self.right, other.right),
            max(self.up, other.up),
            max(self.down, other.down),
        )


@dataclass(frozen=True, slots=True)
class Item:
    """Something that takes a place of its own: a flow node, an open sub-process, data, a note or a closed pool.

    ``kind`` is ``activity``, ``gateway``, ``event``, ``frame``, ``data``, ``note``, ``group`` or ``pool``.
    """

    id: str
    kind: str
    extent: Extent
    region: int = 0
    #: The place of its stage among the stages, -1 for none.
    stage: int = -1
    #: Of an open sub-process: how many rows beside its main one it stands beside, above and below; how many columns.
    rows: tuple[int, int] = (0, 0)
    columns: int = 1
    on_path: bool = False
    losing: bool = False
    #: An event sub-process: no flow leads to it, so it stands where there is room.
    loose: bool = False
    is_end: bool = False
    is_start: bool = False
    #: What its name takes beside the shape: width and height, zero when it stands inside or is none.
    label: tuple[float, float] = (0.0, 0.0)
    #: Names of the boundary events at its lower border: how far right of the anchor each stands, width and height.
    events: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """Where a link begins or ends. A fixed end has its side, and its place on that side from the item's anchor."""

    item: str
    side: str = ""
    offset: float = 0.0
    #: How far below the item's border it begins: a boundary event stands out by half.
    beyond: float = 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """A flow, message flow or association, or the part of it that lies in one scope.

    ``part`` is ``whole``, or ``source`` or ``target``: from the border of the scope to that end.
    """

    id: str
    kind: str
    source: End
    target: End
    part: str = "whole"
    #: What its name takes: width and height.
    label: tuple[float, float] = (0.0, 0.0)
    on_path: bool = False
    #: Its start carries a sign: the slash of a default flow or the diamond of a condition.
    marked: bool = False
    from_event: bool = False

    @property
    def key(self) -> LinkKey:
        return self.id, self.part


@dataclass(frozen=True, slots=True)
class Region:
    """A band of rows that is one lane, one pool without lanes, or one closed pool (``closed``).

    ``frames`` are the pool and the lanes around it, outermost first.
    """

    frames: tuple[str, ...] = ()
    closed: bool = False
    #: How high it is at least, for the name of its lane to be read.
    height: float = 0.0
    #: The process or sub-process whose nodes stand in it.
    scope: str = ""


@dataclass(frozen=True)
class Scope:
    """The inside of a sub-process, or the whole picture."""

    items: Mapping[str, Item]
    links: tuple[Link, ...]
    regions: tuple[Region, ...]
    #: How many stages there are, so how many bands: none inside a sub-process.
    stages: int = 0
    #: Notes and data by the items that they belong to.
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: How wide a sub-process is at least, with its border and its name at the top; zero for the whole picture.
    least_width: float = 0.0

    @property
    def bordered(self) -> bool:
        return self.least_width > 0
