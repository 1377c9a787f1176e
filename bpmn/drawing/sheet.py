"""A drawing in the making: DOT statements for Graphviz, and what each of its parts stands for.

No text of a file but names ever reaches Graphviz, and ids reach it as numbers: clean.py puts the real ones in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

import graphviz
from graphviz.quoting import quote

from bpmn.diagram import Bounds
from bpmn.drawing.canvas import CLEAR, Canvas, rounded_path, towards
from bpmn.drawing.fonts import letter_shapes
from bpmn.drawing.geometry import Point, holds, middle
from bpmn.drawing.measure import Fitted
from bpmn.drawing.strokes import PATTERNS, dashes, flattened
from bpmn.drawing.themes import Theme
from bpmn.marks import Marks

#: Bytes: Graphviz reads at most 16 KiB in one pair of quotes, and takes its time to join many.
_LONGEST_STRING = 16_000
#: How much of a line a text hides that stands on it, in hexadecimal.
_COVER = "d0"
FONT = {False: "Inter", True: "Inter SemiBold"}
#: Pango sets letters on whole pixels. Drawn so much larger and scaled down again, they stand where they should.
FINE = 16.0


#: Into the same site, and nowhere else: not ``//elsewhere``, however it is written.
_INSIDE = re.compile(r"(?:/(?![/\\])|[#?])[^\x00-\x20\\]*")


def leads_inside(address: str) -> bool:
    return _INSIDE.fullmatch(address) is not None


def whole_address(base: str, address: str) -> str:
    """Below the base, such as ``https://sales.company.com``, and nowhere else; empty where there is no such base."""
    if not re.match(r"https?://[^/]", base):
        return ""
    whole = urljoin(base, address)
    there, here = urlsplit(whole), urlsplit(base)
    return whole if (there.scheme, there.netloc) == (here.scheme, here.netloc) else ""


@dataclass(frozen=True, slots=True)
class Part:
    """What a group of the SVG stands for."""

    id: str
    classes: str
    title: str = ""
    href: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What clean.py has to know of a node or edge of the graph: its part, its role in it, how its line is broken."""

    part: str
    after: int
    role: str = ""
    pattern: tuple[float, ...] = ()
    #: The text runs upwards, around this point.
    turned: Point | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for every part of one drawing."""

    theme: Theme
    marks: Marks = field(default_factory=Marks)
    path: frozenset[str] = frozenset()
    losing: frozenset[str] = frozenset()
    #: The ids of all stages, and their names.
    stages: frozenset[str] = frozenset()
    stage_names: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict)
    #: Sentences of the map itself, in the reader's language.
    words: Mapping[str, str] = field(default_factory=dict)
    #: Element to what is told of it where it is pointed at.
    told: Mapping[str, str] = field(default_factory=dict)
    #: Element to its step on the blue scale (badges.py).
    heat: Mapping[str, str] = field(default_factory=dict)
    #: SVG turns text and breaks lines by itself; for PNG and PDF both are drawn.
    is_svg: bool = True

    def word(self, sentence: str) -> str:
        return self.words.get(sentence, sentence)


class Sheet:
    def __init__(self, width: float, height: float, setting: Setting) -> None:
        self.width, self.height, self.setting = width, height, setting
        self.theme = setting.theme
        self._scale = 1.0 if setting.is_svg else FINE
        self.canvas = Canvas(height, self._scale, breaks_lines=not setting.is_svg)
        self.parts: dict[str, Part] = {}
        self.statements: dict[str, Statement] = {}
        #: Where parts with a link are, for what is not SVG.
        self.linked: list[tuple[Bounds, str]] = []
        #: Where a click leads to another page, and to which.
        self.jumps: list[tuple[Bounds, int]] = []
        #: What lies under everything, where it is not paper; the last one is on top.
        self.grounds: list[tuple[Bounds, str]] = []
        #: The smallest text, in points.
        self.smallest = 99.0
        self._dot: list[str] = []

    @contextmanager
    def part(self, part: Part, area: Bounds | None = None) -> Iterator[None]:
        """All that is drawn until the end belongs to it."""
        key = f"p{len(self.parts)}"
        self.parts[key] = part
        self.canvas.part, self.canvas.parts_begun = key, len(self.parts)
        if area and leads_inside(part.href):
            self.linked.append((area, part.href))
        yield
        self.canvas.part = ""

    def node(self, box: Bounds, text: Fitted | None = None, colour: str = "", *, shape: str = "box") -> None:
        """Something that stands in the graph as a node, with its text inside."""
        label = f"label={_label(text)} {self._ink(text, colour)}" if text and text.lines else ""
        self._node(box, f"shape={shape} fixedsize=true {label}", Statement(self.canvas.part, len(self.parts)))

    def words(
        self, text: Fitted, place: Point, colour: str, *, align: str = "n", role: str = "", over_lines: bool = False
    ) -> None:
        """Text around a point (``align`` n), from it to the right (l) or up to it (r); it may hide lines under it."""
        if not text.lines:
            return
        # Bold or not, it takes the same room.
        width = (replace(text, bold=True) if over_lines else text).width + 2
        if align != "n":
            # Graphviz aligns at the edge of the box, unless the text is wider than it was thought to be; and it makes
            # the sheet as wide as its boxes.
            room = self.width - place[0] if align == "l" else place[0]
            width = max(width, min(1.1 * width + 8, room))
        x = place[0] + {"l": width / 2, "r": -width / 2}.get(align, 0.0)
        box = Bounds(x - width / 2, place[1] - text.height / 2, width, text.height)
        shape = f'shape=box style=filled fillcolor="{self._ground(place)}{_COVER}"' if over_lines else "shape=none"
        label = f"{shape} label={_label(text, align)} {self._ink(text, colour)}"
        self._node(box, label, Statement(self.canvas.part, len(self.parts), role))

    def upright(self, text: Fitted, box: Bounds, colour: str, ground: str) -> None:
        """Text that runs upwards in the middle of a box of one colour, the ``ground``."""
        if not text.lines:
            return
        centre = middle(box)
        if self.setting.is_svg:
            statement = Statement(self.canvas.part, len(self.parts), turned=centre)
            self._node(box, f"shape=none label={_label(text)} {self._ink(text, colour)}", statement)
            return
        # Graphviz turns no text: its letters are drawn as shapes, over the same words for those who search.
        self.smallest = min(self.smallest, text.size)
        self.canvas.hidden_words(" ".join(text.lines), centre, box.width * 0.9, ground)
        for contours in letter_shapes(text, centre):
            self.canvas.outline(contours, colour)

    def line(
        self, points: Sequence[Point], colour: str, width: float, style: str, *, head: float = 0.0, tail: float = 0.0
    ) -> None:
        """``head`` and ``tail``: how much of the line its arrows take."""
        path = [*points]
        if tail:
            path[0] = towards(path[0], path[1], tail)
        if head:
            path[-1] = towards(path[-1], path[-2], head)
        curve = rounded_path(path)
        pattern = PATTERNS[style]
        if pattern and not self.setting.is_svg:
            self.canvas.pen(colour, width)
            for dash in dashes(flattened(curve), pattern):
                self.canvas.line(*dash)
            return
        key = self._keep(Statement(self.canvas.part, len(self.parts), "stroke", pattern))
        position = " ".join(map(self._point, curve))
        self._dot.append(
            f'a -> b [id={key} pos="{position}" color="{colour}" penwidth={width * self._scale:g} dir=none];'
        )

    def dot(self, *, width: float = 0.0, dpi: float = 0.0) -> str:
        """The whole drawing for the engine nop2; ``width`` in points if it is to be another than the sheet's."""
        k = self._scale
        right, top = self.width * k, self.height * k
        shrunk = (width or self.width) / self.width
        size = "" if k == 1.0 else f'size="{self.width * shrunk / 72:.6f},{self.height * shrunk / 72:.6f}" '
        head = (
            f'digraph map {{ graph [bb="0,0,{right:.2f},{top:.2f}" {size}{f"dpi={dpi:.6f} " if dpi else ""}'
            f'pad=0 margin=0 fontname="Inter" outputorder=edgesfirst '
            f'bgcolor="{self.theme["paper"]}" _background={_joined(str(self.canvas))}];\n'
            f'node [fontname="Inter" fixedsize=shape margin=0 label="" color="{CLEAR}" penwidth=0.1];\n'
            # Every line carries its own points: these two ends only hold its place.
            f'a [pos="0,0" style=invis width=0.01 height=0.01]; b [pos="{right:.2f},{top:.2f}" '
            "style=invis width=0.01 height=0.01];\n"
        )
        return head + "\n".join(self._dot) + "\n}\n"

    def _node(self, box: Bounds, more: str, statement: Statement) -> None:
        key = self._keep(statement)
        k = self._scale / 72
        self._dot.append(
            f'{key} [id={key} pos="{self._point(middle(box))}" width={box.width * k:.4f} height={box.height * k:.4f} '
            f"{more}];"
        )

    def _ground(self, place: Point) -> str:
        return next((colour for box, colour in reversed(self.grounds) if holds(box, place)), self.theme["paper"])

    def _keep(self, statement: Statement) -> str:
        key = f"s{len(self.statements)}"
        self.statements[key] = statement
        return key

    def _point(self, point: Point) -> str:
        return f"{point[0] * self._scale:.6g},{(self.height - point[1]) * self._scale:.6g}"

    def _ink(self, text: Fitted, colour: str) -> str:
        self.smallest = min(self.smallest, text.size)
        return f'fontsize={text.size * self._scale:g} fontcolor="{colour}" fontname="{FONT[text.bold]}"'


def _label(text: Fitted, align: str = "n") -> str:
    """Graphviz reads backslashes and HTML entities in a label, so both are written twice."""
    ends = f"\\{align}"
    lines = [graphviz.escape(line.replace("&", "&amp;")) for line in text.lines]
    return str(quote(graphviz.nohtml(ends.join(lines) + (ends if align != "n" else ""))))


def _joined(text: str) -> str:
    # A letter has up to four of them.
    most = _LONGEST_STRING if text.isascii() else _LONGEST_STRING // 4
    pieces = [text[start : start + most] for start in range(0, len(text), most)]
    return " + ".join(f'"{piece}"' for piece in pieces) or '""'
