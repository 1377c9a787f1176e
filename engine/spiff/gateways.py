"""Gateways: which ways a token goes, and what waits for which tokens (BPMN 2.0.2, section 13.3)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.util.task import TaskState

from bpmn.model import Definitions, FlowNode, SequenceFlow
from bpmn.ways import link_throws
from engine.spiff.elements import Element
from engine.spiff.run import CannotGoOn, Token


class ExclusiveGateway(Element):
    """The first way whose condition holds, else the default one."""

    def ways(self, token: Token) -> tuple[SequenceFlow, ...]:
        if len(self.outgoing) < 2:
            return self.outgoing
        for flow in self.outgoing:
            if flow.id != self.node.default and token.workflow.holds(token, flow.condition):
                return (flow,)
        return _default(self)


class Join(Element):
    """Keeps how many tokens have come by each flow; ``internal_data`` of the one that waits is flow to count."""

    def enter(self, scope: Token, flow: SequenceFlow | None = None) -> Token:
        if len(self.incoming) < 2 or flow is None:
            return super().enter(scope, flow)
        waiting: Token | None = next(
            (child for child in scope.children if child.task_spec is self and _waits(child)), None
        )
        if waiting is None:
            waiting = scope.workflow.put(self, scope, TaskState.WAITING)
        waiting.internal_data[flow.id] = waiting.internal_data.get(flow.id, 0) + 1
        if self.is_complete(waiting):
            self.join(waiting)
        return waiting

    def is_complete(self, waiting: Token) -> bool:
        raise NotImplementedError

    def join(self, waiting: Token) -> None:
        """Take one token of each flow that has one, and go on with one."""
        run, scope = waiting.workflow, waiting.parent
        left = {flow: count - 1 for flow, count in waiting.internal_data.items() if count > 1}
        waiting.internal_data = left
        run.put(self, scope, TaskState.READY)
        if not left:
            run.drop(waiting)


class ParallelGateway(Join):
    """Waits for one token by each flow in, sends one by each flow out."""

    def is_complete(self, waiting: Token) -> bool:
        return len(waiting.internal_data) == len(self.incoming)


class InclusiveGateway(Join):
    """Waits while a token can still come by a flow that has none, unless it could as well come by one that has."""

    asks_others = True

    def __init__(self, spec: WorkflowSpec, name: str, node: FlowNode, definitions: Definitions) -> None:
        super().__init__(spec, name, node, definitions)
        self._definitions = definitions

    def is_complete(self, waiting: Token) -> bool:
        """Never at once: others may still be on their way. The run asks again when nothing else moves."""
        return False

    def nobody_else_comes(self, waiting: Token) -> bool:
        came = waiting.internal_data
        for other in waiting.parent.children:
            if other is waiting or not other.task_spec.holds:
                continue
            reaches = {flow.id for flow in self.incoming if other.task_spec.node.id in self.before[flow.id]}
            if reaches and not reaches & came.keys():
                return False
        return True

    @cached_property
    def before(self) -> Mapping[str, frozenset[str]]:
        """Flow in, to the nodes from which a token can come by it without passing this gateway."""
        return {flow.id: frozenset(self._leading_to(flow)) for flow in self.incoming}

    def _leading_to(self, flow: SequenceFlow) -> set[str]:
        known = self._definitions
        found: set[str] = set()
        asked = [flow.source]
        while asked:
            node = asked.pop()
            if node in found or node == self.node.id or node not in known.nodes:
                continue
            found.add(node)
            asked += [before.source for before in known.incoming[node]]
            asked += [known.nodes[node].attached_to, *link_throws(known, known.nodes[node])]
        return found

    def ways(self, token: Token) -> tuple[SequenceFlow, ...]:
        if len(self.outgoing) < 2:
            return self.outgoing
        run = token.workflow
        met = tuple(flow for flow in self.outgoing if flow.id != self.node.default and run.holds(token, flow.condition))
        return met or _default(self)


class EventGateway(Element):
    """Waits for whichever of the events behind it comes first; its children are those that wait."""

    chooses = True

    def enter(self, scope: Token, flow: SequenceFlow | None = None) -> Token:
        run = scope.workflow
        token: Token = run.put(self, scope, TaskState.STARTED)
        for way in self.outgoing:
            run.specs[way.target].begin(token)
        return token

    def choose(self, token: Token, chosen: Element) -> None:
        """The event has come; the others are waited for no more."""
        run, scope = token.workflow, token.parent
        way = next(flow for flow in self.outgoing if flow.target == chosen.node.id)
        run.drop(token)
        run.passed(self.node)
        run.path.append(way.id)
        run.put(chosen, scope, TaskState.READY)


def _waits(token: Token) -> bool:
    return bool(token.state == TaskState.WAITING)


def _default(gateway: Element) -> tuple[SequenceFlow, ...]:
    found = tuple(flow for flow in gateway.outgoing if flow.id == gateway.node.default)
    if not found:
        raise CannotGoOn("no condition holds, and no flow is the default one.")
    return found
