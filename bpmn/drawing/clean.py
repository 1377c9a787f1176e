"""What Graphviz drew, rebuilt as an SVG that a page can hold: only known elements and attributes are kept, what belongs
to one element of the process is one group, with its id and class, and it says what it is to those who cannot see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from bpmn.drawing.canvas import Drawn
from bpmn.drawing.fonts import FAMILIES, faces
from bpmn.drawing.sheet import Part, Sheet, Statement, leads_inside, whole_address
from bpmn.drawing.style import Style
from bpmn.drawing.themes import VARIABLE, VARIABLES, Theme

#: What an SVG that is a file of its own begins with.
DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"
SVG = "http://www.w3.org/2000/svg"
_TEXT = f"{{{SVG}}}text"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_SHAPES = frozenset({"path", "polygon", "polyline", "ellipse"})
_ATTRIBUTES = frozenset(
    {
        *("d", "points", "cx", "cy", "rx", "ry", "x", "y", "fill", "stroke", "stroke-width"),
        *("fill-opacity", "stroke-opacity", "text-anchor", "font-family", "font-size", "font-weight"),
    }
)
_TEXT_FONTS = ", ".join([FAMILIES[0], *(f"'{family}'" for family in FAMILIES[1:]), "system-ui", "sans-serif"])
_VARIABLE = re.compile(rb'="var\(' + VARIABLE.encode() + rb'([a-z0-9-]+)\)"')
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def clean(
    drawn: bytes,
    sheet: Sheet,
    style: Style,
    *,
    title: str,
    description: str,
    language: str,
    whole: bool,
    base: str = "",
) -> bytes:
    """Colours are CSS variables. A ``whole`` picture is opened by itself: it brings its letters, and its paper.

    With a ``base`` links are whole addresses below it.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)
    root = etree.fromstring(drawn, parser)
    box = root.get("viewBox", "0 0 1 1")
    wide, high = (float(number) for number in box.split()[2:])
    shown = float(style.width or wide)
    svg = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})  # type: ignore[dict-item]
    for name, value in (
        ("viewBox", box),
        ("width", f"{shown:g}"),
        ("height", f"{shown * high / wide:.6g}"),
        # What is inside a picture is heard by nobody; links have to be.
        ("role", "group" if any(leads_inside(part.href) for part in sheet.parts.values()) else "img"),
        ("class", f"bpmn-map {style.level}"),
        ("aria-label", title),
        ("font-family", _TEXT_FONTS),
    ):
        svg.set(name, value)
    if _LANGUAGE.fullmatch(language):
        svg.set("lang", language)
        svg.set(_XML_LANG, language)
    etree.SubElement(svg, f"{{{SVG}}}title").text = title
    if description:
        etree.SubElement(svg, f"{{{SVG}}}desc").text = description
    graph = next((child for child in root if _name(child) == "g"), root)
    all_of_it = etree.SubElement(svg, f"{{{SVG}}}g")
    # Graphviz counts upwards from the lower left corner.
    all_of_it.set("transform", _shift(graph))
    all_of_it.extend(_Groups(sheet, base).of(graph))
    if whole:
        letters = etree.Element(f"{{{SVG}}}style")
        # Marks make texts bold and bring numbers: the letters stay the same, and are not gathered again.
        letters.text = faces([*(text.text or "" for text in svg.iter(_TEXT)), "0123456789 %kM"])
        paper = etree.Element(f"{{{SVG}}}rect", width="100%", height="100%", fill=f"var({VARIABLE}paper)")
        svg.insert(0, letters)
        all_of_it.addprevious(paper)
    return etree.tostring(svg, encoding="UTF-8")


def coloured(svg: bytes, theme: Theme) -> bytes:
    """The same picture in the colours of a theme, for what knows no CSS variables."""
    return _VARIABLE.sub(lambda found: f'="{theme[found[1].decode()]}"'.encode(), svg)


class _Groups:
    """Sorts what Graphviz drew into one group for each part, in the order in which the parts were painted."""

    def __init__(self, sheet: Sheet, base: str) -> None:
        self._sheet, self._base = sheet, base
        self._groups = {key: self._group(part) for key, part in sheet.parts.items()}
        #: Position among the parts to what is drawn there and belongs to none.
        self._loose: dict[int, list[etree._Element]] = {}

    def of(self, graph: etree._Element) -> Iterator[etree._Element]:
        shapes = [child for child in graph if _name(child) in _SHAPES | {"text"}]
        # The first fills the picture with the paper's colour.
        background = shapes[1:]
        if len(background) != len(self._sheet.canvas.drawn):
            raise ValueError(f"Graphviz drew {len(background)} shapes of {len(self._sheet.canvas.drawn)}")
        for element, drawn in zip(background, self._sheet.canvas.drawn, strict=True):
            self._sort(drawn, [self._shape(element, drawn)])
        for group in graph:
            statement = self._sheet.statements.get(group.get("id", ""))
            if statement is not None:
                self._sort(statement, list(self._of_statement(group, statement)))
        yield from self._loose.get(0, ())
        for place, (group, holder) in enumerate(self._groups.values(), 1):
            if len(holder):
                yield group
            yield from self._loose.get(place, ())

    def _group(self, part: Part) -> tuple[etree._Element, etree._Element]:
        """The group, and the element inside it that holds what is seen: itself, or a link."""
        group = etree.Element(f"{{{SVG}}}g")
        if part.id:
            group.set("id", part.id)
        group.set("class", part.classes)
        group.set("pointer-events", "all")
        for name, text in (("title", part.title), ("desc", part.description)):
            if text:
                etree.SubElement(group, f"{{{SVG}}}{name}").text = text
        holder = group
        if leads_inside(part.href):
            holder = etree.SubElement(group, f"{{{SVG}}}a")
            holder.set("href", whole_address(self._base, part.href) or part.href)
            holder.set("aria-label", part.title or part.description)
        return group, holder

    def _sort(self, into: Drawn | Statement, elements: Iterable[etree._Element]) -> None:
        if into.part:
            self._groups[into.part][1].extend(elements)
        else:
            self._loose.setdefault(into.after, []).extend(elements)

    def _shape(self, element: etree._Element, drawn: Drawn | Statement) -> etree._Element:
        new = self._kept(element)
        if drawn.role:
            new.set("class", drawn.role)
        if drawn.pattern:
            new.set("stroke-dasharray", " ".join(f"{length:g}" for length in drawn.pattern))
        return new

    def _of_statement(self, group: etree._Element, statement: Statement) -> Iterator[etree._Element]:
        for child in list(group.iter()):
            name = _name(child)
            if name == "text":
                new = self._shape(child, statement)
                if statement.turned:
                    x, y = statement.turned[0], statement.turned[1] - self._sheet.height
                    new.set("transform", f"rotate(-90 {x:g} {y:g})")
                yield new
            elif name in _SHAPES and group.get("class") == "edge":
                yield self._shape(child, statement)
            elif name in _SHAPES and child.get("fill", "none") not in ("none", "transparent"):
                # What hides the lines under a text.
                yield self._kept(child)

    def _kept(self, element: etree._Element) -> etree._Element:
        """The element itself, with nothing on it but what is known."""
        attributes, element.tail = element.attrib, None
        for key in attributes.keys():  # noqa: SIM118 - it is changed meanwhile
            if key not in _ATTRIBUTES:
                del attributes[key]
        if len(element):
            element.text = "".join(str(text) for text in element.itertext())
            del element[:]
        if element.tag == _TEXT and attributes.pop("font-family", "") == "Inter SemiBold":
            attributes["font-weight"] = "600"
        for attribute in ("fill", "stroke"):
            colour = attributes.get(attribute)
            if colour is not None and colour not in ("none", "transparent"):
                attributes[attribute] = VARIABLES.get(colour.lower(), "none")
        return element


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _shift(graph: etree._Element) -> str:
    found = re.search(r"translate\([-\d. ]+\)", graph.get("transform", ""))
    return found.group() if found else "translate(0 0)"
