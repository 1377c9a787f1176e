"""A Document back to bytes. The tree itself is written, so what we do not understand comes out as it went in."""

from __future__ import annotations

from lxml import etree

from bpmn.reading import Document


def write(document: Document, like: bytes = b"") -> bytes:
    """The file as UTF-8, with comments, other vendors' elements and attributes, and namespace prefixes as they were.

    ``like``: the file that it was read from, whose ends of lines it gets. What stands before and after the root, where
    white space says nothing, gets a line each.
    """
    root = document.root
    around = [*reversed([*root.itersiblings(preceding=True)]), root, *root.itersiblings()]
    # "No" is what holds where nothing is said.
    alone = " standalone='yes'" if root.getroottree().docinfo.standalone else ""
    declaration = f"<?xml version='1.0' encoding='UTF-8'{alone}?>"
    lines = [declaration.encode(), *(etree.tostring(one, encoding="UTF-8", with_tail=False) for one in around)]
    written = b"\n".join(_bare(line) for line in lines)
    if like.endswith(b"\n"):
        written += b"\n"
    if b"\r\n" in like and like.count(b"\r\n") == like.count(b"\n"):
        written = written.replace(b"\n", b"\r\n")
    return written


def _bare(line: bytes) -> bytes:
    """Without the declaration that comes along with UTF-8."""
    head = b"<?xml version='1.0' encoding='UTF-8'?>\n"
    return line.removeprefix(head)
