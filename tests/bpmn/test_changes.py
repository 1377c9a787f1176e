"""Two versions of a process: what was added, removed and changed, told in words and marked on both maps."""

from __future__ import annotations

import pytest

from bpmn.changes import Change, changes, marks
from bpmn.model import Definitions
from bpmn.reading import read
from tests.builders import commercial, definition

SMALL = definition("engine_small_sale")


def _read(source: bytes) -> Definitions:
    return read(source).definitions


def found(old: bytes, new: bytes, count: int = 1) -> tuple[Change, ...]:
    changed = changes(_read(old), _read(new))
    assert len(changed) == count, changed
    return changed


@pytest.mark.parametrize("source", [SMALL, commercial(), commercial("fr")], ids=["small", "commercial", "french"])
def test_a_version_beside_itself_has_no_changes(source: bytes) -> None:
    assert changes(_read(source), _read(source)) == ()


def test_a_new_name_is_told_with_the_old_one() -> None:
    (change,) = found(SMALL, SMALL.replace(b'name="Sign"', b'name="Sign here"'))
    assert (change.kind, change.part, change.name) == ("changed", "element", "Sign here")
    assert [(fact.what, fact.before, fact.after) for fact in change.facts] == [("Name", "Sign", "Sign here")]


def test_a_step_that_was_added_brings_its_flow() -> None:
    old, new = _read(SMALL), _read(_with_another_step(SMALL))
    kinds = {(one.kind, one.part, one.name) for one in changes(old, new)}
    assert ("added", "element", "Call back") in kinds
    assert ("added", "flow", "Call back → Won") in kinds
    back = {(one.kind, one.part, one.name) for one in changes(new, old)}
    assert ("removed", "element", "Call back") in back
    assert {one.id for one in changes(old, new)} == {one.id for one in changes(new, old)}


def _with_another_step(source: bytes) -> bytes:
    """Between the last task and the end that wins."""
    definitions = _read(source)
    won = next(node for node in definitions.nodes.values() if node.outcome == "won")
    flow = definitions.incoming[won.id][0]
    text = source.decode()
    text = text.replace(f'id="{flow.id}" sourceRef="{flow.source}" targetRef="{won.id}"',
                        f'id="{flow.id}" sourceRef="{flow.source}" targetRef="callback"')  # fmt: skip
    new = (
        '<userTask id="callback" name="Call back"/>'
        f'<sequenceFlow id="after_callback" sourceRef="callback" targetRef="{won.id}"/>'
    )
    return text.replace("</process>", f"{new}</process>", 1).encode()


def test_marks_are_on_the_map_that_has_the_part() -> None:
    old, new = _read(SMALL), _read(_with_another_step(SMALL))
    before, after = marks(changes(old, new))
    assert {"callback", "after_callback"} <= after.added
    assert not before.added
    assert not after.removed
    assert before.changed == after.changed
    assert after.changed


@pytest.mark.parametrize(
    ("old", "new", "part", "name", "what", "before", "after"),
    [
        (b'value="Qualify"', b'value="Qualification"', "stage", "Qualification", "Name", "Qualify", "Qualification"),
        (b"Need is named", b"Need is told", "stage", "Qualify", "To go on", "• Need is named", "• Need is told"),
        (b'timeLimit="P7D"', b'timeLimit="P9D"', "stage", "Qualify", "Time limit", "P7D", "P9D"),
        (b'name="Rep"', b'name="Seller"', "lane", "Seller", "Name", "Rep", "Seller"),
        (b"R7/P7D", b"R6/P7D", "element", "weekly", "Event", "• timer R7/P7D", "• timer R6/P7D"),
        (
            b'label="Budget?" required="true"',
            b'label="Budget?"',
            "element",
            "Qualify",
            "Asked: Budget?",
            "yes_no, needed: –",
            "yes_no: –",
        ),
        (b">budget<", b">not budget<", "flow", "yes", "Condition", "budget", "not budget"),
        (b'default="f_again"', b"", "element", "Yes?", "By default", "Follow up", ""),
    ],
)
def test_what_has_changed_is_told_as_it_was_and_as_it_is(
    old: bytes, new: bytes, part: str, name: str, what: str, before: str, after: str
) -> None:
    assert SMALL.count(old) == 1
    (change,) = found(SMALL, SMALL.replace(old, new))
    assert (change.kind, change.part, change.name) == ("changed", part, name)
    assert [(fact.what, fact.before, fact.after) for fact in change.facts] == [(what, before, after)]


def test_a_step_that_goes_to_another_stage_and_lane_is_changed() -> None:
    new = SMALL.replace(b"<flowNodeRef>sign</flowNodeRef>", b"").replace(
        b"<flowNodeRef>follow</flowNodeRef></lane>",
        b"<flowNodeRef>follow</flowNodeRef><flowNodeRef>sign</flowNodeRef></lane>",
    )
    (change,) = found(SMALL, new)
    assert [(fact.what, fact.before, fact.after) for fact in change.facts] == [("Who", "Account manager", "Rep")]
