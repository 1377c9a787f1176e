"""The style sheet of maps in pages (web/static/map.css): ``python -m bpmn.drawing.stylesheet`` writes it anew.

Colours are variables, so that a page changes them without another drawing; a mark is a class that sets other ones.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from bpmn.drawing.painting.badges import STEPS, colours_of
from bpmn.drawing.strokes import PATTERNS
from bpmn.drawing.themes import VARIABLE, WEB_COLOURS

_BADGES = (
    *(f"heat-{step}" for step in range(STEPS)),
    "lost",
    "late",
    "comment",
    "added",
    "removed",
    "changed",
    "token",
)


def style_sheet() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "/* The colours and marks of a map inside a page, from bpmn/drawing/stylesheet.py. */"
    yield ""
    yield from _colours(":root", WEB_COLOURS["light"], "")
    yield ""
    yield "@media (prefers-color-scheme: dark) {"
    yield from _colours("  :root", WEB_COLOURS["dark"], "  ")
    yield "}"
    yield ""
    yield ".bpmn-map a { text-decoration: none; }"
    yield ".bpmn-map a:focus-visible .shape, .bpmn-map a:hover .shape { stroke-width: 3; }"
    yield ".bpmn-map .chosen { filter: drop-shadow(0 0 3px var(--map-path)); }"
    yield ".bpmn-map .chosen .shape { stroke-width: 3; }"
    yield from _marks()
    yield ""
    yield "/* Badges. */"
    for kind in _BADGES:
        fill, line, ink = map(_var, colours_of(kind))
        yield f".bpmn-map .badge.{kind} rect {{ fill: {fill}; stroke: {line}; stroke-width: 0.8; }}"
        yield f".bpmn-map .badge.{kind} text {{ fill: {ink}; }}"
        if kind in ("lost", "late", "added", "removed", "changed"):
            yield f".bpmn-map .badge.{kind} polyline {{ fill: none; stroke: {ink}; stroke-width: 1.3; }}"


def _marks() -> Iterator[str]:
    def rule(selector: str, **declared: str) -> str:
        said = " ".join(f"{name.replace('_', '-')}: {value};" for name, value in declared.items())
        return f".bpmn-map {selector} {{ {said} }}"

    def variables(selector: str, values: Mapping[str, str]) -> str:
        said = " ".join(f"{VARIABLE}{name}: {_var(value)};" for name, value in values.items())
        return f".bpmn-map {selector} {{ {said} }}"

    yield ""
    yield "/* Where a deal has been, where it is, what it did not take. */"
    yield variables(".node.passed", {"task": "path-soft"})
    yield rule(".node.passed .shape", stroke=_var("path"), stroke_width="1.9", stroke_dasharray="none")
    yield rule(".edge.passed .stroke", stroke=_var("path"), stroke_width="2.8", stroke_dasharray="none")
    yield rule(".edge.passed .arrow", fill=_var("path"), stroke=_var("path"))
    inverse = ("ink", "task-line", "path", "loss", "won")
    yield variables(".node.current", dict.fromkeys(inverse, "navy-ink") | dict.fromkeys(_GROUNDS, "navy"))
    yield rule(".node.current .shape", stroke=_var("navy"), stroke_width="2", stroke_dasharray="none")
    yield rule(".node.expanded.current .shape", stroke_width="3")
    yield rule(".node.current .beside", fill=_var("beside"), font_weight="600")
    yield rule(".node.current text", font_weight="600")
    yield variables(".node.skipped", {"ink": "muted", "beside": "muted"})
    dots = " ".join(map(str, PATTERNS["skipped"]))
    yield rule(".node.skipped .shape", stroke=_var("skipped"), stroke_width="1.4", stroke_dasharray=dots)
    yield rule(".edge.skipped .stroke", stroke=_var("skipped"), stroke_width="1.2", stroke_dasharray=dots)
    yield rule(".edge.skipped .arrow", fill=_var("skipped"), stroke=_var("skipped"))
    yield ""
    yield "/* What a version changed. */"
    dashes = " ".join(map(str, PATTERNS["dashed"]))
    for name in ("added", "changed"):
        yield rule(f".node.{name} .shape", stroke=_var("navy"), stroke_width="3")
        yield rule(f".edge.{name} .stroke", stroke=_var("navy"), stroke_width="3", stroke_dasharray="none")
    yield variables(".node.removed", {"ink": "muted"})
    yield rule(".node.removed .shape", stroke=_var("muted"), stroke_dasharray=dashes)
    yield rule(".edge.removed .stroke", stroke=_var("muted"), stroke_dasharray=dashes)
    yield ""
    yield "/* How many deals have been there. */"
    for step in range(STEPS):
        kind = f"heat-{step}"
        selector = f".node.{kind}:not(.current):not(.expanded)"
        yield variables(selector, {"task": kind, "ink": colours_of(kind)[2]})


#: What lies under signs and texts of a node.
_GROUNDS = ("task", "won-soft", "loss-soft")


def _colours(selector: str, colours: Mapping[str, str], indent: str) -> Iterator[str]:
    yield f"{selector} {{"
    yield from (f"{indent}  {name}: {value};" for name, value in colours.items())
    yield f"{indent}}}"


def _var(name: str) -> str:
    return f"var({VARIABLE}{name})"


if __name__ == "__main__":
    sys.stdout.write(style_sheet())
