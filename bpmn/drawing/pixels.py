"""A sheet as a PNG of the width asked for."""

from __future__ import annotations

import io
import math

from PIL import Image

from bpmn.drawing.renderer import run
from bpmn.drawing.sheet import Sheet

#: A PNG of more pixels than this, or wider or higher, is none that anyone could open.
MOST_PIXELS, WIDEST = 64_000_000, 16_000
#: Letters are set on whole pixels: with fewer than so many for a point, their gaps are uneven. So a small picture is
#: drawn larger, at most so many times, and brought down to its size.
_FINE, _MOST_TIMES = 2.0, 4


def png(sheet: Sheet, width: int | None, *, time_limit: float) -> bytes:
    """``width`` in pixels; twice the points otherwise, for sharp screens."""
    slim = sheet.width / sheet.height
    most = min(WIDEST, WIDEST * slim, math.sqrt(MOST_PIXELS * slim))
    pixels = max(1, round(min(width or 2 * sheet.width, most)))
    times = min(_MOST_TIMES, math.ceil(_FINE * sheet.width / pixels), max(1, int(most / pixels)))
    drawn = run(sheet.dot(dpi=72 * times * pixels / sheet.width), "png", time_limit=time_limit)
    with Image.open(io.BytesIO(drawn)) as image:
        if image.width == pixels:
            return drawn
        size = (pixels, max(1, round(image.height * pixels / image.width)))
        small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()
