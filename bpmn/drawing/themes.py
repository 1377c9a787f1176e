"""The colours of a map, by what they are for. The names are those of the CSS variables of the web theme."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Theme = Mapping[str, str]

# Structure is navy and grey, the path to win is blue, losing is orange, won is green (the tokens of the web pages).
_LIGHT: Final = {
    "paper": "#fefefe",
    "ink": "#14202b",
    "muted": "#4a5a68",
    "line": "#7b8995",
    "frame": "#c3cad0",
    "header": "#e9edf1",
    "band": "#f3f6fa",
    "band-line": "#9fb2c6",
    "navy": "#12304f",
    "navy-ink": "#ffffff",
    "task": "#fffffe",
    "task-line": "#4a5f74",
    "inside": "#f8fafd",
    "path": "#0b5cad",
    "path-soft": "#e4eef9",
    "loss": "#b0431a",
    "loss-soft": "#faeae2",
    "won": "#1c7346",
    "won-soft": "#e2f2e9",
    "skipped": "#98a4af",
    "beside": "#14202b",
    "late": "#8a5a00",
    "late-soft": "#fff3d6",
    "heat-0": "#eaf2fb",
    "heat-1": "#c9def2",
    "heat-2": "#97c3e6",
    "heat-3": "#6cabdf",
    "heat-4": "#1f6bb0",
    "heat-5": "#0a4a8c",
    "heat-ink": "#12304f",
    "heat-ink-strong": "#ffffff",
}
_DARK: Final = {
    "paper": "#16202a",
    "ink": "#e8edf1",
    "muted": "#a9b7c3",
    "line": "#8d9ca9",
    "frame": "#3a4957",
    "header": "#202d3a",
    "band": "#1a2733",
    "band-line": "#50667b",
    "navy": "#2a639e",
    "navy-ink": "#fffffe",
    "task": "#1e2b37",
    "task-line": "#92a5b6",
    "inside": "#192530",
    "path": "#7db6f0",
    "path-soft": "#14304c",
    "loss": "#f0976f",
    "loss-soft": "#402013",
    "won": "#76cf9f",
    "won-soft": "#123524",
    "skipped": "#6c7c8a",
    "beside": "#e8edf1",
    "late": "#f0c05a",
    "late-soft": "#3d2f0c",
    "heat-0": "#1d2f42",
    "heat-1": "#1f4468",
    "heat-2": "#245b8e",
    "heat-3": "#2b6ca8",
    "heat-4": "#82b9ee",
    "heat-5": "#cfe5fb",
    "heat-ink": "#eef5fc",
    "heat-ink-strong": "#0d1c2b",
}
#: Black ink only: what is meant must show without colour (thick, thin, dashed).
_PRINT: Final = {
    "paper": "#ffffff",
    "ink": "#000000",
    "muted": "#333333",
    "line": "#444444",
    "frame": "#777777",
    "header": "#eeeeee",
    "band": "#f7f7f7",
    "band-line": "#777777",
    "navy": "#000000",
    "navy-ink": "#ffffff",
    "task": "#ffffff",
    "task-line": "#000000",
    "inside": "#ffffff",
    "path": "#000000",
    "path-soft": "#dddddd",
    "loss": "#444444",
    "loss-soft": "#ffffff",
    "won": "#000000",
    "won-soft": "#eeeeee",
    "skipped": "#888888",
    "beside": "#000000",
    "late": "#000000",
    "late-soft": "#ffffff",
    "heat-0": "#ffffff",
    "heat-1": "#e6e6e6",
    "heat-2": "#cccccc",
    "heat-3": "#b0b0b0",
    "heat-4": "#555555",
    "heat-5": "#222222",
    "heat-ink": "#000000",
    "heat-ink-strong": "#ffffff",
}

VARIABLE = "--map-"

#: For the web theme Graphviz is given one colour per name that no drawing uses otherwise; clean.py turns them into
#: variables, so that a page can change its colours without a new drawing.
_STAND_INS: Final = {name: f"#fe{number:02x}01" for number, name in enumerate(_LIGHT)}
VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {colour: f"var({VARIABLE}{name})" for name, colour in _STAND_INS.items()}
)

THEMES: Final = ("light", "dark", "print", "web")

#: What a style sheet sets for the web theme.
WEB_COLOURS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        mode: MappingProxyType({f"{VARIABLE}{name}": colour for name, colour in colours.items()})
        for mode, colours in (("light", _LIGHT), ("dark", _DARK))
    }
)


def theme_named(name: str) -> Theme:
    tables: Mapping[str, Theme] = {"light": _LIGHT, "dark": _DARK, "print": _PRINT, "web": _STAND_INS}
    if name not in tables:
        raise ValueError(f"No theme {name!r}: there are {', '.join(THEMES)}")
    return tables[name]
