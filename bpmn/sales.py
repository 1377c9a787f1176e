"""What sales adds to BPMN: the elements of our namespace inside ``extensionElements``, read as values (README.md)."""

from __future__ import annotations

import inspect
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from bpmn.elements import line_of, named, one_line, text_in
from bpmn.forms import Field, Form, Option
from bpmn.mails import Mail
from bpmn.model import CheckItem, Lesson, Stage
from bpmn.names import sales
from bpmn.values import Deed, Profile, Scenario

#: The roles that a lane can name, and how designers write them when they do not.
ROLES = {
    "rep": ("rep", "sales rep", "sales representative", "seller", "sales", "commercial", "vendeur"),
    "account_manager": ("account manager", "responsable de compte", "responsable de comptes"),
    "team_leader": ("team leader", "sales manager", "chef d'équipe", "chef d’équipe", "responsable d'équipe"),
}


def extension(element: etree._Element, name: str) -> etree._Element | None:
    """The first ``sales:name`` in the element's extensionElements."""
    return next((found for held in named(element, "extensionElements") for found in held.findall(sales(name))), None)


def text_of(element: etree._Element | None) -> str:
    return one_line(text_in(element)) if element is not None else ""


def _texts(parent: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(text for child in parent.findall(sales(name)) if (text := text_of(child)))


def silenced_in(element: etree._Element) -> frozenset[str]:
    """The rules whose warnings its designer has silenced; one that says no reason counts for nothing."""
    held = (one for inside in named(element, "extensionElements") for one in inside.findall(sales("silence")))
    return frozenset(one.get("rule", "") for one in held if (one.get("reason") or "").strip())


def role_of_lane(lane: etree._Element, name: str) -> str:
    stated = text_of(extension(lane, "role"))
    if stated:
        return stated
    folded = name.casefold().strip()
    return next((role for role, names in ROLES.items() if folded in names), "")


def read_stage(element: etree._Element) -> Stage:
    """A ``categoryValue`` as a stage; one without a stage card is a stage with a name only."""
    card = extension(element, "stage")
    identity: dict[str, Any] = {
        "id": element.get("id", ""),
        "name": one_line(element.get("value") or ""),
        "line": line_of(element),
        "silenced": silenced_in(element),
    }
    if card is None:
        return Stage(**identity)
    checklist = tuple(
        CheckItem(item.get("id") or f"{identity['id']}_{number}", text_of(item))
        for number, item in enumerate(card.findall(sales("check")), 1)
    )
    return Stage(
        **identity,
        entry=text_of(card.find(sales("entry"))),
        details=text_of(card.find(sales("details"))),
        checklist=checklist,
        proof=text_of(card.find(sales("proof"))),
        questions=_texts(card, "question"),
        tools=_texts(card, "tool"),
        owner=card.get("owner", ""),
        buyer_step=card.get("buyerStep", ""),
        time_limit=card.get("timeLimit", ""),
        viable=card.get("viable") == "true",
    )


def read_task(element: etree._Element) -> dict[str, Any]:
    """The keyword arguments of FlowNode that sales adds."""
    facts: dict[str, Any] = {}
    form = extension(element, "form")
    if form is not None:
        facts["form"] = _read_form(form)
    facts["questions"] = tuple(
        text for held in named(element, "extensionElements") for text in _texts(held, "question")
    )
    due = extension(element, "due")
    if due is not None:
        facts["time_limit"] = due.get("after", "")
    facts["touch"] = extension(element, "touch") is not None
    lesson = extension(element, "lesson")
    if lesson is not None:
        facts["lesson"] = Lesson(
            about=lesson.get("about", "lost"),
            reason=lesson.get("reason", ""),
            text=lesson.get("text", ""),
            share=lesson.get("share") == "true",
        )
    service = extension(element, "service")
    facts["service"] = service.get("name", "") if service is not None else ""
    mail = extension(element, "mail")
    if mail is not None:
        facts["mail"] = _read_mail(mail)
    webhook = extension(element, "webhook")
    facts["webhook"] = webhook.get("name", "").strip() if webhook is not None else ""
    facts["profiles"] = tuple(
        one.get("profile", "") for held in named(element, "extensionElements") for one in held.findall(sales("uses"))
    )
    facts["silenced"] = silenced_in(element)
    facts["outcome"] = text_of(extension(element, "outcome"))
    correlate = extension(element, "correlate")
    facts["correlate"] = correlate.get("with", "") if correlate is not None else ""
    facts["carries"] = tuple(
        (value.get("name", ""), value.get("from", ""))
        for held in named(element, "extensionElements")
        for value in held.findall(sales("value"))
    )
    return facts


def rule_of(element: etree._Element) -> str:
    """The lines of a business rule task, ``name = expression`` each: the standard has no place for them."""
    rule = extension(element, "rule")
    return text_in(rule) if rule is not None else ""


def _read_mail(mail: etree._Element) -> Mail:
    body, markup = (mail.find(sales(name)) for name in ("body", "html"))
    return Mail(
        to=one_line(mail.get("to", "")),
        subject=one_line(mail.get("subject", "")),
        body=_paragraphs(body),
        html=_paragraphs(markup),
    )


def read_profiles(element: etree._Element) -> tuple[Profile, ...]:
    held = (one for inside in named(element, "extensionElements") for one in inside.findall(sales("profile")))
    return tuple(
        Profile(
            one.get("id", ""),
            one_line(one.get("name", "")),
            text_of(one.find(sales("pains"))),
            text_of(one.find(sales("decides"))),
        )
        for one in held
    )


def read_kpis(element: etree._Element) -> tuple[str, ...]:
    return tuple(text for inside in named(element, "extensionElements") for text in _texts(inside, "kpi"))


def read_scenarios(element: etree._Element) -> tuple[Scenario, ...]:
    held = (one for inside in named(element, "extensionElements") for one in inside.findall(sales("scenario")))
    return tuple(
        Scenario(
            one.get("name", ""),
            tuple(
                Deed(
                    deed.get("do", ""),
                    deed.get("of", ""),
                    tuple((said.get("field", ""), said.get("value", "")) for said in deed.findall(sales("answer"))),
                )
                for deed in one.findall(sales("deed"))
            ),
            tuple(one.get("path", "").split()),
            one.get("outcome", ""),
        )
        for one in held
    )


def _paragraphs(element: etree._Element | None) -> str:
    """Text over several lines, without the indentation that the file gave it."""
    return inspect.cleandoc(text_in(element)) if element is not None else ""


def _read_form(form: etree._Element) -> Form:
    return tuple(_read_field(field) for field in form.findall(sales("field")))


def _read_field(field: etree._Element) -> Field:
    return Field(
        id=field.get("id", ""),
        type=field.get("type", "text"),
        label=one_line(field.get("label") or field.get("id") or ""),
        help=field.get("help", ""),
        required=field.get("required") == "true",
        options=tuple(
            Option(option.get("value", ""), option.get("label", "") or option.get("value", ""))
            for option in field.findall(sales("option"))
        ),
        minimum=_number(field.get("min")),
        maximum=_number(field.get("max")),
        max_length=_length(field.get("maxLength")),
        role=field.get("role", ""),
        sets=field.get("sets", ""),
        line=line_of(field),
    )


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return number if number is None or number.is_finite() else None


def _length(text: str | None) -> int | None:
    # Python refuses to read thousands of digits.
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0 else None
