"""Stages above the map and alone: everything that the file says of them, in any language, aligned."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bpmn.drawing import Caption, Marks, Style, draw, geometry_of, web_map
from bpmn.drawing.words import CHECKLIST, ENTRY, OWNER, PROOF
from bpmn.model import CheckItem
from bpmn.reading import read
from tests.bpmn.drawing.maps import SVG, all_marks, classes, elements, ids, other_words, parts, shipped, words_of
from tests.builders import definition

LEVELS = ("detail", "overview")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("language", ["", "fr"])
def test_a_card_says_all_that_the_file_says_of_its_stage(level: str, language: str) -> None:
    definitions = shipped(language)
    told = squeezed(words_of(draw(definitions, style=Style(level=level))))
    for number, stage in enumerate(definitions.stages, 1):
        checks = [item.text for item in stage.checklist]
        for text in (f"{number}. {stage.name}", stage.entry, stage.details, *checks, stage.proof, stage.owner):
            assert squeezed(text) in told, text


def test_the_flow_has_the_names_of_the_stages_only() -> None:
    told = squeezed(words_of(draw(shipped(), style=Style(level="flow"))))
    assert "2.Qualification" in told
    assert squeezed(shipped().stages[1].details) not in told


@pytest.mark.parametrize("level", ["detail", "flow", "overview"])
def test_every_sentence_of_a_map_can_be_said_in_another_language(level: str) -> None:
    definitions = shipped()
    stages = tuple(
        replace(stage, name=f"x{n}", entry="x", details="x", proof="x", owner="x", checklist=(CheckItem("x", "x"),))
        for n, stage in enumerate(definitions.stages)
    )
    renamed = {stage.name: other.name for stage, other in zip(definitions.stages, stages, strict=True)}
    nameless = replace(
        definitions,
        nodes={key: replace(node, name="x") for key, node in definitions.nodes.items()},
        flows={key: replace(flow, name="x") for key, flow in definitions.flows.items()},
        lanes=tuple(replace(lane, name="x") for lane in definitions.lanes),
        participants=tuple(replace(pool, name="x") for pool in definitions.participants),
        artifacts=tuple(replace(artifact, name=renamed.get(artifact.name, "x")) for artifact in definitions.artifacts),
        stages=stages,
    )
    caption = Caption("x", version="3", goal="x", words=other_words())
    drawn = draw(nameless, style=Style(level=level), caption=caption, marks=all_marks(definitions))
    said = {str(element.text) for element in elements(drawn) if element.tag == f"{SVG}text"}
    own = {text for text in said if not re.fullmatch(r"(\d+\. )?x\d?|[\d %]+|A", text)}
    assert len(own) > (3 if level == "overview" else 8)
    assert all(text.startswith("¤") for text in own), own
    if level != "flow":
        assert {f"¤{heading}" for heading in (ENTRY, CHECKLIST, PROOF, OWNER)} <= {text.strip() for text in own}


def test_cards_stand_over_the_bands_of_their_stages() -> None:
    geometry = geometry_of(shipped())
    assert [column.stage for column in geometry.columns] == [stage.id for stage in shipped().stages]
    drawn = draw(shipped())
    chevrons = [part for part in parts(drawn) if "stage" in str(part.get("class")).split()]
    assert len(chevrons) == len(geometry.columns)
    for part, column in zip(chevrons, geometry.columns, strict=True):
        shape = next(element for element in part.iter(f"{SVG}polygon") if element.get("class") == "shape")
        xs = [float(point.split(",")[0]) for point in str(shape.get("points")).split()]
        assert min(xs) == pytest.approx(column.left, abs=0.1)
        # And with its tip a little into the gap.
        assert column.right <= max(xs) <= column.right + 10


def test_headings_of_an_overview_are_aligned_in_each_row() -> None:
    drawn = draw(shipped(), style=Style(level="overview"))
    heights = [element.get("y") for element in elements(drawn) if element.text == ENTRY]
    assert len(heights) == len(shipped().stages) == 7
    assert len(set(heights)) == 2
    assert [heights.count(height) for height in dict.fromkeys(heights)] == [4, 3]


def test_groups_that_overlap_are_no_bands() -> None:
    definitions = shipped()
    [diagram] = definitions.diagrams
    stages = [shape for shape in diagram.shapes if shape.element.startswith("Group_")]
    wider = replace(stages[0], bounds=replace(stages[0].bounds, width=stages[0].bounds.width + 200))
    shapes = tuple(wider if shape == stages[0] else shape for shape in diagram.shapes)
    changed = replace(definitions, diagrams=(replace(diagram, shapes=shapes),))
    assert geometry_of(changed).columns == ()
    assert {shape.element for shape in stages} <= ids(draw(changed))


def test_a_file_without_stages_is_drawn_at_every_level() -> None:
    definitions = read(definition("engine_small_sale")).definitions
    bare = replace(definitions, stages=(), nodes={key: replace(n, stage="") for key, n in definitions.nodes.items()})
    for level in ("detail", "flow", "overview"):
        assert set(bare.nodes) <= ids(draw(bare, style=Style(level=level)))


def test_figures_are_printed_on_cards() -> None:
    definitions = shipped()
    marks = Marks(figures=all_marks(definitions).figures)
    for level in LEVELS:
        svg = draw(definitions, style=Style(level=level), marks=marks)
        page = web_map(definitions, Style(theme="web", level=level)).marked(marks).encode()
        for told in (words_of(svg), words_of(page)):
            for text in ("120 deals", "50 % go on", "3 days (median)", "66", "80 %"):
                assert text in told, text


def test_what_is_on_the_path_to_win_and_what_loses_is_told_apart() -> None:
    found = classes(draw(shipped()))
    assert {"path", "sequenceFlow"} <= found["Flow_qualified_yes"]
    assert "losing" in found["Flow_qualified_no"]
    lines = {str(part.get("id")): part for part in parts(draw(shipped(), style=Style(theme="print")))}

    def stroke(id_: str) -> tuple[float, str]:
        line = next(element for element in lines[id_].iter(f"{SVG}path") if element.get("class") == "stroke")
        return float(str(line.get("stroke-width", 1))), str(line.get("stroke-dasharray", ""))

    # In black and white a lost flow is dashed, and the path to win is thicker.
    assert stroke("Flow_qualified_no")[1] != ""
    assert stroke("Flow_qualified_yes") > stroke("Flow_answer_new_proposal")
    assert stroke("Flow_answer_new_proposal")[1] == ""
