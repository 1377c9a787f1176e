"""How wide a text is in Inter, and how it is broken so that it stays in its box."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from fontTools.ttLib import TTFont

from bpmn.drawing.dot import FONTS

#: Of letters that Inter lacks, in shares of the size: wide ones of East Asia, pictures, and all others.
_WIDE, _PICTURE, _OTHER = 1.02, 1.25, 0.66
#: A name is a name: what is longer is cut before anything is measured.
LONGEST = 400
LINE_HEIGHT = 1.25
#: What a name gets beside its measured width, since some renderers set letters on whole pixels.
_SPARE = 2


@dataclass(frozen=True, slots=True)
class Room:
    """What a name may take at most, in points, and the sizes of type that it is tried in."""

    width: float
    height: float
    sizes: tuple[float, ...]


#: A name beside its event, gateway or data, one at a line, one in a note, and one inside a task. What is measured with
#: these is painted with these.
NODE_NAME = Room(100, 56, (11.0, 10.0, 9.0))
LINE_NAME = Room(110, 44, (10.0, 9.0))
NOTE_TEXT = Room(126, 130, (11.0, 10.0, 9.0, 8.0))
TASK_NAME = Room(106, 40, (12.0, 11.0, 10.0, 9.0, 8.0))
#: A name at the top of an open sub-process, as wide as that is.
FRAME_NAME = Room(400, 30, (12.0, 11.0, 10.0, 9.0))
#: A name of a lane or pool, upwards: as wide as the lane is high.
LANE_NAME = Room(200, 27, (12.0, 11.0, 10.0, 9.0))

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]")


def printable(text: str) -> str:
    """On one line and without characters that XML, Pango or the direction of a line could trip over."""
    text = _UNPRINTABLE.sub(" ", text[: 4 * LONGEST])
    text = re.sub(" {2,}", " ", text).strip(" ")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


@lru_cache(maxsize=4096)
def _advance(letter: str, bold: bool) -> float:
    """In shares of the size."""
    widths = _widths(bold)
    if ord(letter) in widths:
        return widths[ord(letter)]
    if unicodedata.combining(letter):
        return 0.0
    return _PICTURE if ord(letter) > 0xFFFF else _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER


@cache
def _widths(bold: bool) -> Mapping[int, float]:
    """What the font that Graphviz draws with says of each of its letters."""
    with TTFont(FONTS / ("Inter-SemiBold.ttf" if bold else "Inter-Regular.ttf"), lazy=True) as font:
        units, glyphs = font["head"].unitsPerEm, font["hmtx"].metrics
        return {letter: glyphs[name][0] / units for letter, name in font.getBestCmap().items()}


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    return sum(_advance(letter, bold) for letter in text) * size


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text broken into lines, at the size at which it fits."""

    lines: tuple[str, ...]
    size: float
    bold: bool = False

    @property
    def width(self) -> float:
        return max((width_of(line, self.size, bold=self.bold) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE_HEIGHT


@lru_cache(maxsize=4096)
def fit(text: str, width: float, height: float, sizes: Sequence[float] = (11, 10, 9, 8), bold: bool = False) -> Fitted:
    """Broken at spaces, in the largest of the sizes that holds it; in the smallest, cut with an ellipsis."""
    text = printable(text)
    for size in sizes:
        lines = _wrapped(text, width, size, bold, whole_words=True)
        if lines is not None and len(lines) * size * LINE_HEIGHT <= height:
            return Fitted(_balanced(text, lines, width, size, bold), size, bold)
    size = sizes[-1]
    lines = _wrapped(text, width, size, bold, whole_words=False) or ()
    most = max(1, int(height / (size * LINE_HEIGHT)))
    if len(lines) > most:
        lines = (*lines[: most - 1], _cut(lines[most - 1] + "…", width, size, bold))
    return Fitted(lines, size, bold)


@lru_cache(maxsize=4096)
def paragraph(text: str, width: float, size: float, *, bold: bool = False, most: int = 99) -> Fitted:
    """Broken into lines of this width, at one size; after so many lines, cut with an ellipsis."""
    lines = _wrapped(printable(text), width, size, bold, whole_words=False) or ()
    if len(lines) > most:
        lines = (*lines[: most - 1], _cut(f"{lines[most - 1]} …", width, size, bold))
    return Fitted(lines, size, bold)


def taken_by(name: str, room: Room, *, narrow: float = 1.0) -> tuple[float, float]:
    """Width and height of a name, in whole points; nothing for none.

    As wide as semibold makes it, which is how what is passed or on the path to win is written. ``narrow`` is the share
    of the room's width that it may have.
    """
    text = fit(name, room.width * narrow, room.height, room.sizes, True)
    if not text.lines:
        return 0.0, 0.0
    return float(math.ceil(text.width / 2) * 2 + _SPARE), float(math.ceil(text.height / 2) * 2)


def _cut(text: str, width: float, size: float, bold: bool) -> str:
    text = text.rstrip("…")
    while text and width_of(text + "…", size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrapped(text: str, width: float, size: float, bold: bool, *, whole_words: bool) -> tuple[str, ...] | None:
    """None where a word alone is wider than the box, and words must stay whole."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        joined = line + word
        if width_of(joined.rstrip(" "), size, bold=bold) <= width:
            line = joined
            continue
        if line.strip(" "):
            lines.append(line.strip(" "))
        line = word.lstrip(" ")
        if whole_words and width_of(line.rstrip(" "), size, bold=bold) > width:
            return None
        while (part := _letters_within(line, width, size, bold)) < len(line.rstrip(" ")):
            lines.append(line[:part])
            line = line[part:]
    return (*lines, line.strip(" ")) if line.strip(" ") else tuple(lines)


def _letters_within(text: str, width: float, size: float, bold: bool) -> int:
    """How many of its first letters are as wide as this at most; one at least. Reads no further than that."""
    taken = 0.0
    for count, letter in enumerate(text):
        taken += _advance(letter, bold)
        if taken * size > width:
            return max(1, count)
    return len(text)


def _words(text: str) -> list[str]:
    """With their spaces. Japanese and Chinese break anywhere; after a hyphen or a slash, any word does."""
    return re.findall(
        r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef] *|[^ \u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]+? *"
        r"(?:(?<=[-/_]) *|(?= )|$|(?=[\u2e80-\u9fff\uac00-\ud7af])) *",
        text,
    )


def _balanced(text: str, lines: tuple[str, ...], width: float, size: float, bold: bool) -> tuple[str, ...]:
    """The same number of lines, as equal in length as they can be."""
    if len(lines) < 2 or len(lines) > 4:
        return lines
    narrow, wide = width / len(lines) / 2, width
    for _ in range(7):
        tried = (narrow + wide) / 2
        found = _wrapped(text, tried, size, bold, whole_words=True)
        if found is not None and len(found) <= len(lines):
            wide, lines = tried, found
        else:
            narrow = tried
    return lines
