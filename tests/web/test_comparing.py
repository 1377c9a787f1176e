"""Two versions beside each other: what has changed, in words and on the maps."""

from __future__ import annotations

import re

import pytest

from tests.builders import NOW, Company, commercial, definition
from tests.conftest import Visitor


def publish(staff: Company, source: bytes, **twins: bytes) -> None:
    staff.engine.publishing.publish(source, by=staff.dee, now=NOW, twins=twins)


def marked(page: str, state: str) -> list[str]:
    return [id_ for id_, classes in re.findall(r'<g id="([^"]+)" class="([^"]+)"', page) if state in classes.split()]


def test_what_changed_is_told_and_marked(ada: Visitor, staff: Company) -> None:
    publish(staff, definition("engine_small_sale").replace(b'name="Sign"', b'name="Sign here"'))
    page = ada.get("/processes/small_sale/compare").text
    assert "1 change from version 1 to version 2" in page
    assert "Sign here" in page
    assert marked(page, "changed") == ["sign"]
    assert 'href="/processes/small_sale/versions/2/elements/sign"' in page


def test_the_way_back_shows_what_was_removed_on_the_earlier_map(ada: Visitor, staff: Company) -> None:
    with_note = definition("engine_small_sale").replace(
        b'<userTask id="sign" name="Sign"/>',
        b'<userTask id="sign" name="Sign"/><userTask id="more" name="Call once more"/>'
        b'<sequenceFlow id="more_flow" sourceRef="more" targetRef="won"/>'
        b'<boundaryEvent id="late" attachedToRef="sign" cancelActivity="false">'
        b'<timerEventDefinition id="tl"><timeDuration>P7D</timeDuration></timerEventDefinition></boundaryEvent>'
        b'<sequenceFlow id="late_flow" sourceRef="late" targetRef="more"/>',
    )
    publish(staff, with_note)
    forward = ada.get("/processes/small_sale/compare").text
    assert {"more", "late", "late_flow"} <= set(marked(forward, "added"))
    assert "What was removed" not in forward
    back = ada.get("/processes/small_sale/compare?from=2&to=1").text
    assert {"more", "late", "late_flow"} <= set(marked(back, "removed"))
    assert "What was removed, on version 2" in back


def test_a_version_beside_itself_says_the_same(ada: Visitor) -> None:
    assert "Versions 1 and 1 say the same" in ada.get("/processes/commercial/compare").text


@pytest.mark.parametrize("asked", ["from=1&to=7", "from=9&to=1", "from=-1"])
def test_a_version_that_there_is_not(ada: Visitor, asked: str) -> None:
    assert ada.get(f"/processes/small_sale/compare?{asked}").status_code == 404


def test_words_are_compared_in_the_readers_language_only_where_both_have_it(ada: Visitor, staff: Company) -> None:
    ada.get("/inbox")
    ada.post("/language", {"language": "fr", "next": "/inbox"})
    publish(staff, commercial().replace(b'name="Qualify the lead"', b'name="Qualify this lead"'), fr=commercial("fr"))
    assert "disent la même chose" in ada.get("/processes/commercial/compare").text
    publish(staff, commercial())
    page = ada.get("/processes/commercial/compare").text
    assert "1 changement" in page
    assert "Qualify this lead" in page
