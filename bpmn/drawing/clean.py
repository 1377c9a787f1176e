"""What Graphviz drew, rebuilt as an SVG that a page can hold: only known elements and attributes are kept, ids and
classes are those of the process, and it says what it is to those who cannot see it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from bpmn.drawing.sheet import Part
from bpmn.drawing.themes import VARIABLES

SVG = "http://www.w3.org/2000/svg"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_SHAPES = frozenset({"g", "path", "polygon", "polyline", "ellipse", "text"})
_ATTRIBUTES = frozenset(
    {
        *("d", "points", "cx", "cy", "rx", "ry", "x", "y", "transform", "fill", "stroke", "stroke-width"),
        *(
            "stroke-dasharray",
            "fill-opacity",
            "stroke-opacity",
            "text-anchor",
            "font-family",
            "font-size",
            "font-weight",
        ),
    }
)
_PAINT = ("fill", "stroke")
_FONTS = "Inter, 'Noto Sans JP', system-ui, sans-serif"
_LINK = re.compile(r"(?:/(?![/\\])|[#?])")


def clean(
    drawn: bytes,
    parts: Mapping[str, Part],
    *,
    title: str,
    description: str,
    language: str,
    width: int | None,
    web: bool,
) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)
    root = etree.fromstring(drawn, parser)
    cleaned = _Cleaner(parts, web).copy(root)
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
    ):
        svg.set(name, value)
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language):
        svg.set("lang", language)
        svg.set(_XML_LANG, language)
    etree.SubElement(svg, f"{{{SVG}}}title").text = title
    if description:
        etree.SubElement(svg, f"{{{SVG}}}desc").text = description
    svg.extend(cleaned)
    return etree.tostring(svg, encoding="UTF-8", xml_declaration=True)


class _Cleaner:
    def __init__(self, parts: Mapping[str, Part], web: bool) -> None:
        self._parts = parts
        self._web = web

    def copy(self, element: etree._Element) -> list[etree._Element]:
        """Its children that may stay, rebuilt."""
        kept = []
        for child in element:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child).localname
            if name == "a":
                kept += self.copy(child)
            elif name in _SHAPES and (copied := self._element(child, name)) is not None:
                kept.append(copied)
        return kept

    def _element(self, element: etree._Element, name: str) -> etree._Element | None:
        new = etree.Element(f"{{{SVG}}}{name}")
        for key in _ATTRIBUTES & {str(attribute) for attribute in element.attrib}:
            new.set(key, element.get(key, ""))
        if name == "text":
            new.text = "".join(str(text) for text in element.itertext())
            self._font(new)
        self._paint(new)
        if name != "g":
            return new
        children = self.copy(element)
        part = self._parts.get(element.get("id", ""))
        if part is None:
            new.extend(children)
            return new if children else None
        return self._part(new, children, part)

    def _part(self, group: etree._Element, children: list[etree._Element], part: Part) -> etree._Element:
        group.set("id", part.id)
        group.set("class", part.classes)
        group.set("pointer-events", "all")
        if part.title:
            etree.SubElement(group, f"{{{SVG}}}title").text = part.title
        if part.turned:
            self._turn(children)
        holder = group
        if part.href and _LINK.match(part.href) and not re.search(r"[\x00-\x20\\]", part.href):
            holder = etree.SubElement(group, f"{{{SVG}}}a")
            holder.set("href", part.href)
        holder.extend(children)
        return group

    def _turn(self, children: list[etree._Element]) -> None:
        """Its texts run upwards around the middle of its shape."""
        shape = next((child for child in children if child.get("points")), None)
        if shape is None:
            return
        points = [tuple(map(float, point.split(","))) for point in shape.get("points", "").split()]
        x = (min(point[0] for point in points) + max(point[0] for point in points)) / 2
        y = (min(point[1] for point in points) + max(point[1] for point in points)) / 2
        for child in children:
            if etree.QName(child).localname == "text":
                child.set("transform", f"rotate(-90 {x:g} {y:g})")

    def _font(self, text: etree._Element) -> None:
        if text.get("font-family") == "Inter SemiBold":
            text.set("font-weight", "600")
        text.set("font-family", _FONTS)

    def _paint(self, element: etree._Element) -> None:
        """For a page: colours as CSS variables, in a style, since a variable counts in no attribute."""
        if not self._web:
            return
        declarations = []
        for attribute in _PAINT:
            colour = str(element.attrib.pop(attribute, ""))
            if not colour or (colour in ("none", "transparent") and attribute == "stroke"):
                continue
            declarations.append(f"{attribute}:{VARIABLES.get(colour.lower(), 'none')}")
        if etree.QName(element).localname == "text" and not declarations:
            declarations.append("fill:var(--map-ink)")
        if declarations:
            element.set("style", ";".join(declarations))
