"""Drafts in the browser: begun, kept, checked, published; told apart when two draw at once."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.drafts import Draft
from tests.builders import NOW, Company, commercial, definition
from tests.conftest import Visitor

SALE = definition("engine_small_sale")


@pytest.fixture
def dee(app: Flask, staff: Company) -> Visitor:
    return Visitor(app).sign_in(staff.dee)


@pytest.fixture
def draft(staff: Company) -> Draft:
    version = staff.engine.publishing.latest("small_sale").version
    return staff.engine.drafting.begin(SALE, version_id=version.id, by=staff.dee, now=NOW)


def send(visitor: Visitor, draft: Draft, source: bytes, revision: int = 1) -> TestResponse:
    return visitor.send("PUT", f"/drafts/{draft.id}/source.bpmn?revision={revision}", source)


def test_a_draft_is_begun_from_a_version_and_found_among_the_processes(dee: Visitor) -> None:
    dee.get("/processes/small_sale")
    answer = dee.post("/drafts", {"process": "small_sale", "number": "1"})
    assert answer.status_code == 302
    page = dee.get(answer.location)
    assert page.status_code == 200
    assert answer.location in dee.get("/processes").text


def test_a_draft_is_begun_from_any_file_that_can_be_read(dee: Visitor, staff: Company) -> None:
    dee.get("/processes")
    picture = SALE.replace(b'isExecutable="true"', b"")
    answer = dee.post("/drafts", {"file": (io.BytesIO(picture), "sale.bpmn")})
    assert answer.status_code == 302
    assert "/drafts/" in answer.location
    refused = dee.post("/drafts", {"file": (io.BytesIO(b"no XML"), "sale.bpmn")})
    assert refused.status_code == 422
    assert dee.post("/drafts", {}).location == "/processes"
    assert len(staff.engine.drafting.drafts(by=staff.dee)) == 1


def test_what_the_editor_sends_is_kept_once_it_can_be_read(dee: Visitor, staff: Company, draft: Draft) -> None:
    changed = SALE.replace(b'name="Sign"', b'name="Sign here"')
    assert send(dee, draft, changed).json == {"revision": 2}
    assert dee.get(f"/drafts/{draft.id}/source.bpmn").data == changed
    refused = send(dee, draft, b"<a/>", 2)
    assert refused.status_code == 422
    assert "BPMN" in refused.json["text"]  # type: ignore[index]
    assert staff.engine.drafting.source(draft.id, by=staff.dee) == changed


def test_who_comes_second_is_told_and_can_keep_theirs_apart(dee: Visitor, staff: Company, draft: Draft) -> None:
    staff.engine.drafting.save(draft.id, SALE.replace(b"Sign", b"Seal"), revision=1, by=staff.max, now=NOW)
    mine = SALE.replace(b"Sign", b"Stamp")
    refused = send(dee, draft, mine)
    assert refused.status_code == 409
    assert "Max" in refused.json["text"]  # type: ignore[index]
    kept = dee.send("POST", f"/drafts/{draft.id}/apart", mine)
    assert dee.get(f"{kept.json['address']}/source.bpmn").data.count(b"Stamp") == mine.count(b"Stamp")  # type: ignore[index]
    state = dee.get(f"/drafts/{draft.id}/state").json
    assert {**state, "token": ""} == {"revision": 2, "changed_by": "Max", "others": [], "token": ""}  # type: ignore[dict-item]


def test_findings_come_with_their_element_in_the_readers_language(dee: Visitor, draft: Draft) -> None:
    broken = SALE.replace(b'name="Sign"', b'name=""')
    address = f"/drafts/{draft.id}/findings"

    def told() -> dict[str, tuple[str, str, str]]:
        found = dee.send("POST", address, broken).json["findings"]  # type: ignore[index]
        return {one["element"]: (one["rule"], one["severity"], one["message"] + one["why"]) for one in found}

    english = told()
    assert english["sign"][:2] == ("no_label", "error")
    assert english["small_sale"][:2] == ("no_goal", "warning")
    assert "A map begins with its end" in english["small_sale"][2]
    dee.post("/language", {"language": "fr"})
    assert "Une carte commence par sa fin" in told()["small_sale"][2]


def test_the_form_is_shown_as_the_rep_will_see_it_and_takes_nothing(dee: Visitor, staff: Company) -> None:
    draft = staff.engine.drafting.begin(commercial(), by=staff.dee, now=NOW)
    shown = dee.send("POST", f"/drafts/{draft.id}/form?element=Task_identify", commercial()).text
    assert "Where the lead comes from" in shown
    assert "<fieldset disabled" in shown
    hostile = commercial().replace(b'label="Company"', b'label="&lt;img src=x onerror=alert(1)&gt;"')
    assert "<img" not in dee.send("POST", f"/drafts/{draft.id}/form?element=Task_identify", hostile).text


def test_publishing_shows_first_what_it_means(dee: Visitor, staff: Company, draft: Draft) -> None:
    staff.engine.running.open_deal(process="small_sale", title="Crates", account="Hanse", by=staff.ada, now=NOW)
    send(dee, draft, SALE.replace(b'name="Sign"', b'name="Sign here"'))
    page = dee.get(f"/drafts/{draft.id}/publish").text
    assert "1 change to version 1" in page
    assert "1 open deal stays on its version" in page
    assert "Sign here" in page
    stale = dee.post(f"/drafts/{draft.id}/publish", {"revision": "1", "newest": "1", "note": ""})
    assert stale.status_code == 409
    done = dee.post(f"/drafts/{draft.id}/publish", {"revision": "2", "newest": "1", "note": "Where to sign"})
    assert done.location == "/processes/small_sale"
    assert "Where to sign" in dee.get("/processes/small_sale").text
    assert dee.get(f"/drafts/{draft.id}").status_code == 404


def test_what_has_errors_is_not_published_and_they_are_listed(dee: Visitor, draft: Draft) -> None:
    send(dee, draft, SALE.replace(b'isExecutable="true"', b""))
    page = dee.get(f"/drafts/{draft.id}/publish").text
    assert "1 error keeps it from being published" in page
    assert "not_executable" in page
    assert dee.post(f"/drafts/{draft.id}/publish", {"revision": "2", "newest": "1"}).status_code == 422


def test_a_version_that_was_published_meanwhile_is_told(dee: Visitor, staff: Company, draft: Draft) -> None:
    other = SALE.replace(b'name="Sign"', b'name="Seal"')
    staff.engine.publishing.publish(other, by=staff.max, now=NOW)
    assert (
        "Version 2 was published after this draft was begun from version 1"
        in dee.get(f"/drafts/{draft.id}/publish").text
    )
    # Published by who had looked before that: it is shown first.
    send(dee, draft, SALE.replace(b'name="Sign"', b'name="Sign here"'))
    page = dee.post(f"/drafts/{draft.id}/publish", {"revision": "2", "newest": "1", "note": ""})
    assert page.status_code == 409
    assert "was published after you looked" in page.text
    assert 'name="newest" value="2"' in page.text


def test_a_draft_without_a_change_says_so(dee: Visitor, draft: Draft) -> None:
    assert "Nothing in words has changed since version 1" in dee.get(f"/drafts/{draft.id}/publish").text


def test_words_without_a_translation_are_told_before_publishing(dee: Visitor, staff: Company) -> None:
    version = staff.engine.publishing.latest("commercial").version
    changed = commercial().replace(b'name="Identify the lead"', b'name="Find the lead"')
    draft = staff.engine.drafting.begin(changed, version_id=version.id, by=staff.dee, now=NOW)
    page = dee.get(f"/drafts/{draft.id}/publish").text
    assert "1 text is not in Français yet" in page
    assert re.search(r"<li>Find the lead</li>", page)


def test_a_file_takes_the_place_of_the_draft_for_those_who_draw_elsewhere(dee: Visitor, draft: Draft) -> None:
    dee.get(f"/drafts/{draft.id}")
    changed = SALE.replace(b'name="Sign"', b'name="Sign here"')
    sent = {"revision": "1", "file": (io.BytesIO(changed), "sale.bpmn")}
    assert dee.post(f"/drafts/{draft.id}/file", sent).status_code == 302
    assert dee.get(f"/drafts/{draft.id}/source.bpmn").data == changed


def test_a_draft_is_thrown_away(dee: Visitor, draft: Draft) -> None:
    dee.get(f"/drafts/{draft.id}")
    assert dee.post(f"/drafts/{draft.id}/discard", {"revision": "1"}).location == "/processes"
    assert dee.get(f"/drafts/{draft.id}").status_code == 404
