"""What an editor of diagrams can show: every element has a place, every stage a group."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn.diagram import Shape
from bpmn.drawing import editable
from bpmn.errors import BpmnError
from bpmn.model import Definitions
from bpmn.reading import read
from bpmn.twins import differences
from tests.bpmn.schema import complaints
from tests.builders import commercial, definition

FILES = sorted(path.stem for path in (Path(__file__).parents[2] / "definitions").glob("*.bpmn"))


def shown(definitions: Definitions) -> dict[str, Shape]:
    return {shape.element: shape for shape in definitions.diagrams[0].shapes}


def test_what_can_be_shown_stays_as_it_is() -> None:
    assert editable(commercial()) == commercial()


@pytest.mark.parametrize("name", FILES)
def test_everything_has_a_place_and_every_stage_a_group_around_its_elements(name: str) -> None:
    made = editable(definition(name))
    definitions = read(made).definitions
    places = shown(definitions)
    assert set(definitions.nodes) <= set(places)
    groups = {one.stage: places[one.id].bounds for one in definitions.artifacts if one.stage}
    assert set(groups) == {stage.id for stage in definitions.stages}
    for node in definitions.nodes:
        if stage := definitions.stage_of(node):
            box, group = places[node].bounds, groups[stage.id]
            assert group.x <= box.x
            assert box.x + box.width <= group.x + group.width
    assert complaints(made) == []
    assert editable(made) == made


@pytest.mark.parametrize("name", FILES)
def test_nothing_else_changes(name: str) -> None:
    before, after = read(definition(name)).definitions, read(editable(definition(name))).definitions
    told = [str(text) for text in differences(before, after)]
    assert [text for text in told if "in the language" not in text] == []


def test_a_diagram_that_shows_its_stages_by_no_groups_keeps_its_places() -> None:
    lines = commercial().decode().splitlines(keepends=True)
    bare = "".join(line for line in lines if "<bpmn:group" not in line)
    before, after = read(bare.encode()).definitions, read(editable(bare.encode())).definitions
    assert shown(before).items() <= shown(after).items()
    assert {one.stage for one in after.artifacts if one.stage} == {stage.id for stage in after.stages}


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(BpmnError):
        editable(b"<a/>")
