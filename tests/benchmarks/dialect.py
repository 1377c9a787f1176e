"""A process in the dialect that SpiffWorkflow's own parser and engine run, to measure them beside ours.

Only what the shipped process needs: the lost path becomes the way out of a boundary event on a sub-process around all.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from bpmn.model import DEAL_LOST, Definitions, EventDefinition, FlowNode, SequenceFlow
from bpmn.names import BPMN, HUMAN_TASKS

#: Ids of what the lowering adds. The designer's own are put between marks, so that none can be taken for one of these,
#: nor for a name that SpiffWorkflow makes up ("End", "x.EndJoin").
_BEFORE, _AFTER = "e.", ".e"
WRAPPER = "parcours.deal"
LOST = "parcours.lost"
_BEGIN, _END = "parcours.begin", "parcours.end"
_NEVER = "parcours.never"


def marked(element: str) -> str:
    return f"{_BEFORE}{element}{_AFTER}"


def unmarked(name: str | None) -> str:
    """The designer's id; empty for what the lowering or the library added."""
    name = name or ""
    return name[len(_BEFORE) : -len(_AFTER)] if name.startswith(_BEFORE) and name.endswith(_AFTER) else ""


def lower(definitions: Definitions, process: str) -> str:
    """The XML text of one process for SpiffWorkflow. The definition must have passed the checks."""
    return _Lowering(definitions).document(process)


class _Lowering:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.messages: dict[str, str] = {DEAL_LOST: "parcours.message.lost", _NEVER: "parcours.message.never"}

    def document(self, process: str) -> str:
        lost = self.definitions.lost_process
        inside = self._scope(process)
        body = self._wrapped(inside, lost) if lost is not None else inside
        messages = "".join(
            f"<message id={quoteattr(message)} name={quoteattr(name)}/>" for name, message in self.messages.items()
        )
        return (
            f'<definitions xmlns="{BPMN}" id="parcours.lowered" targetNamespace="urn:parcours:lowered">{messages}'
            f'<process id={quoteattr(process)} isExecutable="true">{body}</process></definitions>'
        )

    def _wrapped(self, inside: str, lost: FlowNode) -> str:
        start = next(node for node in self.definitions.by_scope[lost.id] if node.type == "startEvent")
        flows = [flow for flow in self.definitions.flows.values() if flow.scope == lost.id]
        leaves = [(flow, LOST if flow.source == start.id else marked(flow.source)) for flow in flows]
        path = "".join(self._node(node) for node in self.definitions.by_scope[lost.id] if node.id != start.id)
        return (
            f'<startEvent id="{_BEGIN}"/><subProcess id="{WRAPPER}">{inside}</subProcess><endEvent id="{_END}"/>'
            f'<boundaryEvent id="{LOST}" attachedToRef="{WRAPPER}" cancelActivity="true">'
            f"{self._message(DEAL_LOST)}</boundaryEvent>"
            f"{_flow('parcours.flow.begin', _BEGIN, WRAPPER)}{_flow('parcours.flow.end', WRAPPER, _END)}"
            f"{path}{''.join(self._sequence(flow, source) for flow, source in leaves)}"
        )

    def _scope(self, scope: str) -> str:
        lost = self.definitions.lost_process
        nodes = [node for node in self.definitions.by_scope.get(scope, ()) if lost is None or node.id != lost.id]
        flows = [flow for flow in self.definitions.flows.values() if flow.scope == scope]
        return "".join([*map(self._node, nodes), *(self._sequence(flow, marked(flow.source)) for flow in flows)])

    def _node(self, node: FlowNode) -> str:
        identity = f"id={quoteattr(marked(node.id))}"
        default = f" default={quoteattr(marked(node.default))}" if node.default else ""
        if node.type in HUMAN_TASKS:
            return f"<userTask {identity}{default}/>"
        match node.type:
            case "serviceTask" | "scriptTask":
                return f"<scriptTask {identity}{default}><script>pass</script></scriptTask>"
            case "subProcess":
                return f"<subProcess {identity}{default}>{self._scope(node.id)}</subProcess>"
            case "endEvent" if _throws_lost(node):
                return self._give_up(node)
            case "boundaryEvent":
                interrupts = "true" if node.interrupting else "false"
                host = quoteattr(marked(node.attached_to))
                return (
                    f"<boundaryEvent {identity} attachedToRef={host} cancelActivity='{interrupts}'>"
                    f"{self._events(node)}</boundaryEvent>"
                )
        return f"<{node.type} {identity}{default}>{self._events(node)}</{node.type}>"

    def _give_up(self, node: FlowNode) -> str:
        own = marked(node.id)
        waits, ends = f"{own}.waits", f"{own}.ends"
        return (
            f"<intermediateThrowEvent id={quoteattr(own)}>{self._message(DEAL_LOST)}</intermediateThrowEvent>"
            f"<intermediateCatchEvent id={quoteattr(waits)}>{self._message(_NEVER)}</intermediateCatchEvent>"
            f"<endEvent id={quoteattr(ends)}/>"
            f"{_flow(f'{own}.to_wait', own, waits)}{_flow(f'{own}.to_end', waits, ends)}"
        )

    def _events(self, node: FlowNode) -> str:
        return "".join(map(self._event, node.events))

    def _event(self, event: EventDefinition) -> str:
        match event.kind:
            case "message":
                return self._message(event.name or "")
            case "timer":
                kind = event.timer.kind if event.timer else "duration"
                element = {"date": "timeDate", "duration": "timeDuration", "cycle": "timeCycle"}[kind]
                return f"<timerEventDefinition><{element}>unused</{element}></timerEventDefinition>"
            case "terminate":
                return "<terminateEventDefinition/>"
        raise ValueError(f"event {event.kind} has no lowering")  # the checks let none of these through

    def _message(self, name: str) -> str:
        message = self.messages.setdefault(name, f"parcours.message.{len(self.messages)}")
        return f"<messageEventDefinition messageRef={quoteattr(message)}/>"

    @staticmethod
    def _sequence(flow: SequenceFlow, source: str) -> str:
        return _flow(marked(flow.id), source, marked(flow.target), flow.condition)


def _flow(flow_id: str, source: str, target: str, condition: str | None = None) -> str:
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return (
        f"<sequenceFlow id={quoteattr(flow_id)} sourceRef={quoteattr(source)} targetRef={quoteattr(target)}>"
        f"{inner}</sequenceFlow>"
    )


def _throws_lost(node: FlowNode) -> bool:
    return node.event is not None and node.event.kind == "message" and node.event.name == DEAL_LOST
