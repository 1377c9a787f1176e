"""What a deal's process sends: mails and calls of webhooks, made when a send task is passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from bpmn.forms import Field, in_words
from bpmn.mails import Mail, filled
from bpmn.model import Definitions, FlowNode
from bpmn.text import Text
from engine.deals import Deal
from engine.facts import tidy
from engine.people import Person
from engine.spiff import Thrown

MAX_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mail or call. It may arrive more than once, always under the same ``id``."""

    id: str
    deal_id: int
    element_id: str
    stage_id: str
    kind: Literal["mail", "webhook", "message", "signal"]
    #: A mail has ``to``, ``subject``, ``body`` and ``html``; a call the webhook's ``name`` and its ``body``; a message
    #: for other deals its ``name``, ``key`` and what it ``carries``; a signal its ``name`` and the ``deal`` it is for.
    payload: Mapping[str, Any]
    queued_at: datetime
    #: The one that is under way counts.
    attempts: int = 0
    claimed_by: str = ""

    @property
    def to(self) -> str:
        return str(self.payload["to" if self.kind == "mail" else "name"])


#: Sends a parcel. Raises Undeliverable when trying again is no use, and any other error when it is.
Send = Callable[[Parcel], None]


@dataclass(frozen=True, slots=True)
class Letter:
    """Due work that did not succeed, as an administrator sees it: a mail, a call, or the timers of a deal."""

    id: str
    kind: Literal["mail", "webhook", "message", "signal", "timer"]
    #: An address, the name of a webhook, or nothing.
    to: str
    deal_id: int
    deal_title: str
    attempts: int
    reason: Text
    #: None when it was given up.
    next_try: datetime | None


def parcels_of(
    definitions: Definitions,
    deal: Deal,
    data: Mapping[str, Any],
    sent: Iterable[str],
    names: Mapping[str, str],
    rep: Person | None,
    at: datetime,
) -> list[Parcel]:
    """The parcels of the send tasks that a step passed. ``names`` are those of people, by id."""
    made = []
    for node in (definitions.nodes[element] for element in sent):
        stage = definitions.stage_of(node.id)
        place = (str(uuid4()), deal.id, node.id, stage.id if stage else deal.stage_id)
        if node.mail is not None:
            mail = _mail(node.mail, _words(definitions, deal, data, names, rep))
            made.append(Parcel(*place, "mail", mail, at))
        elif node.webhook:
            made.append(Parcel(*place, "webhook", {"name": node.webhook, "body": _event(deal, data, node, at)}, at))
    return made


def thrown_of(deal: Deal, thrown: Thrown, at: datetime) -> Parcel:
    """A message or signal on its way to other deals."""
    payload = {"name": thrown.name, "key": thrown.key, "carries": dict(thrown.carries)}
    return Parcel(str(uuid4()), deal.id, thrown.element_id, deal.stage_id, thrown.kind, payload, at)


def _mail(mail: Mail, words: Mapping[str, str]) -> dict[str, str]:
    return {
        "to": filled(mail.to, words).strip(),
        "subject": tidy(filled(mail.subject, words))[:MAX_SUBJECT],
        "body": filled(mail.body, words),
        "html": filled(mail.html, words, markup=True),
    }


def _words(
    definitions: Definitions, deal: Deal, data: Mapping[str, Any], names: Mapping[str, str], rep: Person | None
) -> dict[str, str]:
    fields = {field.id: field for node in definitions.nodes.values() for field in node.form}
    answers = {
        name: str(in_words(fields.get(name, Field(name, "text", name)), value, names))
        for name, value in data.items()
        if value is not None
    }
    return {
        **answers,
        "deal.number": str(deal.id),
        "deal.title": deal.title,
        "deal.account": deal.account.name,
        "deal.contact": deal.contact,
        "deal.value": "" if deal.value is None else f"{deal.value:.2f}".removesuffix(".00"),
        "deal.expected_close": deal.expected_close,
        "rep.name": rep.name if rep else "",
        "rep.email": rep.email if rep else "",
    }


def _event(deal: Deal, data: Mapping[str, Any], node: FlowNode, at: datetime) -> dict[str, Any]:
    return {
        "type": f"{deal.process}.{node.id}",
        "timestamp": at.isoformat(),
        "data": {
            "deal": {
                "number": deal.id,
                "title": deal.title,
                "account": deal.account.name,
                "contact": deal.contact,
                "value": None if deal.value is None else f"{deal.value:.2f}",
                "expected_close": deal.expected_close,
                "stage": deal.stage_id,
                "outcome": deal.outcome,
            },
            "step": node.name or node.id,
            "answers": dict(data),
        },
    }
