"""What can be asked of a drawing, as values: how it looks, and what is written around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn.drawing.themes import THEMES

#: The flow with the names of its stages; with a card above each stage; or the cards alone.
LEVELS = ("detail", "flow", "overview")
PAPERS = ("a4", "a3", "fit")


@dataclass(frozen=True, slots=True)
class Style:
    theme: str = "light"
    level: str = "detail"
    #: For PDF: sheets of A4 or A3, as many as it takes to be read, or (``fit``) one page as large as the map.
    paper: str = "fit"
    #: Of a PNG or SVG, in pixels.
    width: int | None = None
    #: Which diagram of the file.
    diagram: int = 0

    def __post_init__(self) -> None:
        for name, known in (("theme", THEMES), ("level", LEVELS), ("paper", PAPERS)):
            if getattr(self, name) not in known:
                raise ValueError(f"No {name} {getattr(self, name)!r}: there are {', '.join(known)}")


@dataclass(frozen=True, slots=True)
class Caption:
    """With a title, the drawing is a sheet of its own: a legend explains it."""

    title: str = ""
    subtitle: str = ""
    #: Such as ``3``, and the day as it is written where it is read.
    version: str = ""
    date: str = ""
    #: What the process is for; the file's own, where nothing else is said.
    goal: str | None = None
    #: The map's own sentences (words.py) in another language.
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    #: The address that the links of a picture begin with, such as ``https://sales.company.com``.
    base: str = ""
