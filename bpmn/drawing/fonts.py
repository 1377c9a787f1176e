"""Our own letters: their shapes, for text that Graphviz cannot turn; and the few that a picture needs, to take along.

Latin, Greek and Cyrillic are set in Inter, Japanese in Noto Sans JP; both come by package when this one is built.
"""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache

from fontTools import subset
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from bpmn.drawing.dot import FONTS
from bpmn.drawing.geometry import Point
from bpmn.drawing.measure import LINE_HEIGHT, Fitted, width_of

_LATIN = {False: "Inter-Regular.ttf", True: "Inter-SemiBold.ttf"}
_JAPANESE = {False: "NotoSansJP-Regular.otf", True: "NotoSansJP-Bold.otf"}
#: What SVG calls them, in the order in which letters are looked for.
FAMILIES = ("Inter", "Noto Sans JP")
#: Half the height of a capital: a line of text is centred on the middle of its capitals.
_HALF_CAPITAL = 0.364
_KEPT_FACES = 64

logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


def letter_shapes(text: Fitted, centre: Point) -> Iterator[list[list[Point]]]:
    """The letters of a text that runs upwards, each as closed curves (Bezier points) around a point."""
    across = -text.height / 2
    for line in text.lines:
        baseline = across + text.size * (LINE_HEIGHT / 2 + _HALF_CAPITAL)
        along = -width_of(line, text.size, bold=text.bold) / 2
        for letter in line:
            contours, advance = _shape(letter, text.bold)
            if contours:
                yield [
                    [
                        (centre[0] + baseline - up * text.size, centre[1] - along - right * text.size)
                        for right, up in contour
                    ]
                    for contour in contours
                ]
            along += advance * text.size
        across += text.size * LINE_HEIGHT


@lru_cache(maxsize=4096)
def _shape(letter: str, bold: bool) -> tuple[list[list[Point]], float]:
    """Its curves and how far the next letter stands, at size 1."""
    for file in (_LATIN[bold], _JAPANESE[bold]):
        font = _font(file)
        name = font.getBestCmap().get(ord(letter))
        if name is not None:
            glyphs, unit = font.getGlyphSet(), font["head"].unitsPerEm
            pen = _Curves(glyphs, 1 / unit)
            glyphs[name].draw(pen)
            return pen.contours, glyphs[name].width / unit
    return [], width_of(letter, 1.0, bold=bold)


@lru_cache(maxsize=4)
def _font(file: str) -> TTFont:
    return TTFont(_bytes(file), lazy=True)


def _bytes(file: str) -> io.BytesIO:
    return io.BytesIO((FONTS / file).read_bytes())


class _Curves(BasePen):  # type: ignore[misc]
    """Writes down a letter as cubic Bezier curves; the base class turns quadratic ones into those."""

    def __init__(self, glyphs: object, scale: float) -> None:
        super().__init__(glyphs)
        self._scale = scale
        self.contours: list[list[Point]] = []

    def _moveTo(self, point: Point) -> None:
        self.contours.append([self._at(point)])

    def _lineTo(self, point: Point) -> None:
        (x, y), (to_x, to_y) = self.contours[-1][-1], self._at(point)
        self.contours[-1] += [
            ((2 * x + to_x) / 3, (2 * y + to_y) / 3),
            ((x + 2 * to_x) / 3, (y + 2 * to_y) / 3),
            (to_x, to_y),
        ]

    def _curveToOne(self, first: Point, second: Point, end: Point) -> None:
        self.contours[-1] += [self._at(first), self._at(second), self._at(end)]

    def _closePath(self) -> None:
        contour = self.contours[-1]
        if contour[0] != contour[-1]:
            first = contour[0][0] / self._scale, contour[0][1] / self._scale
            self._lineTo(first)

    def _at(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale


def faces(texts: Sequence[str]) -> str:
    """Style sheet rules that bring the letters of these texts with them, in both weights."""
    rules = []
    for weight in (400, 600):
        letters = frozenset("".join(texts)) - {"\n"}
        for family, files in zip(FAMILIES, (_LATIN, _JAPANESE), strict=True):
            file = files[weight == 600]
            held = letters & _covered(file)
            letters -= held
            if held:
                data = base64.b64encode(_subset(file, held)).decode("ascii")
                rules.append(
                    f"@font-face{{font-family:'{family}';font-weight:{weight};"
                    f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
                )
    return "".join(rules)


@lru_cache(maxsize=4)
def _covered(file: str) -> frozenset[str]:
    return frozenset(map(chr, _font(file).getBestCmap()))


@lru_cache(maxsize=_KEPT_FACES)
def _subset(file: str, letters: frozenset[str]) -> bytes:
    """The font with these letters only, as WOFF2."""
    options = subset.Options(
        flavor="woff2",
        layout_features=["kern", "mark", "mkmk", "ccmp", "locl"],
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
    )
    font = subset.load_font(_bytes(file), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(letters)))
    subsetter.subset(font)
    written = io.BytesIO()
    subset.save_font(font, written, options)
    return written.getvalue()
