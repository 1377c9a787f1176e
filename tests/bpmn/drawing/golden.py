"""python -m tests.bpmn.drawing.golden: draws the golden pictures anew. Look at each before it is committed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from bpmn.drawing import WORDS, Caption, Marks, Style, draw, page_count, preview
from tests.bpmn.drawing.maps import all_marks, shipped
from web.language import gettext_for

FOLDER = Path(__file__).parent / "golden"
#: Pixels, and how many colours a kept picture has: enough to see what has moved.
WIDTH, COLOURS = 1200, 48


class Kept(NamedTuple):
    language: str = ""
    theme: str = "light"
    level: str = "detail"
    marked: bool = False
    #: As if the file had no diagram.
    laid_out: bool = False


PICTURES = {
    "detail_light": Kept(),
    "detail_dark_french": Kept("fr", "dark"),
    "detail_print_french": Kept("fr", "print"),
    "detail_marked": Kept(marked=True),
    "laid_out_light": Kept(laid_out=True),
    "laid_out_print_french": Kept("fr", "print", laid_out=True),
    "laid_out_flow_marked": Kept(theme="dark", level="flow", marked=True, laid_out=True),
    "overview_light_french": Kept("fr", level="overview", marked=True),
    "overview_dark": Kept(theme="dark", level="overview", marked=True),
    "overview_print": Kept(theme="print", level="overview"),
}


def pictures() -> Iterator[tuple[str, Image.Image]]:
    for name, kept in PICTURES.items():
        definitions = shipped(kept.language)
        if kept.laid_out:
            definitions = replace(definitions, diagrams=())
        marks = all_marks(definitions) if kept.marked else Marks()
        style = Style(kept.theme, kept.level, width=WIDTH)
        yield name, _image(draw(definitions, "png", style, caption=caption(kept.language), marks=marks))


def pages() -> Iterator[tuple[str, Image.Image]]:
    """Of the map on A3."""
    style = Style(paper="a3", width=WIDTH)
    for page in range(page_count(shipped(), style, caption=caption(""))):
        yield f"page_{page + 1}", _image(preview(shipped(), style, page + 1, caption=caption("")))


def _image(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def caption(language: str) -> Caption:
    catalogue = gettext_for(language or "en")
    title = shipped(language).processes[0].name
    return Caption(title, version="3", date="2026-11-25", words={word: catalogue.gettext(word) for word in WORDS})


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name, picture in (*pictures(), *pages()):
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(FOLDER / f"{name}.png", optimize=True)
        print(FOLDER / f"{name}.png", picture.size)


if __name__ == "__main__":
    write()
