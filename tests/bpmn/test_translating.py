"""The twin of a later version keeps the words that are still those of what they translate."""

from __future__ import annotations

from bpmn.changes import changes
from bpmn.reading import read
from bpmn.translating import translated
from bpmn.twins import differences
from tests.builders import commercial

ENGLISH, FRENCH = commercial(), commercial("fr")


def in_french(after: bytes) -> tuple[bytes, tuple[str, ...]]:
    made = translated(ENGLISH, FRENCH, after)
    return made.xml, made.missing


def test_what_has_not_changed_reads_as_it_did() -> None:
    made, missing = in_french(ENGLISH)
    assert missing == ()
    assert changes(read(FRENCH).definitions, read(made).definitions) == ()
    assert differences(read(ENGLISH).definitions, read(made).definitions) == ()


def test_what_reads_otherwise_is_told_and_stands_in_the_new_words() -> None:
    after = ENGLISH.replace(b'name="Identify the lead"', b'name="Find the lead"')
    made, missing = in_french(after)
    assert missing == ("Find the lead",)
    assert read(made).definitions.nodes["Task_identify"].name == "Find the lead"
    assert differences(read(after).definitions, read(made).definitions) == ()


def test_what_was_moved_or_copied_keeps_its_translation() -> None:
    stage = read(ENGLISH).definitions.stages[1]
    first, second = (f"<sales:question>{text}</sales:question>".encode() for text in stage.questions[:2])
    moved = ENGLISH.replace(first, b"<!-->").replace(second, first).replace(b"<!-->", second)
    made, missing = in_french(moved)
    before = read(FRENCH).definitions.stages[1].questions
    assert missing == ()
    assert read(made).definitions.stages[1].questions == (before[1], before[0], *before[2:])

    copied = ENGLISH.replace(
        b'<bpmn:startEvent id="Start_lead"',
        b'<bpmn:userTask id="Copied" name="Identify the lead" /><bpmn:startEvent id="Start_lead"',
    )
    made, missing = in_french(copied)
    assert missing == ()
    assert read(made).definitions.nodes["Copied"].name == read(FRENCH).definitions.nodes["Task_identify"].name


def test_names_that_deals_are_matched_by_are_no_words() -> None:
    made, missing = in_french(ENGLISH.replace(b'name="deal lost"', b'name="deal gone"'))
    assert missing == ()
    assert b'name="deal gone"' in made
