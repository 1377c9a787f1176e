"""Contrasts in numbers (WCAG 2.2), and differences that need no colour."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from bpmn.drawing.painting.badges import STEPS, colours_of
from bpmn.drawing.strokes import PATTERNS
from bpmn.drawing.stylesheet import style_sheet
from bpmn.drawing.themes import theme_named
from web import app as web_app

PAINTED = ("light", "dark", "print")
#: Text on what lies under it.
TEXTS = [
    *(
        (ink, ground)
        for ink in ("ink", "muted", "beside", "path", "loss", "won")
        for ground in ("paper", "inside", "task")
    ),
    *(("ink", ground) for ground in ("header", "band", "path-soft", "loss-soft", "won-soft")),
    ("navy-ink", "navy"),
    ("loss", "loss-soft"),
    ("late", "late-soft"),
    ("late", "paper"),
    *((colours_of(f"heat-{step}")[2], f"heat-{step}") for step in range(STEPS)),
]
#: Lines and shapes that mean something.
SHAPES = [(line, "paper") for line in ("line", "task-line", "path", "loss", "won", "muted", "navy", "late")]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", PAINTED)
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = theme_named(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", PAINTED)
@pytest.mark.parametrize(("line", "ground"), SHAPES)
def test_lines_can_be_seen(theme: str, line: str, ground: str) -> None:
    colours = theme_named(theme)
    least = 2.0 if (line, theme) == ("navy", "dark") else 3.0
    assert contrast(colours[line], colours[ground]) >= least


@pytest.mark.parametrize("theme", PAINTED)
def test_the_blue_scale_grows_in_one_direction(theme: str) -> None:
    steps = [luminance(theme_named(theme)[f"heat-{step}"]) for step in range(STEPS)]
    assert steps == sorted(steps) or steps == sorted(steps, reverse=True)
    for one, other in pairwise(range(STEPS)):
        assert contrast(theme_named(theme)[f"heat-{one}"], theme_named(theme)[f"heat-{other}"]) >= 1.15


#: Machado, Oliveira and Fernandes (2009), severity 1: what those see who do not see red, green or blue.
DEFICIENCIES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    turned = [min(max(sum(weight * c for weight, c in zip(row, linear, strict=True)), 0), 1) for row in matrix]
    return tuple(12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in turned)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_path_to_win_and_a_loss_differ_for_the_colour_blind(theme: str, deficiency: str) -> None:
    colours = theme_named(theme)
    one, other = (seen(colours[name], DEFICIENCIES[deficiency]) for name in ("path", "loss"))
    assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 0.2


def test_no_two_kinds_of_lines_are_broken_in_the_same_way() -> None:
    for one, other in combinations(PATTERNS, 2):
        assert PATTERNS[one] != PATTERNS[other]


def test_the_style_sheet_of_the_pages_is_in_step() -> None:
    from pathlib import Path

    assert (Path(web_app.__file__).parent / "static" / "map.css").read_text() == style_sheet()
