"""A Document back to bytes. The tree itself is written, so what we do not understand comes out as it went in."""

from __future__ import annotations

from lxml import etree

from bpmn.reading import Document


def write(document: Document) -> bytes:
    """The file as UTF-8, with comments, other vendors' elements and attributes, and namespace prefixes as they were."""
    written: bytes = etree.tostring(
        document.root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=False
    )
    return written
