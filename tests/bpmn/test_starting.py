"""Out of four steps comes a complete process: it passes every check, is drawn, and deals run on it to either end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn import checks
from bpmn.drawing import editable
from bpmn.reading import read
from bpmn.starting import Plan, PlannedStage, begun, ids_of
from tests.bpmn.schema import complaints

STAGES = (
    PlannedStage("Meeting", "A buyer has agreed to meet.", "We listen.", ("Problem named", "Next date agreed")),
    PlannedStage("Needs", "They have named a problem.", "We find out what it costs.", ("Cost stated",)),
    PlannedStage("Offer", "The four criteria are met.", "We make an offer.", ("Offer with who decides",)),
    PlannedStage(
        "Contract", "Agreed by word.", "Both sides sign.", ("Signed",), "Get the contract signed", "account_manager"
    ),
)  # fmt: skip
PLAN = Plan("en", "Machine sales", "Sell 40 machines by December.", "Buyer met", STAGES, qualifies=1, follows_up=2)
FRENCH = Plan("fr", "Vente de machines", "Vendre 40 machines d’ici décembre.", "Acheteur rencontré", STAGES, 1, 2)


@pytest.mark.parametrize("plan", [PLAN, FRENCH], ids=["en", "fr"])
def test_it_passes_every_check_and_is_drawn(plan: Plan) -> None:
    source = editable(begun(plan))
    definitions = read(source).definitions
    assert checks.run(definitions) == ()
    assert complaints(source) == []
    assert [stage.name for stage in definitions.stages] == [stage.name for stage in plan.stages]
    assert definitions.processes[0].goal == plan.goal
    assert {lane.role for lane in definitions.lanes} == {"rep", "account_manager", "team_leader"}
    shapes = {shape.element for shape in definitions.diagrams[0].shapes}
    assert set(definitions.nodes) <= shapes


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    lambda text: text.strip()
)


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(NAMES, min_size=1, max_size=9),
    name=NAMES,
    roles=st.lists(st.sampled_from(["rep", "account_manager", "team_leader"]), min_size=9, max_size=9),
    places=st.tuples(st.integers(0, 8), st.integers(0, 8)),
    language=st.sampled_from(["en", "fr"]),
)
def test_whatever_things_are_called_it_can_be_published(
    names: list[str], name: str, roles: list[str], places: tuple[int, int], language: str
) -> None:
    stages = tuple(
        PlannedStage(one, "In.", "Done.", (one, one), role=role) for one, role in zip(names, roles, strict=False)
    )
    last = len(names) - 1
    plan = Plan(language, name, "Goal.", "Start", stages, min(places[0], last), min(places[1], last))
    source = begun(plan)
    assert checks.errors(checks.run(read(source).definitions)) == ()
    assert complaints(source) == []


def test_ids_are_plain_and_different() -> None:
    assert ids_of(["Étape 1", "étape 1", "日本", "日本", "A/B"]) == ["etape_1", "etape_1_2", "one", "one_2", "a_b"]
