"""What can still come of the tokens in a scope: whether some of them could end up waiting at a join for ever.

Conditions are not looked at: any way out of a gateway may be taken, and any event may come. Tokens go on one at a
time, since which ways one can take does not depend on the others; so what is looked at adds up, and does not multiply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from SpiffWorkflow.util.task import TaskState

from bpmn.model import FlowNode, SequenceFlow
from bpmn.ways import link_target
from engine.spiff.gateways import InclusiveGateway, Join
from engine.spiff.program import Program
from engine.spiff.run import Token

#: More than this is not looked at; then every join of the scope could be waited at.
MOST_MARKINGS = 5_000


@dataclass(frozen=True, slots=True)
class Marking:
    """The tokens directly in a scope: those that can go on, and by flow those that a join has counted."""

    free: tuple[str, ...] = ()
    counted: tuple[tuple[str, int], ...] = ()
    #: Boundary events that interrupt nothing and have come already: once is enough to see what that can lead to.
    came: frozenset[str] = frozenset()


def marking_of(scope: Token) -> Marking:
    free, counted = list[str](), Counter[str]()
    for token in scope.children:
        if isinstance(token.task_spec, Join) and token.state == TaskState.WAITING:
            counted.update(token.internal_data)
        elif token.task_spec.holds and not token.task_spec.node.triggered_by_event:
            free.append(token.task_spec.node.id)
    return _marking(free, counted, frozenset())


@lru_cache(maxsize=4096)
def waited_at_for_ever(program: Program, scope: str, start: Marking) -> frozenset[str]:
    """The joins of a scope at which tokens could be left when nothing else moves any more."""
    found: set[str] = set()
    seen, asked = {start}, [start]
    while asked:
        marking = asked.pop()
        if not marking.free and marking.counted:
            following = list(_joined(program, marking))
            if not following:
                found |= {program.definitions.flows[flow].target for flow, _ in marking.counted}
        else:
            following = list(_gone_on(program, marking))
        fresh = [one for one in following if one not in seen]
        seen.update(fresh)
        asked += fresh
        if len(seen) > MOST_MARKINGS:
            return frozenset(
                node.id
                for node in program.definitions.by_scope.get(scope, ())
                if isinstance(program.spec.task_specs[node.id], Join)
            )
    return frozenset(found)


def _gone_on(program: Program, marking: Marking) -> Iterator[Marking]:
    """One token that can go on does so, in every way that it can; a parallel join that has all it needs goes first."""
    joined = list(_joined(program, marking, all_came_only=True))
    if joined:
        yield from joined
        return
    if not marking.free:
        return
    known, (first, *others) = program.definitions, marking.free
    node, counted = known.nodes[first], dict(marking.counted)
    if not _clears(node):
        for ways in _ways(program, node):
            yield _sent(program, others, counted, ways, marking.came)
        if node.event is not None and node.event.kind == "link" and (target := link_target(known, node)):
            yield _marking([*others, target], counted, marking.came)
    else:
        yield Marking()
    for event in known.boundary_events.get(first, ()):
        ways = known.outgoing[event.id]
        if event.interrupting:
            yield _sent(program, others, counted, ways, marking.came)
        elif event.id not in marking.came:
            yield _sent(program, marking.free, counted, ways, marking.came | {event.id})


def _joined(program: Program, marking: Marking, all_came_only: bool = False) -> Iterator[Marking]:
    """A join goes on that can: a parallel one with a token by each flow, an inclusive one when nobody else comes."""
    known, counted = program.definitions, dict(marking.counted)
    waiting: dict[str, set[str]] = {}
    for flow in counted:
        waiting.setdefault(known.flows[flow].target, set()).add(flow)
    for join, came in waiting.items():
        spec = program.spec.task_specs[join]
        if isinstance(spec, InclusiveGateway):
            goes_on = not all_came_only and not any(
                (reaches := {flow for flow, before in spec.before.items() if other in before}) and not reaches & came
                for other in waiting
                if other != join
            )
        else:
            goes_on = len(came) == len(known.incoming[join])
        if goes_on:
            left = {flow: count - (flow in came) for flow, count in counted.items()}
            yield _marking([*marking.free, join], left, marking.came)
            return


def _ways(program: Program, node: FlowNode) -> Iterable[tuple[SequenceFlow, ...]]:
    flows = program.definitions.outgoing[node.id]
    if node.type in ("exclusiveGateway", "eventBasedGateway"):
        return [(flow,) for flow in flows]
    if node.type == "inclusiveGateway":
        return [chosen for count in range(1, len(flows) + 1) for chosen in combinations(flows, count)]
    return [flows]


def _clears(node: FlowNode) -> bool:
    """Whether nothing goes on in the scope after it."""
    return node.type == "endEvent" and node.event is not None and node.event.kind in ("terminate", "error")


def _sent(
    program: Program,
    free: Iterable[str],
    counted: dict[str, int],
    ways: Iterable[SequenceFlow],
    came: frozenset[str],
) -> Marking:
    now_free, now_counted = list(free), dict(counted)
    for way in ways:
        spec = program.spec.task_specs[way.target]
        if isinstance(spec, Join) and len(spec.incoming) > 1:
            now_counted[way.id] = now_counted.get(way.id, 0) + 1
        else:
            now_free.append(way.target)
    return _marking(now_free, now_counted, came)


def _marking(free: Iterable[str], counted: dict[str, int], came: frozenset[str]) -> Marking:
    return Marking(tuple(sorted(free)), tuple(sorted((f, n) for f, n in counted.items() if n > 0)), came)
