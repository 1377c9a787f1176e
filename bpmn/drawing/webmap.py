"""A map for pages: drawn once for a version and a language, then marked for one deal or another by changing its text.

No mark runs Graphviz: an element gets classes, which the page's style sheet paints (stylesheet.py), and badges are
written where their places were left.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bpmn.drawing.painting.badges import Badge, Spot, badges_of, heat_of, inked
from bpmn.marks import Marks

#: Up to the quotation mark that ends the classes of a part. No text of a file can look like it: its signs are escaped.
_PART = re.compile(r'<g id="([^"]*)" class="[^"]*(?=")')
_MOVED = re.compile(r'<g transform="translate\(([-\d.]+) ([-\d.]+)\)"')
_STATES = ("passed", "current", "skipped", "added", "removed", "changed")


@dataclass(frozen=True, slots=True)
class WebMap:
    #: The SVG, cut after the classes of each part, and before its end.
    pieces: tuple[str, ...]
    #: Element to the piece that ends with its classes.
    places: Mapping[str, int]
    spots: Mapping[str, Spot]
    stages: frozenset[str]
    #: Sentences that badges hold, in the map's language.
    words: Mapping[str, str]
    #: Where the places that were painted begin in the drawing: what reaches over the border has moved them.
    origin: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(
        cls,
        svg: str,
        spots: Mapping[str, Spot] = MappingProxyType({}),
        stages: Collection[str] = (),
        words: Mapping[str, str] = MappingProxyType({}),
        height: float = 0.0,
    ) -> WebMap:
        """``height`` of what was painted, from whose foot the drawing counts."""
        pieces, places, last = [], {}, 0
        for found in _PART.finditer(svg):
            pieces.append(svg[last : found.end()])
            places[html.unescape(found[1])] = len(pieces) - 1
            last = found.end()
        end = svg.rindex("</svg>")
        moved = _MOVED.search(svg)
        origin = (float(moved[1]), float(moved[2]) - height) if moved else (0.0, 0.0)
        return cls((*pieces, svg[last:end], svg[end:]), places, spots, frozenset(stages), words, origin)

    def marked(self, marks: Marks | None = None) -> str:
        marks = marks or Marks()
        pieces = [*self.pieces]
        for name in _STATES:
            for id_ in getattr(marks, name):
                self._add(pieces, id_, name)
        for id_, heat in heat_of(marks, self.stages).items():
            self._add(pieces, id_, heat)
        badges = [*badges_of(marks, self.spots, self.words, self.stages)]
        if badges:
            x, y = self.origin
            written = "".join(text for badge in badges for text in _written(badge))
            pieces.insert(-1, f'<g transform="translate({x:.2f} {y:.2f})">{written}</g>')
        return "".join(pieces)

    def _add(self, pieces: list[str], id_: str, name: str) -> None:
        place = self.places.get(id_)
        if place is not None:
            pieces[place] += f" {name}"


def _written(badge: Badge) -> Iterator[str]:
    box, on_it = badge.box, inked(badge)
    yield f'<g class="badge {badge.kind}"><rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
    yield f'height="{box.height:.1f}" rx="{on_it.radius:.1f}"/>'
    for stroke in on_it.strokes:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in stroke)
        yield f'<polyline points="{points}"/>'
    for text, size, bold, (x, y) in on_it.texts:
        weight = ' font-weight="600"' if bold else ""
        yield f'<text x="{x:.1f}" y="{y + 0.36 * size:.1f}" font-size="{size:g}"{weight} text-anchor="middle">'
        yield f"{html.escape(text)}</text>"
    yield "</g>"
