"""A process in two languages is one process: a twin may differ from it in words only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bpmn.errors import TemplateRefused
from bpmn.forms import Field
from bpmn.mails import places
from bpmn.model import Definitions, FlowNode, Lane, Process, SequenceFlow, Stage
from bpmn.text import N_, Text


def differences(main: Definitions, twin: Definitions) -> tuple[Text, ...]:
    """What keeps ``twin`` from being ``main`` in another language; nothing, when deals can run on either."""
    return tuple(_differences(main, twin))


def _differences(main: Definitions, twin: Definitions) -> Iterator[Text]:
    if main.language == twin.language:
        yield Text(N_("Both files are in the language '%(language)s'. Set xml:lang."), {"language": main.language})
    for kind, wordless, elements in _PARTS:
        ours, theirs = _by_id(elements(main)), _by_id(elements(twin))
        kinds = {"kind": Text(kind)}
        for missing in (element_id for element_id in ours if element_id not in theirs):
            yield Text(N_("The %(kind)s '%(id)s' is missing in the twin. Add it there."), {**kinds, "id": missing})
        for extra in (element_id for element_id in theirs if element_id not in ours):
            yield Text(N_("The %(kind)s '%(id)s' is in the twin only. Remove it there."), {**kinds, "id": extra})
        for element_id in (element_id for element_id in ours if element_id in theirs):
            one, other = wordless(ours[element_id]), wordless(theirs[element_id])
            for what in (what for what in one if one[what] != other.get(what, one[what])):
                yield Text(
                    N_("The %(kind)s '%(id)s' differs in its %(what)s: %(ours)s, and %(theirs)s in the twin."),
                    {
                        **kinds,
                        "id": element_id,
                        "what": what if isinstance(what, Text) else Text(what),
                        "ours": one[what],
                        "theirs": other[what],
                    },
                )


def _by_id(elements: Iterable[Any]) -> dict[str, Any]:
    return {element.id: element for element in elements}


def _process(process: Process) -> dict[str, object]:
    return {N_("executable"): process.executable, N_("profiles"): [one.id for one in process.profiles]}


def _node(node: FlowNode) -> dict[str, object]:
    # Names of messages are matched when a deal runs, so they are no words but keys.
    return {
        N_("type"): node.type,
        N_("place"): node.scope,
        N_("stage"): node.stage,
        N_("events"): [(event.kind, event.name, event.timer, event.condition) for event in node.events],
        N_("host"): node.attached_to,
        N_("interrupting"): node.interrupting,
        N_("default flow"): node.default,
        N_("loop"): node.loop,
        N_("compensation"): node.compensation,
        N_("start by an event"): node.triggered_by_event,
        N_("called process"): node.called_element,
        N_("script"): node.script,
        N_("correlation"): node.correlate,
        N_("data of the message"): node.carries,
        N_("time limit"): node.time_limit,
        N_("touch"): node.touch,
        N_("lesson"): node.lesson,
        N_("role"): node.performer,
        N_("service"): node.service,
        N_("mail"): _mail(node),
        N_("webhook"): node.webhook,
        N_("outcome"): node.outcome,
        N_("profiles"): node.profiles,
        N_("number of questions"): len(node.questions),
        N_("order of fields"): [field.id for field in node.form],
        **{Text(N_("field '%(field)s'"), {"field": field.id}): _field(field) for field in node.form},
    }


def _mail(node: FlowNode) -> str:
    """To whom, and what is filled in: the words between are the twin's own."""
    if node.mail is None:
        return ""
    try:
        names = sorted(frozenset[str]().union(*map(places, node.mail.templates)))
    except TemplateRefused as refused:
        return str(refused)
    return " ".join((node.mail.to, *names))


def _field(field: Field) -> str:
    values = ", ".join(option.value for option in field.options)
    limits = f"{field.minimum}..{field.maximum}, {field.longest}"
    required = "required" if field.required else "optional"
    return " / ".join(part for part in (field.type, required, values, limits, field.role, field.sets) if part)


def _flow(flow: SequenceFlow) -> dict[str, object]:
    return {
        N_("source"): flow.source,
        N_("target"): flow.target,
        N_("condition"): flow.condition,
        N_("place"): flow.scope,
    }


def _stage(stage: Stage) -> dict[str, object]:
    return {
        N_("checks"): [item.id for item in stage.checklist],
        N_("buyer's step"): stage.buyer_step,
        N_("time limit"): stage.time_limit,
        N_("viable"): stage.viable,
    }


def _lane(lane: Lane) -> dict[str, object]:
    return {
        N_("process"): lane.process,
        N_("lane around it"): lane.parent,
        N_("steps"): sorted(lane.nodes),
        N_("role"): lane.role,
    }


_Elements = Callable[[Definitions], Iterable[Any]]
_Wordless = Callable[[Any], Mapping[str, object]]

_PARTS: tuple[tuple[str, _Wordless, _Elements], ...] = (
    (N_("process"), _process, lambda definitions: definitions.processes),
    (N_("stage"), _stage, lambda definitions: definitions.stages),
    (N_("lane"), _lane, lambda definitions: definitions.lanes),
    (N_("element"), _node, lambda definitions: definitions.nodes.values()),
    (N_("flow"), _flow, lambda definitions: definitions.flows.values()),
)
