"""A running process is moved to another version: each token keeps its place there, or it is said why it cannot.

A token keeps its place at the element of the same id, if that is of the same kind and in the same sub-processes. What
only waits beside others (events on a border, events that start a sub-process, those behind an event gateway) vanishes
with its event, and begins to wait from now where an event is new. Moving is not a step: nothing goes on by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from bpmn import expressions, times
from bpmn.checks.graph import onward, reached
from bpmn.model import Definitions, FlowNode
from bpmn.text import N_, Text
from bpmn.ways import inside_of
from engine.errors import CannotMove, RunFailed
from engine.spiff import timers
from engine.spiff.ahead import marking_of, waited_at_for_ever
from engine.spiff.elements import Element
from engine.spiff.gateways import EventGateway, Join
from engine.spiff.program import Program
from engine.spiff.repeating import Repeated
from engine.spiff.run import Run, Token
from engine.spiff.scopes import Scope
from engine.spiff.scripting import Rules
from engine.spiff.state import decode, encode
from engine.spiff.steps import Step, told
from engine.spiff.waiting import BoundaryEvent, StartEvent, Waiting, as_key


def move(
    old: Program,
    new: Program,
    state: bytes,
    *,
    known: Mapping[str, Any],
    now: datetime,
    renamed: Mapping[str, str] | None = None,
) -> Step:
    """The same process on another version; ``renamed`` is the id of an element to its id there.

    Raises CannotMove with every reason. What is returned has been stored and read by the new version once.
    """
    before = decode(old, state, Rules(now, {}, dict(known)))
    after = Run(new.spec, new.definitions, Rules(now, {}, {**new.definitions.questions, **known}))
    try:
        _Moving(old, new, before, after, renamed or {}).move()
        step = told(after)
    except RunFailed as failed:
        raise CannotMove([failed.text]) from failed
    copy = decode(new, step.state, Rules(now, {}, dict(step.data)))
    if encode(copy) != step.state or told(copy) != step:
        raise CannotMove([Text(N_("What was stored of it could not be read again."))])
    _see_it_rest(copy)
    return step


def still(program: Program, state: bytes, *, known: Mapping[str, Any], now: datetime) -> Step:
    """Where a process is, with nothing done to it."""
    return told(decode(program, state, Rules(now, {}, dict(known))))


def _see_it_rest(run: Run) -> None:
    """Moving takes no step: what would go on by itself has not kept its place."""
    moves: FlowNode | None = None
    for token in run.tasks.values():
        spec = token.task_spec
        if isinstance(spec, Join) and token.state == TaskState.WAITING and spec.is_complete(token):
            moves = spec.node
    dues = [(due, token) for token in run.waiting() if (due := token.task_spec.due(token)) and due <= run.now]
    if dues:
        moves = min(dues, key=lambda one: one[0])[1].task_spec.node
    try:
        if moves is None:
            run.settle()
            moves = next((run.definitions.nodes[one] for one in run.path if one in run.definitions.nodes), None)
    except RunFailed as failed:
        raise CannotMove([failed.text]) from failed
    if moves is not None:
        element = {"element": _label(moves)}
        raise CannotMove([Text(N_("It would not keep its place: '%(element)s' would go on at once."), element)])


class _Moving:
    """Tokens of one run put to their places in another."""

    def __init__(self, old: Program, new: Program, before: Run, after: Run, renamed: Mapping[str, str]) -> None:
        self.old, self.new, self.before, self.after = old, new, before, after
        self.renamed = renamed
        #: The id of a token to the same one on the new version; those that vanish have none.
        self.placed: dict[str, Token] = {}
        self.reasons: dict[Text, None] = {}
        self.gone: dict[str, None] = {}

    def move(self) -> None:
        if self.old.process != self.new.process:
            self._refuse(N_("It is a version of another process."), self.before.task_tree.task_spec.node)
            self._raise()
        for token in self.before.tasks.values():
            if token.parent is None or token.parent.id in self.placed:
                self._place(token)
        self._raise()
        self.after.task_tree = self.placed[self.before.task_tree.id]
        self.after.count = self.before.count
        for token_id, token in list(self.placed.items()):
            self.after.guarded(lambda token=token, was=self.before.tasks[token_id]: self._begin_new(was, token), token)
        self._look_ahead()
        self._raise()

    # Places

    def _place(self, token: Token) -> None:
        old: Element = token.task_spec
        parent = self.placed[token.parent.id] if token.parent is not None else None
        node_id = self.renamed.get(old.node.id, old.node.id)
        name = f"{node_id} each" if old.is_body else node_id
        spec: Element | None = self.new.spec.task_specs.get(name)
        why = self._why_not(token, old, spec, parent)
        if spec is None or why:
            if not _only_awaits(token):
                if spec is None:
                    self.gone[old.node.id] = None
                self._refuse(why, old.node)
            return
        place = Token(self.after, spec, parent, token._state, token.id)
        place.internal_data = deepcopy(token.internal_data)
        self.placed[token.id] = place
        if isinstance(spec, Join) and token.state == TaskState.WAITING:
            self._count_again(place, old, spec)
        self.after.guarded(lambda: _remember(place, old, spec), place)

    def _why_not(self, token: Token, old: Element, spec: Element | None, parent: Token | None) -> str:
        if spec is None:
            if isinstance(old, Scope):
                return N_("It is inside '%(element)s', which that version does not have.")
            return N_("It is at '%(element)s', which that version does not have.")
        if _kind_of_loop(old.node) != _kind_of_loop(spec.node):
            return N_("'%(element)s' is repeated in another way in that version.")
        if type(old) is not type(spec):
            return N_("'%(element)s' is another kind of element in that version.")
        if not _waits_alike(old, spec):
            return N_("'%(element)s' waits for something else in that version.")
        if parent is not None and not _is_under(spec, parent):
            return N_("'%(element)s' is in another part of the process in that version.")
        return ""

    def _count_again(self, token: Token, old: Element, spec: Join) -> None:
        """What a join has counted by flow, told by the flows of the new version."""
        was, now = ({flow.id for flow in one.incoming} for one in (old, spec))
        lost, fresh = sorted(was - now), sorted(now - was)
        # One branch that came another way before is the same branch.
        same = dict(zip(lost, fresh, strict=True)) if len(lost) == len(fresh) == 1 else {}
        counted = {same.get(flow, flow): count for flow, count in token.internal_data.items()}
        token.internal_data = counted
        if not counted.keys() <= now:
            self._refuse(N_("A branch that it came to '%(element)s' by is gone in that version."), old.node)

    # What begins to wait

    def _begin_new(self, was: Token, token: Token) -> None:
        old, spec = was.task_spec, token.task_spec
        events = self.after.specs
        for border in self._new_ones(old.borders, spec.borders):
            events[border].begin(token)
        if isinstance(spec, Scope) and token.state == TaskState.STARTED and not self._is_taken_over(token):
            for handler in self._new_ones(old.handlers, spec.handlers):
                events[handler].begin(token)
        if isinstance(spec, EventGateway) and isinstance(old, EventGateway):
            then, now = (tuple(way.target for way in one.outgoing) for one in (old, spec))
            for event in self._new_ones(then, now):
                events[event].begin(token)

    def _new_ones(self, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
        """One that is there in both versions but has no token has come already, and does not come again."""
        then = {self.renamed.get(name, name): self.before.specs[name] for name in old}
        for name in new:
            if name not in then or not _waits_alike(then[name], self.after.specs[name]):
                yield name

    def _is_taken_over(self, scope: Token) -> bool:
        """An event sub-process runs in the place of all else in this scope: nothing can start another."""
        running = [child.task_spec.node for child in scope.children if child.task_spec.node.triggered_by_event]
        starts = [one for node in running for one in self.after.definitions.by_scope.get(node.id, ())]
        return any(one.type == "startEvent" and one.interrupting for one in starts)

    # What may come

    def _look_ahead(self) -> None:
        """No token may be left waiting that would not have been before."""
        for token_id, scope in self.placed.items():
            if not isinstance(scope.task_spec, Scope) or scope.state != TaskState.STARTED:
                continue
            was = self.before.tasks[token_id]
            then, now = self._stuck(self.old, was), self._stuck(self.new, scope)
            for join in sorted(now - {self.renamed.get(one, one) for one in then}):
                self._refuse(
                    N_("It has passed where the branches part, and would wait at '%(element)s' for one for ever."),
                    self.new.definitions.nodes[join],
                )
        self._look_for_answers()

    @staticmethod
    def _stuck(program: Program, scope: Token) -> frozenset[str]:
        node = scope.task_spec.node
        return waited_at_for_ever(program, inside_of(node), marking_of(scope))

    def _look_for_answers(self) -> None:
        """No answer may be missing that is newly needed, at a step that was passed, for what is decided ahead."""
        known, tokens = self.new.definitions, list(self.placed.values())
        answered = {name for name, value in self.after.rules.known.items() if value not in (None, "")}
        answered.update(*(token.internal_data.get("own", ()) for token in tokens))
        needed_before = {
            field.id for node in self.old.definitions.nodes.values() for field in node.form if field.required
        }
        ahead = reached(self._standing(tokens), onward(known))
        asked = {field.id for one in ahead for field in known.nodes[one].form}
        used = {name for one in ahead for name in _names_used(known, one)}
        for node in known.nodes.values():
            for field in node.form:
                if field.required and field.id in used - asked - answered - needed_before:
                    self._refuse(
                        N_("It has passed '%(element)s', whose answer to '%(field)s' decides what comes there."),
                        node,
                        field=field.label,
                    )

    def _standing(self, tokens: list[Token]) -> Iterator[str]:
        """Where its tokens go on from."""
        known = self.new.definitions
        for token in tokens:
            node = token.task_spec.node
            if isinstance(token.task_spec, Scope):
                yield from (way.target for way in known.outgoing.get(node.id, ()))
                yield from (event.id for event in known.boundary_events.get(node.id, ()))
            else:
                yield node.id

    # Reasons

    def _refuse(self, template: str, node: FlowNode, **more: object) -> None:
        self.reasons[Text(template, {"element": _label(node), **more})] = None

    def _raise(self) -> None:
        if self.reasons:
            raise CannotMove(list(self.reasons), list(self.gone))


def _only_awaits(token: Token) -> bool:
    """It stands beside others, and nothing is lost with it."""
    behind = isinstance(token.parent.task_spec, EventGateway) if token.parent is not None else False
    return behind or (token.task_spec.waits and not token.task_spec.holds)


def _waits_alike(old: Element, new: Element) -> bool:
    if not isinstance(old, Waiting) or not isinstance(new, Waiting):
        return True
    return _kind_of_event(old.node) == _kind_of_event(new.node)


def _kind_of_event(node: FlowNode) -> tuple[str, str]:
    event = node.event
    return (event.kind, event.timer.kind if event.timer else "") if event is not None else ("", "")


def _kind_of_loop(node: FlowNode) -> str:
    return node.loop.kind if node.loop is not None else ""


def _is_under(spec: Element, parent: Token) -> bool:
    """Whether an element's token can be inside this one."""
    around: Element = parent.task_spec
    if spec.is_body or (isinstance(around, Repeated) and not isinstance(spec, BoundaryEvent)):
        return spec.is_body and around.node.id == spec.node.id
    if isinstance(spec, BoundaryEvent):
        return spec.name in around.borders
    if isinstance(around, EventGateway):
        return any(way.target == spec.name for way in around.outgoing)
    if not isinstance(around, Scope):
        return False
    if isinstance(spec, StartEvent) and spec.handler:
        return spec.name in around.handlers
    return spec.node.scope == inside_of(around.node)


def _remember(token: Token, old: Element, spec: Element) -> None:
    """What a token remembers, where the new version asks for more than the old one did."""
    memory = token.internal_data
    if isinstance(spec, Waiting) and isinstance(old, Waiting) and spec.node.event is not None:
        if timers.EVERY in memory and spec.event.timer is not None:
            memory[timers.EVERY] = times.cycle(spec.event.timer.text).duration.text
        if "key" in memory and spec.node.correlate != old.node.correlate:
            run = token.workflow
            key = spec.node.correlate
            memory["key"] = as_key(run.evaluate(key, run.names(token.parent))) if key else ""
        if "held" in memory and spec.event.condition != old.event.condition:
            del memory["held"]
    loop = spec.node.loop
    if loop is None:
        return
    if isinstance(spec, Repeated) and loop.results and "items" in memory:
        memory.setdefault("results", [None] * len(memory["items"]))
    if spec.is_body and loop.item and "own" in memory:
        items = token.parent.internal_data["items"]
        memory["own"].setdefault(loop.item, items[memory["own"]["loopCounter"] - 1])


def _names_used(known: Definitions, element: str) -> Iterator[str]:
    for flow in known.outgoing[element]:
        if flow.condition:
            yield from expressions.check(flow.condition)
    if known.nodes[element].script:
        yield from expressions.script_names(known.nodes[element].script)


def _label(node: FlowNode) -> str:
    return node.name or node.id
