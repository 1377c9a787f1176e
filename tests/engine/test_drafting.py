"""Drafts: kept with every change, never written over unseen, published with their twins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bpmn.errors import BpmnError, InvalidDefinition
from engine.drafting import OPEN_FOR
from engine.drafts import Draft
from engine.errors import DraftChanged, DraftUnknown, NotAllowed, PublishedMeanwhile
from tests.builders import NOW, Company, commercial, definition

SALE = definition("engine_small_sale")
LATER = NOW + timedelta(minutes=5)
OTHER = SALE.replace(b'name="Sign"', b'name="Sign here"')
THIRD = SALE.replace(b'name="Sign"', b'name="Sign there"')


def begun(west: Company, source: bytes = SALE, process: str = "small_sale") -> Draft:
    version = west.engine.publishing.latest(process).version
    return west.engine.drafting.begin(source, version_id=version.id, by=west.dee, now=NOW)


def test_a_draft_begins_from_a_version_and_keeps_every_change(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    assert (draft.process, draft.revision, draft.begun_by) == ("small_sale", 1, west.dee.id)
    saved = drafting.save(draft.id, OTHER, revision=1, by=west.max, now=LATER)
    assert (saved.revision, saved.changed_by, saved.changed_at) == (2, west.max.id, LATER)
    assert drafting.source(draft.id, by=west.dee) == OTHER
    assert drafting.drafts(by=west.dee) == [saved]


def test_what_one_has_not_seen_is_not_written_over(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    drafting.save(draft.id, OTHER, revision=1, by=west.max, now=NOW)
    with pytest.raises(DraftChanged) as told:
        drafting.save(draft.id, THIRD, revision=1, by=west.dee, now=LATER)
    assert "Max" in str(told.value)
    assert drafting.source(draft.id, by=west.dee) == OTHER
    with pytest.raises(DraftChanged):
        drafting.publish(draft.id, revision=1, newest=1, note="", by=west.dee, now=LATER)


def test_a_change_that_is_sent_twice_is_kept_once(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    first = drafting.save(draft.id, OTHER, revision=1, by=west.dee, now=NOW)
    assert drafting.save(draft.id, OTHER, revision=1, by=west.dee, now=LATER) == first


def test_what_cannot_be_read_leaves_the_draft_as_it_was(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    before = drafting.source(draft.id, by=west.dee)
    for bad in (b"", b"<a/>", SALE[:-40], b"<!DOCTYPE x []>" + SALE):
        with pytest.raises(BpmnError):
            drafting.save(draft.id, bad, revision=1, by=west.dee, now=NOW)
        with pytest.raises(BpmnError):
            drafting.begin(bad, by=west.dee, now=NOW)
    assert drafting.source(draft.id, by=west.dee) == before


def test_what_cannot_run_is_a_draft_all_the_same_but_is_not_published(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west, SALE.replace(b'isExecutable="true"', b""))
    with pytest.raises(InvalidDefinition):
        drafting.publish(draft.id, revision=1, newest=1, note="", by=west.dee, now=NOW)
    assert drafting.draft(draft.id, by=west.dee) == draft


def test_a_published_draft_is_the_next_version_and_a_draft_no_more(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    drafting.save(draft.id, OTHER, revision=1, by=west.dee, now=NOW)
    version = drafting.publish(draft.id, revision=2, newest=1, note="Where to sign", by=west.dee, now=LATER)
    assert (version.number, version.note) == (2, "Where to sign")
    assert west.engine.publishing.source(version.id) == OTHER
    with pytest.raises(DraftUnknown):
        drafting.draft(draft.id, by=west.dee)


def test_nobody_publishes_over_a_version_that_they_have_not_seen(west: Company) -> None:
    drafting, publishing = west.engine.drafting, west.engine.publishing
    mine, theirs = begun(west, OTHER), begun(west, THIRD)
    drafting.publish(theirs.id, revision=1, newest=1, note="", by=west.max, now=NOW)
    with pytest.raises(PublishedMeanwhile):
        drafting.publish(mine.id, revision=1, newest=1, note="", by=west.dee, now=LATER)
    assert b"Sign there" in publishing.source(publishing.latest("small_sale").version.id)
    assert drafting.draft(mine.id, by=west.dee) == mine
    assert drafting.publish(mine.id, revision=1, newest=2, note="", by=west.dee, now=LATER).number == 3


def test_what_is_kept_while_a_draft_is_tried_is_not_lost(west: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    drafting, publishing = west.engine.drafting, west.engine.publishing
    draft, tried = begun(west, OTHER), publishing.tried

    def slowly(*given: Any, **more: Any) -> Any:
        found = tried(*given, **more)
        drafting.save(draft.id, THIRD, revision=1, by=west.max, now=NOW)
        return found

    monkeypatch.setattr(publishing, "tried", slowly)
    with pytest.raises(DraftChanged, match="Max"):
        drafting.publish(draft.id, revision=1, newest=1, note="", by=west.dee, now=LATER)
    assert drafting.source(draft.id, by=west.dee) == THIRD
    assert publishing.latest("small_sale").version.number == 1


def test_a_draft_is_not_thrown_away_with_what_one_has_not_seen(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    drafting.save(draft.id, OTHER, revision=1, by=west.max, now=NOW)
    with pytest.raises(DraftChanged, match="Max"):
        drafting.discard(draft.id, revision=1, by=west.dee)
    assert drafting.source(draft.id, by=west.dee) == OTHER


def test_a_version_keeps_what_its_words_were_in_the_other_language(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west, commercial().replace(b'name="Identify the lead"', b'name="Find the lead"'), "commercial")
    [(language, twin)] = drafting.twins(draft.id, by=west.dee).items()
    assert (language, twin.missing) == ("fr", ("Find the lead",))
    version = drafting.publish(draft.id, revision=1, newest=1, note="", by=west.dee, now=NOW)
    published = west.engine.publishing.published(version.id)
    french = west.engine.publishing.version("commercial", 1).read_in("fr").nodes
    assert published.version.languages == ("en", "fr")
    assert published.node("Task_identify", "fr").name == "Find the lead"  # type: ignore[union-attr]
    assert published.node("Task_qualify", "fr").name == french["Task_qualify"].name  # type: ignore[union-attr]


def test_who_else_has_it_open_is_told_until_they_have_gone(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    assert drafting.look(draft.id, by=west.max, now=NOW).others == ()
    assert drafting.look(draft.id, by=west.dee, now=NOW).others == (west.max.id,)
    assert drafting.look(draft.id, by=west.max, now=NOW + OPEN_FOR).others == (west.dee.id,)
    assert drafting.look(draft.id, by=west.dee, now=NOW + 2 * OPEN_FOR + timedelta(seconds=1)).others == ()


def test_a_draft_that_was_thrown_away_is_gone(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    drafting.look(draft.id, by=west.max, now=NOW)
    drafting.discard(draft.id, revision=1, by=west.dee)
    for lost in (
        lambda: drafting.draft(draft.id, by=west.dee),
        lambda: drafting.save(draft.id, OTHER, revision=1, by=west.dee, now=NOW),
        lambda: drafting.look(draft.id, by=west.dee, now=NOW),
        lambda: drafting.discard("nonsense", revision=1, by=west.dee),
    ):
        with pytest.raises(DraftUnknown):
            lost()


def test_only_designers_have_drafts(west: Company) -> None:
    drafting = west.engine.drafting
    draft = begun(west)
    for act in (
        lambda: drafting.drafts(by=west.ada),
        lambda: drafting.begin(SALE, by=west.ben, now=NOW),
        lambda: drafting.source(draft.id, by=west.ada),
        lambda: drafting.save(draft.id, OTHER, revision=1, by=west.ada, now=NOW),
        lambda: drafting.look(draft.id, by=west.ada, now=NOW),
        lambda: drafting.publish(draft.id, revision=1, newest=1, note="", by=west.ben, now=NOW),
        lambda: drafting.discard(draft.id, revision=1, by=west.ben),
    ):
        with pytest.raises(NotAllowed):
            act()
