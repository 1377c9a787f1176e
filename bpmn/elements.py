"""Small questions about one element of the tree."""

from __future__ import annotations

import re

from lxml import etree

from bpmn import names


def local_name(element: etree._Element) -> str:
    """The name without its namespace; empty for a comment or a processing instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def name_of(element: etree._Element) -> str:
    """The ``name`` attribute on one line: real files break their names to fit the picture."""
    return one_line(element.get("name") or "")


def one_line(text: str) -> str:
    """Without line breaks and runs of spaces. The fixed spaces of French ("Qualifié ?") stay."""
    return " ".join(re.split(r"[ \t\r\n]+", text.strip(" \t\r\n")))


def line_of(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0


def named(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of this name, in whichever namespace."""
    return [child for child in element if local_name(child) == name]


def text_in(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def is_foreign(element: etree._Element) -> bool:
    return etree.QName(element).namespace not in (names.BPMN, None)


def text_of_child(element: etree._Element, name: str) -> str:
    """What the first child of this name says; empty when there is none."""
    return next((text_in(part) for part in named(element, name)), "")
