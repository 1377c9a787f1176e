"""Processes with every kind of place that a token can be at, and what a designer might change in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from bpmn import checks
from bpmn.errors import BpmnError
from bpmn.model import Definitions
from bpmn.names import HUMAN_TASKS
from bpmn.reading import read
from engine.spiff.ahead import Marking, waited_at_for_ever
from engine.spiff.program import Program, build
from tests.engine.made_up import Block, Maker

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SALES = "{urn:parcours:sales:1.0}"
TIMER = "<timerEventDefinition><timeDuration>P{}D</timeDuration></timerEventDefinition>"


class Calm(Maker):
    """What is waited for comes by itself: people and time alone bring such a process to its end."""

    def _event(self, kind: str, ref: str = "") -> str:
        by_others = kind in ("message", "signal", "conditional") and not ref
        return super()._event("timer" if by_others else kind, ref)

    def _receive(self, depth: int) -> Block:
        return self._race(depth) if depth else self._task()

    def _throw(self, depth: int) -> Block:
        return self._node("intermediateThrowEvent")


def sound_process(seed: int, process: str = "made_up") -> bytes:
    """Of those that are made up, the first from this seed on that leaves nobody waiting for ever as it is drawn.

    (Two tokens by one flow into a parallel join do: the second waits for another that never comes.)
    """
    while True:
        source = Calm(seed).source().replace(b'id="made_up"', f'id="{process}"'.encode())
        definitions = read(source).definitions
        if not checks.errors(checks.run(definitions)) and _leads_on(build(definitions, process), definitions):
            return source
        seed += 10_000


def _leads_on(program: Program, definitions: Definitions) -> bool:
    starts = [node for node in definitions.nodes.values() if node.type == "startEvent"]
    return not any(waited_at_for_ever(program, start.scope, Marking((start.id,))) for start in starts)


@dataclass(frozen=True)
class Edit:
    source: bytes
    definitions: Definitions
    #: The old id of an element that has a new one.
    renamed: dict[str, str]
    told: str


def edited(source: bytes, chance: random.Random) -> Edit | None:
    """The process after one to three changes, if it can be published."""
    tree = etree.fromstring(source)
    renamed, told = dict[str, str](), list[str]()
    for number in range(chance.randrange(1, 4)):
        change = chance.choice(CHANGES)
        told.append(f"{change.__name__}: {change(tree, chance, f'new{number}', renamed)}")
    new = etree.tostring(tree)
    try:
        definitions = read(new).definitions
    except BpmnError:
        return None
    if checks.errors(checks.run(definitions)):
        return None
    return Edit(new, definitions, renamed, "; ".join(told))


def _task_at_random(tree: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice([one for one in tree.iter() if etree.QName(one).localname in HUMAN_TASKS])


def _id(element: etree._Element) -> str:
    return str(element.get("id"))


def _flows(tree: etree._Element, end: str, node: str) -> list[etree._Element]:
    return [flow for flow in tree.iter(f"{BPMN}sequenceFlow") if flow.get(end) == node]


def _add(scope: etree._Element, kind: str, **attributes: str) -> etree._Element:
    return etree.SubElement(scope, BPMN + kind, attributes)


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _new_flow(scope: etree._Element, source: str, target: str) -> None:
    _add(scope, "sequenceFlow", id=f"{source}-{target}", sourceRef=source, targetRef=target)


def _timer(event: etree._Element, days: int) -> None:
    duration = _add(_add(event, "timerEventDefinition"), "timeDuration")
    duration.text = f"P{days}D"


def relabel(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    task = _task_at_random(tree, chance)
    task.set("name", name)
    return _id(task)


def add_a_task_after(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    task = _task_at_random(tree, chance)
    (flow,) = _flows(tree, "sourceRef", _id(task))
    after = str(flow.get("targetRef"))
    flow.set("targetRef", name)
    _add(_parent(task), "userTask", id=name, name=name)
    _new_flow(_parent(task), name, after)
    return _id(task)


def remove_a_step(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    task = _task_at_random(tree, chance)
    (flow,) = _flows(tree, "sourceRef", _id(task))
    for before in _flows(tree, "targetRef", _id(task)):
        before.set("targetRef", str(flow.get("targetRef")))
    for gone in (task, flow):
        _parent(gone).remove(gone)
    return _id(task)


def add_a_boundary_event(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    task = _task_at_random(tree, chance)
    scope, interrupts = _parent(task), chance.random() < 0.5
    event = _add(scope, "boundaryEvent", id=name, attachedToRef=_id(task), cancelActivity=str(interrupts).lower())
    _timer(event, chance.randrange(1, 6))
    if interrupts:
        (flow,) = _flows(tree, "sourceRef", _id(task))
        target = etree.QName(next(one for one in tree.iter() if one.get("id") == flow.get("targetRef"))).localname
        if target not in ("parallelGateway", "inclusiveGateway"):
            _new_flow(scope, name, str(flow.get("targetRef")))
            return _id(task)
        event.set("cancelActivity", "false")
    _add(scope, "userTask", id=f"{name}_late", name="Late")
    _add(scope, "endEvent", id=f"{name}_end")
    _new_flow(scope, name, f"{name}_late")
    _new_flow(scope, f"{name}_late", f"{name}_end")
    return _id(task)


def remove_a_boundary_event(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    events = list(tree.iter(f"{BPMN}boundaryEvent"))
    if not events:
        return "-"
    event = chance.choice(events)
    for gone in (event, *_flows(tree, "sourceRef", _id(event))):
        _parent(gone).remove(gone)
    return _id(event)


def insert_branches(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    """A task gets a parallel one beside it: whoever is at it has passed where the branches part."""
    task = _task_at_random(tree, chance)
    scope = _parent(task)
    (out,) = _flows(tree, "sourceRef", _id(task))
    for flow in _flows(tree, "targetRef", _id(task)):
        flow.set("targetRef", f"{name}_split")
    kind = chance.choice(("parallelGateway", "inclusiveGateway"))
    split = _add(scope, kind, id=f"{name}_split", name="?")
    _add(scope, kind, id=f"{name}_join")
    _add(scope, "userTask", id=name, name=name)
    after = str(out.get("targetRef"))
    out.set("targetRef", f"{name}_join")
    for one in (_id(task), name):
        _new_flow(scope, f"{name}_split", one)
    _new_flow(scope, name, f"{name}_join")
    _new_flow(scope, f"{name}_join", after)
    if kind == "inclusiveGateway":
        split.set("default", f"{name}_split-{_id(task)}")
        (way,) = [one for one in tree.iter() if one.get("id") == f"{name}_split-{name}"]
        _add(way, "conditionExpression").text = "1 == 1"
    return _id(task)


def add_a_branch(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    """A third branch between a split and its join."""
    gates = {_id(one): one for one in tree.iter(f"{BPMN}parallelGateway")}
    pairs = [(one, gates[join]) for split, one in gates.items() if (join := _join_of(split)) in gates]
    if not pairs:
        return "-"
    parts, meets = chance.choice(pairs)
    _add(_parent(parts), "userTask", id=name, name=name)
    _new_flow(_parent(parts), _id(parts), name)
    _new_flow(_parent(parts), name, _id(meets))
    return _id(parts)


def _join_of(split: str) -> str:
    """The name that a split's join was given."""
    if split.endswith("_split"):
        return split.replace("_split", "_join")
    number = split.removeprefix("split")
    return f"join{int(number) + 1}" if number.isdigit() else ""


def insert_a_choice(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    """Instead of what comes after a task, another task can come."""
    task = _task_at_random(tree, chance)
    scope = _parent(task)
    (out,) = _flows(tree, "sourceRef", _id(task))
    after = str(out.get("targetRef"))
    out.set("targetRef", name)
    _add(scope, "exclusiveGateway", id=name, name="?", default=f"{name}-{name}_out")
    _add(scope, "userTask", id=f"{name}_other", name="Other")
    _add(scope, "exclusiveGateway", id=f"{name}_out")
    _new_flow(scope, name, f"{name}_out")
    _add(scope, "sequenceFlow", id=f"{name}-other", sourceRef=name, targetRef=f"{name}_other")
    (way,) = [one for one in tree.iter() if one.get("id") == f"{name}-other"]
    _add(way, "conditionExpression").text = "1 == 2"
    _new_flow(scope, f"{name}_other", f"{name}_out")
    _new_flow(scope, f"{name}_out", after)
    return _id(task)


def handle_an_event(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    """A new event sub-process, in the process or in one of its sub-processes."""
    scopes = [one for one in tree.iter(f"{BPMN}process", f"{BPMN}subProcess") if one.get("triggeredByEvent") != "true"]
    scope = chance.choice(scopes)
    handler = _add(scope, "subProcess", id=name, triggeredByEvent="true")
    start = _add(handler, "startEvent", id=f"{name}_start", isInterrupting=chance.choice(("true", "false")))
    _timer(start, chance.randrange(1, 9))
    _add(handler, "userTask", id=f"{name}_task", name="Look at it")
    _add(handler, "endEvent", id=f"{name}_end")
    _new_flow(handler, f"{name}_start", f"{name}_task")
    _new_flow(handler, f"{name}_task", f"{name}_end")
    return _id(scope)


def give_another_id(tree: etree._Element, chance: random.Random, name: str, renamed: dict[str, str]) -> str:
    """Drawn again: the same step under another id; the designer may say so, or not."""
    task = _task_at_random(tree, chance)
    old = _id(task)
    for one in tree.iter():
        for attribute in ("id", "sourceRef", "targetRef", "attachedToRef"):
            if one.get(attribute) == old and one.tag != f"{SALES}field":
                one.set(attribute, name)
    if not old.startswith("new") and chance.random() < 0.5:
        renamed[old] = name
    return old


CHANGES: tuple[Callable[[etree._Element, random.Random, str, dict[str, str]], str], ...] = (
    relabel,
    add_a_task_after,
    remove_a_step,
    add_a_boundary_event,
    remove_a_boundary_event,
    insert_branches,
    add_a_branch,
    insert_a_choice,
    handle_an_event,
    give_another_id,
)
