"""Fields of forms that could not be shown, answered, kept or used in a condition."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.checks.known import RESERVED
from bpmn.forms import DEAL_FACTS, FIELD_TYPES, Field
from bpmn.model import Definitions, FlowNode
from bpmn.names import HUMAN_TASKS
from bpmn.sales import ROLES
from bpmn.text import N_, Text

#: The types of answers that fit a fact of the deal; the other facts are text.
FITTING = {"value": ("money", "number"), "expected_close": ("date",)}
TEXTS = ("text", "choice", "email", "phone")


def check(definitions: Definitions) -> Iterator[Finding]:
    """A rep who meets a field that cannot be answered right is stuck in the middle of a deal."""
    for node in running(definitions):
        if node.form and node.type not in HUMAN_TASKS and not _brings(node):
            yield error(__name__, node, N_("'%(name)s' has a form, and nobody sees it. Move the form to a user task."))
        seen: set[str] = set()
        for field in node.form:
            problems = [*_named(field, seen), *_typed(field)]
            seen.add(field.id)
            for problem in problems:
                template = N_("In the form of '%(name)s', field '%(field)s': %(problem)s")
                yield error(__name__, node, template, field=field.id, problem=problem)


def _named(field: Field, seen: set[str]) -> Iterator[Text]:
    example = {"example": "budget, decision_maker"}
    if (
        not field.id.isidentifier()
        or keyword.iskeyword(field.id)
        or field.id.startswith("_")
        or unicodedata.normalize("NFKC", field.id) != field.id
    ):
        yield Text(N_("Its id is no name that a condition can use. Write letters, digits and _: %(example)s."), example)
    elif field.id in RESERVED:
        yield Text(N_("Its id is kept for something else. Choose another one, such as %(example)s."), example)
    if field.id in seen:
        yield Text(N_("Another field of this form has the same id. Give each field an id of its own."))


def _typed(field: Field) -> Iterator[Text]:
    if field.type not in FIELD_TYPES:
        types = {"type": field.type, "types": ", ".join(sorted(FIELD_TYPES))}
        yield Text(N_("There is no type '%(type)s'. Choose one of: %(types)s."), types)
    values = [option.value for option in field.options]
    if field.type in {"choice", "choices"}:
        if not values:
            yield Text(N_("There is nothing to choose from. Add its options."))
        if any(not value or value != value.strip() for value in values) or len(set(values)) < len(values):
            yield Text(N_("Each of its options needs a value of its own, without spaces around it. Give it one."))
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield Text(N_("Its least value is more than its most, so that no answer is right. Exchange min and max."))
    if field.role and field.role not in ROLES:
        roles = {"role": field.role, "roles": ", ".join(ROLES)}
        yield Text(N_("There is no role '%(role)s'. Choose one of: %(roles)s."), roles)
    if field.sets and field.sets not in DEAL_FACTS:
        facts = {"sets": field.sets, "facts": ", ".join(sorted(DEAL_FACTS))}
        yield Text(N_("A deal has no fact '%(sets)s'. Choose one of: %(facts)s."), facts)
    elif field.sets and field.type not in FITTING.get(field.sets, TEXTS):
        fit = {"type": field.type, "sets": field.sets, "types": ", ".join(FITTING.get(field.sets, TEXTS))}
        yield Text(N_("An answer of the type '%(type)s' cannot become the %(sets)s of a deal. Choose: %(types)s."), fit)


def _brings(node: FlowNode) -> bool:
    """The form of an event that catches a message says what the message brings."""
    catches = node.type in ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask")
    return catches and node.event is not None and node.event.kind == "message"
