"""The facts of a deal that people write down themselves, checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bpmn.errors import AnswersRejected
from bpmn.forms import MAX_NUMBER, Form
from bpmn.text import N_, Text
from engine.deals import Deal
from engine.errors import FactsRejected
from engine.history import FACT_CHANGED, Event
from engine.people import Person
from engine.storage import accounts
from engine.storage.database import Connection

MAX_NAME = 200


def of(deal: Deal) -> dict[str, Any]:
    return {
        "title": deal.title,
        "account": deal.account.name,
        "contact": deal.contact,
        "value": deal.value,
        "expected_close": deal.expected_close,
    }


def check(
    title: str,
    account: str,
    contact: str,
    value: Decimal | None,
    expected_close: str,
    owner: str,
    owners: Collection[str],
) -> dict[str, Any]:
    """The facts made clean, or FactsRejected with every problem."""
    facts = {"title": tidy(title), "account": tidy(account), "contact": tidy(contact), "value": value}
    problems: dict[str, Text] = {}
    for name in ("title", "account"):
        if not facts[name]:
            problems[name] = Text(N_("This answer is needed."))
    for name in ("title", "account", "contact"):
        if len(str(facts[name])) > MAX_NAME:
            problems[name] = Text(
                N_("At most %(most)d characters; these are %(given)d."),
                {"most": MAX_NAME, "given": len(str(facts[name]))},
            )
    if value is not None:
        if not value.is_finite() or not 0 <= value <= MAX_NUMBER:
            problems["value"] = Text(N_("Write an amount between 0 and %(most)s."), {"most": MAX_NUMBER})
        else:
            facts["value"] = value.quantize(Decimal("0.01"))
    facts["expected_close"] = expected_close.strip()
    if expected_close.strip():
        try:
            facts["expected_close"] = date.fromisoformat(expected_close.strip()).isoformat()
        except ValueError:
            problems["expected_close"] = Text(N_("Write a date as year-month-day, such as 2026-03-31."))
    if owner not in owners:
        problems["owner_id"] = Text(N_("Choose one of the people listed."))
    if problems:
        raise FactsRejected(problems)
    return facts


def tidy(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def with_answers(deal: Deal, form: Form, new: Mapping[str, Any]) -> dict[str, Any]:
    """The deal's facts with those that a form sets; AnswersRejected names the field whose answer cannot be one."""
    facts = {**of(deal), **new}
    if not new:
        return facts
    try:
        checked = check(**facts, owner="", owners=("",))
    except FactsRejected as rejected:
        problems = {field.id: rejected.problems[field.sets] for field in form if field.sets in rejected.problems}
        raise AnswersRejected(problems) from rejected
    return {name: checked[name] for name in facts}


def change(
    connection: Connection, deal: Deal, facts: Mapping[str, Any], by: Person | None, now: datetime
) -> tuple[Deal, list[Event]]:
    """The deal with these facts, and one event for each that is new."""
    old = of(deal)
    new = {name: facts[name] for name in old if facts[name] != old[name]}
    account = accounts.account_for(connection, new["account"]) if "account" in new else deal.account
    changed = replace(deal, account=account, **{name: value for name, value in new.items() if name != "account"})
    events = [
        Event(
            deal.id,
            FACT_CHANGED,
            now,
            by.id if by else None,
            stage_id=deal.stage_id,
            data={"fact": name, "from": _plain(old[name]), "to": _plain(value)},
        )
        for name, value in new.items()
    ]
    return changed, events


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
