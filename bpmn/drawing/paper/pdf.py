"""Pages to one PDF: what Graphviz drew of each, with links, a contents list, title and language."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit, NameObject, TextStringObject

from bpmn.diagram import Bounds
from bpmn.drawing.paper.printing import Page
from bpmn.drawing.sheet import whole_address

#: A page of PDF is at most 200 inches long.
LONGEST = 14_400.0


def bound(
    pages: Iterable[Page], draw: Callable[[str], bytes], *, title: str, subject: str, language: str, base: str
) -> bytes:
    """``draw`` makes a PDF of one page out of DOT; ``base`` is what links begin with."""
    writer = PdfWriter()
    pages = list(pages)
    for page in pages:
        width = page.sheet.width * page.scale
        writer.append(PdfReader(io.BytesIO(draw(page.sheet.dot(width=width)))), import_outline=False)
    for number, page in enumerate(pages):
        _link(writer, number, page, base)
    writer.metadata = None
    writer.add_metadata({"/Title": title, "/Subject": subject, "/Creator": "Parcours"})
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language):
        writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _link(writer: PdfWriter, number: int, page: Page, base: str) -> None:
    def place(box: Bounds) -> tuple[float, float, float, float]:
        k, high = page.scale, page.sheet.height
        return box.x * k, (high - box.y - box.height) * k, (box.x + box.width) * k, (high - box.y) * k

    for box, target in page.sheet.jumps:
        writer.add_annotation(number, Link(rect=place(box), target_page_index=target, fit=Fit.fit()))
    for box, href in page.sheet.linked:
        if address := whole_address(base, href):
            writer.add_annotation(number, Link(rect=place(box), url=address))
