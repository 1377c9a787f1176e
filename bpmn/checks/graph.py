"""Ways through a definition that several rules walk. What is run is what the executable process holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from bpmn.checks.finding import label
from bpmn.model import Definitions, FlowNode, Process, SequenceFlow
from bpmn.names import HUMAN_TASKS
from bpmn.ways import inside_of, link_target, scopes_of

Steps = Callable[[str], Iterable[str]]


def executable(definitions: Definitions) -> tuple[Process, ...]:
    return tuple(process for process in definitions.processes if process.executable)


def running_scopes(definitions: Definitions) -> dict[str, Process | FlowNode]:
    """The process that deals run on, the sub-processes in it and the processes that it calls, however deep, by id."""
    scopes: dict[str, Process | FlowNode] = {}
    for process in executable(definitions)[:1]:
        for scope in scopes_of(definitions, process.id):
            held = definitions.nodes.get(scope) or definitions.process(scope)
            if held is not None:
                scopes[scope] = held
    return scopes


def running(definitions: Definitions) -> list[FlowNode]:
    """The flow nodes that would be run."""
    scopes = running_scopes(definitions)
    return [node for node in definitions.nodes.values() if node.scope in scopes]


def running_flows(definitions: Definitions) -> list[SequenceFlow]:
    scopes = running_scopes(definitions)
    return [flow for flow in definitions.flows.values() if flow.scope in scopes]


def human_tasks(definitions: Definitions) -> list[FlowNode]:
    return [node for node in running(definitions) if node.type in HUMAN_TASKS]


def starts(definitions: Definitions, scope: str) -> list[FlowNode]:
    return [node for node in definitions.by_scope.get(scope, ()) if node.type == "startEvent"]


def between(definitions: Definitions, flow: SequenceFlow) -> dict[str, str]:
    """What names a flow to a person, since flows seldom have names: its ends."""
    source, target = definitions.nodes.get(flow.source), definitions.nodes.get(flow.target)
    return {"source": label(source) if source else flow.source, "target": label(target) if target else flow.target}


def onward(definitions: Definitions) -> Steps:
    """From a node to all that it can start: along its flows, its boundary events, links, into what is inside it."""

    def steps(node_id: str) -> Iterator[str]:
        yield from (flow.target for flow in definitions.outgoing.get(node_id, ()))
        yield from (event.id for event in definitions.boundary_events.get(node_id, ()))
        node = definitions.nodes.get(node_id)
        yield from (start.id for start in starts(definitions, inside_of(node) if node else node_id))
        if node is not None and node.event is not None and node.event.kind == "link":
            yield from filter(None, [link_target(definitions, node)])

    return steps


def backward(nodes: Collection[str], steps: Steps) -> Steps:
    """The same ways, walked the other way round."""
    before: dict[str, list[str]] = {}
    for node in nodes:
        for target in steps(node):
            before.setdefault(target, []).append(node)
    return lambda node: before.get(node, ())


def reached(sources: Iterable[str], steps: Steps) -> set[str]:
    found: set[str] = set()
    waiting = list(sources)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(steps(node))
    return found


def on_a_cycle(nodes: Collection[str], steps: Steps) -> list[set[str]]:
    """The knots of nodes that can reach themselves, each with all that is tied into it."""
    inside = set(nodes)

    def within(node: str) -> list[str]:
        return [target for target in steps(node) if target in inside]

    # Two passes (Kosaraju): the order in which nodes are left, then the ways back in that order.
    order: list[str] = []
    seen: set[str] = set()
    for root in nodes:
        stack = [(root, iter(within(root)))] if root not in seen else []
        seen.add(root)
        while stack:
            node, targets = stack[-1]
            target = next((target for target in targets if target not in seen), None)
            if target is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(within(target))))
    back = backward(nodes, within)
    placed: set[str] = set()

    def back_in(node: str) -> list[str]:
        return [before for before in back(node) if before not in placed]

    knots: list[set[str]] = []
    for node in reversed(order):
        if node not in placed:
            knot = reached([node], back_in)
            placed |= knot
            if len(knot) > 1 or node in within(node):
                knots.append(knot)
    return knots
