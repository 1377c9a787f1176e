"""What Graphviz drew, rebuilt as an SVG that a page can hold: only known elements and attributes are kept, what belongs
to one element of the process is one group, with its id and class, and it says what it is to those who cannot see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from bpmn.drawing.canvas import Drawn
from bpmn.drawing.fonts import FAMILIES, faces
from bpmn.drawing.sheet import Part, Sheet, Statement, leads_inside
from bpmn.drawing.themes import VARIABLES

#: What an SVG that is a file of its own begins with.
DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"
SVG = "http://www.w3.org/2000/svg"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_SHAPES = frozenset({"path", "polygon", "polyline", "ellipse"})
_ATTRIBUTES = frozenset(
    {
        *("d", "points", "cx", "cy", "rx", "ry", "x", "y", "fill", "stroke", "stroke-width"),
        *("fill-opacity", "stroke-opacity", "text-anchor", "font-family", "font-size", "font-weight"),
    }
)
_TEXT_FONTS = ", ".join([FAMILIES[0], *(f"'{family}'" for family in FAMILIES[1:]), "system-ui", "sans-serif"])
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def clean(
    drawn: bytes, sheet: Sheet, *, title: str, description: str, language: str, width: int | None, web: bool
) -> bytes:
    """With ``web``, colours are the page's own (CSS variables), and no background is painted."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)
    root = etree.fromstring(drawn, parser)
    box = root.get("viewBox", "0 0 1 1")
    wide, high = (float(number) for number in box.split()[2:])
    shown = float(width or wide)
    svg = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})  # type: ignore[dict-item]
    for name, value in (
        ("viewBox", box),
        ("width", f"{shown:g}"),
        ("height", f"{shown * high / wide:.6g}"),
        ("role", "img"),
        ("class", "bpmn-map"),
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
    all_of_it.extend(_Groups(sheet, web=web).of(graph))
    if not web:
        # Opened by itself it has no page that brings the letters.
        style = etree.Element(f"{{{SVG}}}style")
        style.text = faces(_texts(svg, bold=False), _texts(svg, bold=True))
        svg.insert(0, style)
    return etree.tostring(svg, encoding="UTF-8")


def _texts(svg: etree._Element, *, bold: bool) -> list[str]:
    texts = svg.iter(f"{{{SVG}}}text")
    return [text.text or "" for text in texts if (text.get("font-weight") == "600") is bold]


class _Groups:
    """Sorts what Graphviz drew into one group for each part, in the order in which the parts were painted."""

    def __init__(self, sheet: Sheet, *, web: bool) -> None:
        self._sheet, self._web = sheet, web
        self._groups = {key: self._group(part) for key, part in sheet.parts.items()}
        #: Position among the parts to what is drawn there and belongs to none.
        self._loose: dict[int, list[etree._Element]] = {}

    def of(self, graph: etree._Element) -> Iterator[etree._Element]:
        shapes = [child for child in graph if _name(child) in _SHAPES | {"text"}]
        # The first fills the picture with the paper's colour.
        background = shapes[1:]
        if len(background) != len(self._sheet.canvas.drawn):
            raise ValueError(f"Graphviz drew {len(background)} shapes of {len(self._sheet.canvas.drawn)}")
        if not self._web:
            self._loose[0] = [self._copied(shapes[0])]
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
            holder.set("href", part.href)
        return group, holder

    def _sort(self, into: Drawn | Statement, elements: Iterable[etree._Element]) -> None:
        if into.part:
            self._groups[into.part][1].extend(elements)
        else:
            self._loose.setdefault(into.after, []).extend(elements)

    def _shape(self, element: etree._Element, drawn: Drawn | Statement) -> etree._Element:
        new = self._copied(element)
        if drawn.role:
            new.set("class", drawn.role)
        if drawn.pattern:
            new.set("stroke-dasharray", " ".join(f"{length:g}" for length in drawn.pattern))
        return new

    def _of_statement(self, group: etree._Element, statement: Statement) -> Iterator[etree._Element]:
        for child in group.iter():
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
                yield self._copied(child)

    def _copied(self, element: etree._Element) -> etree._Element:
        new = etree.Element(f"{{{SVG}}}{_name(element)}")
        for key in _ATTRIBUTES & {str(attribute) for attribute in element.attrib}:
            new.set(key, element.get(key, ""))
        if _name(element) == "text":
            new.text = "".join(str(text) for text in element.itertext())
            if new.attrib.pop("font-family", "") == "Inter SemiBold":
                new.set("font-weight", "600")
            new.set("fill", new.get("fill", "black"))
        if self._web:
            for attribute in ("fill", "stroke"):
                if (colour := new.get(attribute, "none")) not in ("none", "transparent"):
                    new.set(attribute, VARIABLES.get(colour.lower(), "none"))
        return new


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _shift(graph: etree._Element) -> str:
    found = re.search(r"translate\([-\d. ]+\)", graph.get("transform", ""))
    return found.group() if found else "translate(0 0)"
