"""What a later version of a process changed, part by part: what was added, taken away, or reads otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpmn.drawing import words
from bpmn.forms import Field
from bpmn.marks import Marks
from bpmn.model import Definitions, FlowNode, Lane, Process, SequenceFlow, Stage
from bpmn.text import N_, Text

YES, NO = Text(N_("yes")), Text(N_("no"))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a part says: what it is, how it was, and how it is; empty where it says nothing."""

    what: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    #: ``added``, ``removed`` or ``changed``.
    kind: str
    #: ``process``, ``stage``, ``lane``, ``element`` or ``flow``.
    part: str
    id: str
    name: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class _Other:
    """A part that another one names: the same when it is only called otherwise."""

    id: str
    name: str = field(compare=False)

    def __str__(self) -> str:
        return self.name


def changes(before: Definitions, after: Definitions) -> tuple[Change, ...]:
    """In the order of the file, the process first; both in the same language, or every word has changed."""
    return tuple(_changes(before, after))


def marks(found: Iterable[Change]) -> tuple[Marks, Marks]:
    """For the earlier map what was removed, for the later one what was added; what has changed, for both."""
    ids = {kind: frozenset(one.id for one in found if one.kind == kind) for kind in ("added", "removed", "changed")}
    return Marks(removed=ids["removed"], changed=ids["changed"]), Marks(added=ids["added"], changed=ids["changed"])


def _changes(before: Definitions, after: Definitions) -> Iterator[Change]:
    for part, parts_of, told in _PARTS:
        old, new = ({one.id: one for one in parts_of(definitions)} for definitions in (before, after))
        for id_, thing in new.items():
            if id_ not in old:
                yield Change("added", part, id_, _name(after, thing))
                continue
            was, now = told(before, old[id_]), told(after, thing)
            facts = [
                Fact(what if isinstance(what, Text) else Text(what), _shown(was.get(what)), _shown(now.get(what)))
                for what in {**was, **now}
                if (was.get(what) or "") != (now.get(what) or "")
            ]
            if facts:
                yield Change("changed", part, id_, _name(after, thing), tuple(facts))
        for id_, thing in old.items():
            if id_ not in new:
                yield Change("removed", part, id_, _name(before, thing))


def _name(definitions: Definitions, thing: Any) -> str:
    """A flow without a name is known by its ends."""
    if thing.name or not isinstance(thing, SequenceFlow):
        return str(thing.name or thing.id)
    return " → ".join(_called(definitions, end) for end in (thing.source, thing.target))


def _called(definitions: Definitions, id_: str) -> str:
    node = definitions.nodes.get(id_)
    return node.name or node.id if node else id_


def _other(definitions: Definitions, id_: str) -> _Other | str:
    return _Other(id_, _called(definitions, id_)) if id_ in definitions.nodes else ""


def _shown(value: _Other | str | None) -> str:
    return str(value) if isinstance(value, _Other) else value or ""


_Said = Mapping[str, _Other | str]


def _process(definitions: Definitions, process: Process) -> _Said:
    profiles = [f"{one.name}: {one.pains} {one.decides}".strip() for one in process.profiles]
    return {
        N_("Name"): process.name,
        N_("Goal"): process.goal,
        N_("Measured by"): _listed(process.kpis),
        N_("Client profiles"): _listed(profiles),
        N_("Description"): process.documentation,
    }


def _stage(definitions: Definitions, stage: Stage) -> _Said:
    return {
        N_("Name"): stage.name,
        N_("Place"): str(definitions.stages.index(stage) + 1),
        N_("A deal is in it when"): stage.entry,
        N_("What happens"): stage.details,
        N_("To go on"): _listed([item.text for item in stage.checklist]),
        N_("Proof"): stage.proof,
        N_("Questions"): _listed(stage.questions),
        N_("Tools"): _listed(stage.tools),
        N_("Owner"): stage.owner,
        N_("The buyer’s step"): stage.buyer_step,
        N_("Time limit"): stage.time_limit,
        N_("Viable from here"): YES if stage.viable else NO,
    }


def _lane(definitions: Definitions, lane: Lane) -> _Said:
    return {N_("Name"): lane.name, N_("Role"): lane.role}


def _element(definitions: Definitions, node: FlowNode) -> _Said:
    stage, lane = definitions.stage_of(node.id), definitions.lane_of(node.id)
    host, flow = _other(definitions, node.attached_to), definitions.flows.get(node.default)
    return {
        N_("Name"): node.name,
        N_("Kind"): Text(words.TASKS.get(node.type) or words.KINDS.get(node.type, node.type)),
        N_("Stage"): _Other(stage.id, stage.name) if stage else "",
        N_("Who"): _Other(lane.id, lane.name) if lane else node.performer,
        N_("Inside"): _other(definitions, node.scope),
        N_("At the border of"): host,
        N_("Ends it"): (YES if node.interrupting else NO) if host else "",
        N_("Event"): _listed([_event(event) for event in node.events]),
        N_("By default"): _other(definitions, flow.target) if flow else "",
        N_("Repeated"): node.loop.kind if node.loop else "",
        N_("Calls"): node.called_element,
        N_("Script"): node.script,
        N_("Service"): node.service,
        N_("Webhook"): node.webhook,
        N_("Mail"): f"{node.mail.to}: {node.mail.subject}\n{node.mail.body}" if node.mail else "",
        N_("Outcome"): node.outcome,
        N_("Time limit"): node.time_limit,
        N_("Counts as a touch"): (YES if node.touch else NO) if node.type == "userTask" else "",
        N_("Questions"): _listed(node.questions),
        N_("Description"): node.documentation,
        **{Text(N_("Asked: %(question)s"), {"question": field.label}): _field(field) for field in node.form},
    }


def _event(event: Any) -> str:
    timer = event.timer.text if event.timer else ""
    return " ".join(filter(None, [event.kind, event.name, timer, event.condition]))


def _field(field: Field) -> Text:
    """How it is asked: never empty, so that one who only sees it added or taken away sees something."""
    limits = (
        f"{field.minimum if field.minimum is not None else ''}–{field.maximum if field.maximum is not None else ''}"
    )
    said = [field.help, ", ".join(option.label for option in field.options), limits if limits != "–" else ""]
    more = "; ".join(filter(None, said))
    template = N_("%(type)s, needed: %(more)s") if field.required else N_("%(type)s: %(more)s")
    return Text(template, {"type": field.type, "more": more or "–"})


def _flow(definitions: Definitions, flow: SequenceFlow) -> _Said:
    return {
        N_("Name"): flow.name,
        N_("From"): _other(definitions, flow.source),
        N_("To"): _other(definitions, flow.target),
        N_("Condition"): flow.condition or "",
    }


def _listed(texts: Sequence[str]) -> str:
    return "\n".join(f"• {text}" for text in texts)


_Told = Callable[[Definitions, Any], _Said]
_Parts = Callable[[Definitions], Iterable[Any]]

_PARTS: tuple[tuple[str, _Parts, _Told], ...] = (
    ("process", lambda definitions: definitions.processes, _process),
    ("stage", lambda definitions: definitions.stages, _stage),
    ("lane", lambda definitions: definitions.lanes, _lane),
    ("element", lambda definitions: definitions.nodes.values(), _element),
    ("flow", lambda definitions: definitions.flows.values(), _flow),
)
