"""Templates of mails: a place is a name, and nothing that is filled in is read again."""

from __future__ import annotations

import pytest

from bpmn.errors import TemplateRefused
from bpmn.mails import MAX_TEMPLATE, filled, is_address, places
from bpmn.reading import read
from tests.bpmn.checks.cases import mail, sending
from tests.bpmn.checks.changed import changed
from tests.builders import definition


def test_places_are_filled_in_once() -> None:
    assert places("Dear {name}, {{as is}} {deal.title}") == {"name", "deal.title"}
    values = {"name": "{deal.title}", "deal.title": "Fleet"}
    assert filled("Dear {name}, {{as is}} {deal.title}{none}.", values) == "Dear {deal.title}, {as is} Fleet."


def test_what_is_filled_into_html_stays_text() -> None:
    assert filled("<b>{name}</b>", {"name": "<script>'\"&"}, markup=True) == "<b>&lt;script&gt;&#x27;&quot;&amp;</b>"


@pytest.mark.parametrize(
    "template",
    [
        "{",
        "}",
        "{}",
        "{0}",
        "{a b}",
        "{a!r}",
        "{a:>99999999}",
        "{a[0]}",
        "{a.b.c}",
        "{a",
        "a}",
        "{__a.}",
        "{{{",
        "{{a}",
        "x" * (MAX_TEMPLATE + 1),
    ],
)
def test_anything_else_in_braces_is_refused(template: str) -> None:
    with pytest.raises(TemplateRefused):
        places(template)


def test_a_name_is_looked_up_and_never_walked() -> None:
    assert filled("{name.__class__}", {"name": "x"}) == ""


@pytest.mark.parametrize("text", ["a@b.co", "ada.lovelace+x@mail.example.com", "élise@exemple.fr", "a@ünï.example"])
def test_an_address(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "a b@c.co",
        "Ada <a@b.co>",
        "a@b.co, c@d.co",
        "a@b.co\nBcc: c@d.co",
        "a@b.co\r",
        "<a@b.co>",
        "a@b..co",
        "a@-b.co",
        "a;b@c.co",
        '"a"@b.co',
        "@b.co",
        "a@",
        "a@b.co\x00",
        "a\u2028@b.co",
        "x" * 65 + "@b.co",
        "a@[127.0.0.1]",
    ],
)
def test_not_an_address(text: str) -> None:
    assert not is_address(text)


def test_a_mail_is_read_without_the_file_s_indentation() -> None:
    body = "\n          Dear {budget},\n\n          - one\n            two\n        "
    read_mail = changed(*sending(mail(body=body))).nodes["step"].mail
    assert read_mail is not None
    assert read_mail.body == "Dear {budget},\n\n- one\n  two"


def test_a_send_task_that_says_nothing_sends_nothing() -> None:
    node = next(iter(read(definition("minimal")).definitions.nodes.values()))
    assert (node.mail, node.webhook) == (None, "")
