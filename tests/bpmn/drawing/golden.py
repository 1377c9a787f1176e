"""python -m tests.bpmn.drawing.golden: draws the golden pictures anew. Look at each before it is committed."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from bpmn.drawing import WORDS, Caption, Marks, Style, draw
from tests.bpmn.drawing.maps import all_marks, shipped
from web.language import gettext_for

FOLDER = Path(__file__).parent / "golden"
#: Pixels, and how many colours a kept picture has: enough to see what has moved.
WIDTH, COLOURS = 1200, 48
#: Name to language, theme, level and whether it is marked.
PICTURES = {
    "detail_light": ("", "light", "detail", False),
    "detail_dark_french": ("fr", "dark", "detail", False),
    "detail_print_french": ("fr", "print", "detail", False),
    "detail_marked": ("", "light", "detail", True),
    "overview_light_french": ("fr", "light", "overview", True),
    "overview_dark": ("", "dark", "overview", True),
    "overview_print": ("", "print", "overview", False),
}
#: Dots per inch of a printed page.
_RESOLUTION = 60


def pictures() -> Iterator[tuple[str, Image.Image]]:
    for name, (language, theme, level, marked) in PICTURES.items():
        definitions = shipped(language)
        marks = all_marks(definitions) if marked else Marks()
        png = draw(definitions, "png", Style(theme, level, width=WIDTH), caption=caption(language), marks=marks)
        yield name, Image.open(io.BytesIO(png)).convert("RGB")


def pages() -> Iterator[tuple[str, Image.Image]]:
    """Of the map on A3; none where there is no pdftoppm."""
    program = shutil.which("pdftoppm")
    if program is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        pdf = draw(shipped(), "pdf", Style(paper="a3"), caption=caption(""))
        subprocess.run([program, "-r", str(_RESOLUTION), "-png", "-", f"{folder}/page"], input=pdf, check=True)
        for number, path in enumerate(sorted(Path(folder).glob("*.png")), 1):
            yield f"page_{number}", Image.open(io.BytesIO(path.read_bytes())).convert("RGB")


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
