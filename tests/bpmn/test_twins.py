"""A twin in another language may differ in words only."""

from __future__ import annotations

import pytest

from bpmn.text import Text
from bpmn.twins import differences
from tests.bpmn.checks.changed import changed

IN_FRENCH = (
    ('xml:lang="en"', 'xml:lang="fr"'),
    ("Qualify the lead", "Qualifier la piste"),
    ("Qualification", "La qualification"),
    ("The need is named", "Le besoin est nommé"),
    ('label="Budget"', 'label="Le budget"'),
    ('name="Rep"', 'name="Vendeur"'),
    ('name="Sale"', 'name="Vente"'),
    ("The rep talks with it", "Le vendeur lui parle"),
)


def test_words_may_differ() -> None:
    assert differences(changed(), changed(*IN_FRENCH)) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id="f1"', 'id="f1b"', ["flow 'f1' is missing", "flow 'f1b' is in the twin only"]),
        ("budget >= 1000", "budget >= 100", ["flow 'yes' differs in its condition: budget >= 1000, and budget >= 100"]),
        ('targetRef="won"', 'targetRef="give_up"', ["flow 'yes' differs in its target"]),
        ('type="money"', 'type="number"', ["element 'qualify' differs in its field 'budget'"]),
        ('type="money"', 'type="money" max="5"', ["element 'qualify' differs in its field 'budget'"]),
        ('id="budget"', 'id="le_budget"', ["element 'qualify' differs in its order of fields"]),
        ('after="P2D"', 'after="P3D"', ["element 'qualify' differs in its time limit: P2D, and P3D"]),
        ('id="need"', 'id="besoin"', ["stage 'qualification' differs in its checks"]),
        ('buyerStep="awareness"', 'buyerStep="decision"', ["stage 'qualification' differs in its buyer's step"]),
        (">won<", ">lost<", ["element 'won' differs in its outcome"]),
        ('default="no"', 'default="yes"', ["element 'gate' differs in its default flow"]),
        ('name="deal lost"', 'name="affaire perdue"', ["element 'give_up' differs in its events", "'is_lost' differs"]),
        ("<flowNodeRef>gate</flowNodeRef>", "", ["lane 'reps' differs in its steps"]),
        ('isExecutable="true"', "", ["process 'sale' differs in its executable"]),
        (">rep<", ">team_leader<", ["element 'why' differs in its role"]),
    ],
)
def test_everything_else_may_not(old: str, new: str, told: list[str]) -> None:
    found = differences(changed(), changed(*IN_FRENCH, (old, new)))
    assert len(found) == len(told)
    assert all(isinstance(text, Text) for text in found)
    for text, part in zip(found, told, strict=True):
        assert part in text


def test_a_twin_in_the_same_language_is_no_twin() -> None:
    assert [str(text) for text in differences(changed(), changed())] == [
        "Both files are in the language 'en'. Set xml:lang."
    ]
