"""The playbook says all that a process says, in the order of its stages, in the reader's language."""

from __future__ import annotations

import html
import re

from tests.builders import Company
from tests.conftest import Visitor

PAGE = "/processes/commercial/playbook"


def plain(page: str) -> str:
    return html.unescape(page)


def test_everything_that_a_designer_wrote_is_in_it(ada: Visitor, staff: Company) -> None:
    published = staff.engine.publishing.latest("commercial")
    for language in ("en", "fr"):
        ada.get("/inbox")
        ada.post("/language", {"language": language, "next": "/inbox"})
        page = plain(ada.get(PAGE).text)
        words = published.read_in(language)
        assert words.processes[0].goal in page
        for stage in words.stages:
            for text in (stage.name, stage.entry, stage.details, stage.proof, *stage.questions, *stage.tools):
                assert text in page, text
            assert all(item.text in page for item in stage.checklist)
        for node in words.nodes.values():
            for text in (*node.questions, *(field.label for field in node.form)):
                assert text in page, text
            if node.form:
                assert node.documentation in page


def test_stages_come_in_their_order_and_the_lost_path_last(ada: Visitor, staff: Company) -> None:
    page = plain(ada.get(PAGE).text)
    headings = re.findall(r"<h2>\d+\. ([^<]*)</h2>", page)
    stages = [stage.name for stage in staff.engine.publishing.latest("commercial").definitions.stages]
    assert headings == [*stages, "When a deal is lost, and everywhere"]
    last = page.index("When a deal is lost, and everywhere</h2>")
    assert page.index("<h3>Say why, and what we learn</h3>") > last
    assert page.index("<h3>Qualify the lead</h3>") < last


def test_ways_out_of_a_choice_say_when(ada: Visitor) -> None:
    page = plain(ada.get(PAGE).text)
    assert "<li>positive: Hand over to the account manager</li>" in page
    assert "<li>no: Give up the lead</li>" in page
