"""What a designer chooses from, as people call it: kinds of answers, roles, steps of the buyer, outcomes."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from bpmn.checks.known import RESERVED
from bpmn.drawing.words import KINDS, TASKS
from bpmn.text import N_, Text
from web.language import translate
from web.people import ROLE_NAMES

FIELD_TYPES = {
    "text": N_("text"),
    "long_text": N_("long text"),
    "number": N_("number"),
    "money": N_("amount of money"),
    "date": N_("date"),
    "choice": N_("one choice"),
    "choices": N_("several choices"),
    "yes_no": N_("yes or no"),
    "person": N_("person of the team"),
    "email": N_("e-mail address"),
    "phone": N_("phone number"),
    "link": N_("link to a file or page"),
}
DEAL_FACTS = {
    "title": N_("title"),
    "account": N_("company"),
    "contact": N_("contact"),
    "value": N_("value"),
    "expected_close": N_("expected close"),
}
BUYER_STEPS = {
    "awareness": N_("awareness"),
    "consideration": N_("consideration"),
    "decision": N_("decision"),
    "advocacy": N_("advocacy"),
}
OUTCOMES = {"won": N_("won"), "lost": N_("lost"), "no_decision": N_("no decision")}
SERVICES = {
    "find_record": N_("finds the company's record"),
    "contact_history": N_("writes the contact history"),
}
#: Those who do tasks.
LANE_ROLES = ("rep", "account_manager", "team_leader")
_OTHER_KINDS = {
    "sequenceFlow": N_("flow"),
    "messageFlow": N_("message flow"),
    "group": N_("stage"),
    "lane": N_("lane"),
    "participant": N_("pool"),
    "process": N_("process"),
    "collaboration": N_("process"),
}


def facts() -> dict[str, object]:
    """For the editor, in the reader's language: lists of value and name."""
    return {
        "field_types": _told(FIELD_TYPES),
        "deal_facts": _told(DEAL_FACTS),
        "buyer_steps": _told(BUYER_STEPS),
        "outcomes": _told(OUTCOMES),
        "services": _told(SERVICES),
        "reserved": sorted({*RESERVED, *keyword.kwlist}),
        "roles": _told({role: ROLE_NAMES[role] for role in LANE_ROLES}),
        "kinds": {kind: translate(Text(name)) for kind, name in {**KINDS, **TASKS, **_OTHER_KINDS}.items()},
    }


def _told(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(value, translate(Text(name))) for value, name in names.items()]
