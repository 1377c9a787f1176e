"""A drawing in the making: DOT statements for Graphviz, and what each of its parts stands for.

No text of a file but names ever reaches Graphviz, and ids reach it as numbers: clean.py puts the real ones in place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bpmn.diagram import Bounds
from bpmn.drawing.canvas import Canvas, rounded_path, towards
from bpmn.drawing.geometry import Point, middle
from bpmn.drawing.measure import Fitted
from bpmn.drawing.themes import Theme
from bpmn.marks import Marks

#: Graphviz reads at most 16 KiB in one pair of quotes.
_LONGEST_STRING = 4000
_CLEAR = '"#00000000"'
FONT = {False: "Inter", True: "Inter SemiBold"}


@dataclass(frozen=True, slots=True)
class Part:
    """What a group of the SVG stands for."""

    id: str
    classes: str
    title: str = ""
    href: str = ""
    #: The text runs upwards, around this point.
    turned: Point | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for every part of one drawing."""

    theme: Theme
    marks: Marks = field(default_factory=Marks)
    path: frozenset[str] = frozenset()
    losing: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict)
    #: SVG can turn the names of pools and lanes; Graphviz itself cannot.
    can_turn: bool = True


class Sheet:
    def __init__(self, width: float, height: float, setting: Setting) -> None:
        self.width, self.height, self.setting = width, height, setting
        self.theme = setting.theme
        self.canvas = Canvas(height)
        self.parts: dict[str, Part] = {}
        self._statements: list[str] = []

    def put(
        self,
        part: Part | None,
        box: Bounds,
        text: Fitted | None = None,
        colour: str = "",
        *,
        shape: str = "box",
        align: str = "n",
        beside: tuple[Fitted, Point, str] | None = None,
    ) -> None:
        """A part that can be pointed at, with a text inside, and another one ``beside`` it around a point."""
        key = self._keep(part)
        attributes = [
            f'pos="{self._point(middle(box))}" shape={shape} width={box.width / 72:.4f} height={box.height / 72:.4f}',
            f"color={_CLEAR}",
        ]
        if text and text.lines:
            attributes.append(f"label={_label(text, align)} {_ink(text, colour)}")
        if beside and beside[0].lines:
            other, place, other_colour = beside
            # Graphviz has one size and one colour for both texts of a node, so a node has one or the other.
            attributes.append(f'xlabel={_label(other)} xlp="{self._point(place)}" {_ink(other, other_colour)}')
        self._statements.append(f"{key} [id={key} {' '.join(attributes)}];")

    def words(self, text: Fitted, place: Point, colour: str, *, align: str = "n", part: Part | None = None) -> None:
        """Text around a point (``align`` n), or from it to the right (l)."""
        width = text.width + 2
        x = place[0] + (width / 2 if align == "l" else 0)
        self.put(
            part,
            Bounds(x - width / 2, place[1] - text.height / 2, width, text.height),
            text,
            colour,
            shape="none",
            align=align,
        )

    def line(
        self,
        part: Part,
        points: Sequence[Point],
        colour: str,
        width: float,
        style: str,
        *,
        ends: str = "",
        head: float = 0.0,
        tail: float = 0.0,
        label: tuple[Fitted, Point, str] | None = None,
    ) -> None:
        """``head`` and ``tail``: how much of the line its arrows take."""
        key = self._keep(part)
        path = [*points]
        position = ""
        if tail:
            position += f"s,{self._point(path[0])} "
            path[0] = towards(path[0], path[1], tail)
        if head:
            position += f"e,{self._point(path[-1])} "
            path[-1] = towards(path[-1], path[-2], head)
        position += " ".join(map(self._point, rounded_path(path)))
        attributes = f'pos="{position}" color="{colour}" penwidth={width:g} style={style} {ends}'
        if label and label[0].lines:
            attributes += f' label={_label(label[0])} lp="{self._point(label[1])}" {_ink(label[0], label[2])}'
        self._statements.append(f"a -> b [id={key} {attributes}];")

    def dot(self) -> str:
        """The whole drawing for the engine nop2."""
        size = f"0,0,{self.width:.2f},{self.height:.2f}"
        head = (
            f'digraph map {{ graph [bb="{size}" pad=0 margin=0 fontname="Inter" outputorder=edgesfirst '
            f'bgcolor="{self.theme["paper"]}" _background={_joined(str(self.canvas))}];\n'
            'node [fontname="Inter" fixedsize=shape margin=0 label="" penwidth=0.1];\n'
            'edge [fontname="Inter"];\n'
            # Every line carries its own points: these two ends only hold its place.
            f'a [pos="0,0" style=invis width=0.01 height=0.01]; b [pos="{self.width:.2f},{self.height:.2f}" '
            "style=invis width=0.01 height=0.01];\n"
        )
        return head + "\n".join(self._statements) + "\n}\n"

    def _keep(self, part: Part | None) -> str:
        key = f"p{len(self._statements)}"
        if part is not None:
            self.parts[key] = part
        return key

    def _point(self, point: Point) -> str:
        return f"{point[0]:.2f},{self.height - point[1]:.2f}"


def _ink(text: Fitted, colour: str) -> str:
    return f'fontsize={text.size:g} fontcolor="{colour}" fontname="{FONT[text.bold]}"'


def _label(text: Fitted, align: str = "n") -> str:
    """Graphviz reads backslashes and HTML entities in a label, so both are written twice."""
    ends = f"\\{align}"
    lines = [line.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in text.lines]
    return '"' + ends.join(lines) + (ends if align != "n" else "") + '"'


def _joined(text: str) -> str:
    pieces = [text[start : start + _LONGEST_STRING] for start in range(0, len(text), _LONGEST_STRING)]
    return " + ".join(f'"{piece}"' for piece in pieces) or '""'
