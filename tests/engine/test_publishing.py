"""Versions: checked first, numbered, kept as they were sent."""

from __future__ import annotations

import pytest

from bpmn import checks
from bpmn.errors import InvalidDefinition, NotXml
from bpmn.reading import read
from engine.errors import NotAllowed, ProcessUnknown, RunFailed, TwinDiffers
from engine.spiff import trial
from tests.builders import NOW, Company, commercial, definition
from tests.hostile import ENDLESS


def test_the_shipped_process_is_published_with_its_french_twin(west: Company) -> None:
    publishing = west.engine.publishing
    version = publishing.publish(commercial(), twins={"fr": commercial("fr")}, by=None, now=NOW)
    assert (version.process, version.number, set(version.languages)) == ("commercial", 1, {"en", "fr"})
    assert publishing.source(version.id) == commercial()
    assert publishing.source(version.id, "fr") == commercial("fr")
    published = publishing.published(version.id)
    assert published.stage_names("fr") != published.stage_names("en") == published.stage_names("ja")


def test_the_same_files_make_no_new_version_and_other_ones_do(west: Company) -> None:
    publishing = west.engine.publishing
    same = publishing.publish(definition("engine_small_sale"), by=west.dee, now=NOW)
    assert same.number == 1
    changed = definition("engine_small_sale").replace(b'value="Qualify"', b'value="Qualification"')
    assert publishing.publish(changed, by=west.dee, now=NOW).number == 2
    assert [version.number for version in publishing.versions("small_sale")] == [2, 1]


def test_running_deals_stay_on_their_version(west: Company) -> None:
    deal = west.engine.running.open_deal(process="small_sale", title="A", account="B", by=west.ada, now=NOW)
    changed = definition("engine_small_sale").replace(b'name="Sign"', b'name="Sign here"')
    newer = west.engine.publishing.publish(changed, by=west.dee, now=NOW)
    assert west.engine.desk.deal(west.ada, deal.id).deal.version_id != newer.id
    assert west.engine.publishing.deal_counts() == {deal.version_id: (1, 1)}


def test_a_definition_with_errors_is_refused_with_its_findings(west: Company) -> None:
    broken = definition("engine_small_sale").replace(b' default="f_no"', b"")
    with pytest.raises(InvalidDefinition) as refused:
        west.engine.publishing.publish(broken, by=west.dee, now=NOW)
    assert {finding.rule for finding in refused.value.findings} == {"gateway_condition"}
    with pytest.raises(NotXml):
        west.engine.publishing.publish(b"not a process", by=west.dee, now=NOW)
    assert len(west.engine.publishing.versions("small_sale")) == 1


def test_a_twin_that_is_another_process_is_refused(west: Company) -> None:
    with pytest.raises(TwinDiffers):
        west.engine.publishing.publish(commercial(), twins={"fr": definition("engine_small_sale")}, by=None, now=NOW)


def test_only_a_designer_publishes(west: Company) -> None:
    with pytest.raises(NotAllowed):
        west.engine.publishing.publish(definition("engine_small_sale"), by=west.ada, now=NOW)
    with pytest.raises(ProcessUnknown):
        west.engine.publishing.latest("nothing")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("a process that calls itself", "called_process"),
        ("a circle without a person", "automatic_loop"),
    ],
)
def test_what_would_run_for_ever_is_refused_before_anything_of_it_is_run(
    staff: Company, monkeypatch: pytest.MonkeyPatch, name: str, rule: str
) -> None:
    def never(*_given: object, **_more: object) -> None:
        raise AssertionError("it was tried")

    monkeypatch.setattr(trial, "run", never)
    with pytest.raises(InvalidDefinition) as refused:
        staff.engine.publishing.publish(ENDLESS[name], by=staff.dee, now=NOW)
    assert rule in {finding.rule for finding in refused.value.findings}


def test_data_two_levels_up_does_not_hold_the_engine_up() -> None:
    """SpiffWorkflow's own parser looks for it for ever."""
    source = ENDLESS["a data object two levels up"]
    assert {finding.rule for finding in checks.errors(checks.run(read(source).definitions))} == {"no_label"}
    trial.run(source, "p")


def test_a_trial_that_does_not_end_is_killed() -> None:
    with pytest.raises(RunFailed, match="did not start within"):
        trial.run(definition("engine_small_sale"), "small_sale", time_limit=0.01)
