"""What is measured is what is drawn: in Graphviz's own fonts, and the same for whoever measures and whoever paints."""

from __future__ import annotations

import pytest

from bpmn.drawing import measure
from bpmn.drawing.measure import LINE_NAME, NODE_NAME, Room, fit, paragraph, taken_by, width_of
from bpmn.drawing.renderer import run

NAMES = ["Hand over to the account manager", "Négociation – « Prüfen »", "wants a new proposal", "Ångström ≥ 60 % → µ"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("bold", "face"), [(False, "Inter"), (True, "Inter SemiBold")])
def test_a_text_is_as_wide_as_graphviz_makes_it(name: str, bold: bool, face: str) -> None:
    label = f'label="{name}" fontname="{face}" fontsize=100'
    drawn = run(f"digraph {{ a [shape=plain margin=0 {label}] }}", "plain", engine="dot", placed=False).decode()
    node = next(line for line in drawn.splitlines() if line.startswith("node"))
    inches = float(node.split()[4])
    # Pairs of letters that Graphviz draws closer together are not looked for.
    assert width_of(name, 100, bold=bold) == pytest.approx(72 * inches, rel=0.01)


ODD = ["x", "Donaudampfschifffahrtsgesellschaft", "見積書を送付する", "a " * 200, "y" * 10_000]


@pytest.mark.parametrize("room", [NODE_NAME, LINE_NAME], ids=["node", "line"])
@pytest.mark.parametrize("name", [*NAMES, *ODD], ids=lambda name: name[:12])
@pytest.mark.parametrize("share", [1.0, 0.65])
def test_what_was_measured_fits_again_whatever_its_weight(room: Room, name: str, share: float) -> None:
    width, height = taken_by(name, room, narrow=share)
    assert width <= room.width + 4
    assert height <= room.height + 2
    for bold in (False, True):
        text = fit(name, width, height, room.sizes, bold)
        assert text.width <= width
        assert text.height <= height
        assert text.size == fit(name, room.width * share, room.height, room.sizes, True).size or not bold


def test_nothing_takes_no_room() -> None:
    assert taken_by("", NODE_NAME) == taken_by(" \u200b", NODE_NAME) == (0.0, 0.0)


def test_a_word_of_many_lines_is_measured_a_few_times_not_once_for_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []
    advance = measure._advance

    def counted(letter: str, bold: bool) -> float:
        measured.append(letter)
        return advance(letter, bold)

    monkeypatch.setattr(measure, "_advance", counted)
    word = "k" * measure.LONGEST
    text = paragraph(word, 30, 10, most=measure.LONGEST)
    assert "".join(text.lines) == word
    assert len(text.lines) > 50
    assert len(measured) < 4 * len(word)
