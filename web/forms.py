"""Forms between a page and the engine: names of controls, what was sent, and what is shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from bpmn.forms import Field, Form
from bpmn.text import Text
from engine.people import Person

#: Controls of a form have names of their own, so that a field cannot be taken for the page's own controls.
PREFIX = "f."


@dataclass(frozen=True)
class Control:
    """A field as the page shows it: with its value, and what was wrong with the one that was sent."""

    field: Field
    value: Any
    problem: Text | None = None
    #: For a person: who may be chosen.
    people: tuple[Person, ...] = ()

    @property
    def name(self) -> str:
        return PREFIX + self.field.id

    @property
    def described_by(self) -> str:
        ids = [f"{self.name}.help"] if self.field.help else []
        return " ".join([*ids, f"{self.name}.problem"] if self.problem else ids)

    @property
    def as_radios(self) -> bool:
        return self.field.type == "choice" and len(self.field.options) <= 5


def sent(form: Form) -> dict[str, Any]:
    """What the page sent for each field, as text; several choices as a list."""
    given = request.form
    return {
        field.id: given.getlist(PREFIX + field.id) if field.type == "choices" else given.get(PREFIX + field.id, "")
        for field in form
    }


def controls(
    form: Form, values: Mapping[str, Any], problems: Mapping[str, Text] | None = None, people: tuple[Person, ...] = ()
) -> list[Control]:
    held = problems or {}
    return [Control(field, _shown(values.get(field.id)), held.get(field.id), people) for field in form]


def _shown(value: Any) -> Any:
    """A stored answer as a control takes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return value if isinstance(value, list) else "" if value is None else str(value)


def deal_form(*, with_owner: bool) -> Form:
    """The facts of a deal that people write down themselves."""
    fields = [
        Field("title", "text", _("What the deal is about"), help=_("As you would say it: who, and what for."),
              required=True, max_length=200),
        Field("account", "text", _("Company"), help=_("A company that is on record already is found by its name."),
              required=True, max_length=200),
        Field("contact", "text", _("Contact"), max_length=200),
        Field("value", "money", _("Value")),
        Field("expected_close", "date", _("Expected close")),
    ]  # fmt: skip
    if with_owner:
        fields.append(Field("owner_id", "person", _("Rep"), required=True))
    return tuple(fields)


def typed() -> list[str]:
    """Texts that someone wrote into a form that could not be taken, so that they can be copied out of the refusal."""
    return [text for name, text in request.form.items() if name.startswith(PREFIX) and len(text) > 3]
