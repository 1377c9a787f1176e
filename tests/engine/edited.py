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
from tests.engine.made_up import Maker, _flow

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SALES = "{urn:parcours:sales:1.0}"
TIMER = "<timerEventDefinition><timeDuration>P{}D</timeDuration></timerEventDefinition>"
LOST = (
    '<subProcess id="lost" triggeredByEvent="true"><startEvent id="lost_start" name="Lost">'
    '<messageEventDefinition messageRef="deal_lost"/></startEvent><userTask id="why" name="Why?"/>'
    '<endEvent id="lost_end"><extensionElements><sales:outcome>lost</sales:outcome></extensionElements></endEvent>'
    '<sequenceFlow id="l1" sourceRef="lost_start" targetRef="why"/>'
    '<sequenceFlow id="l2" sourceRef="why" targetRef="lost_end"/></subProcess>'
)


class Varied(Maker):
    """Besides what a Maker makes: event gateways, repeated activities, inclusive gateways, and a lost path."""

    def source(self) -> bytes:
        plain = super().source().decode()
        message = '<message id="deal_lost" name="deal lost"/>'
        return plain.replace("<process ", f"{message}<process ").replace("</process>", f"{LOST}</process>").encode()

    def _block(self, depth: int, joins: bool) -> tuple[str, str, str]:
        if depth == 3:
            # Never only a single task: there would be no place to speak of.
            one, other = super()._block(2, joins), super()._block(2, joins)
            return one[0] + other[0] + _flow(one[2], other[1]), one[1], other[2]
        if depth and self.chance.random() < 0.35:
            match self.chance.choice(("events", "many", "many_subs", "some", "joined")):
                case "events":
                    return self._events(depth)
                case "many":
                    return self._many(self._task())
                case "many_subs":
                    sub = self._name("sub")
                    inside = self._scope(self._block(depth - 1, True))
                    return self._many((f'<subProcess id="{sub}">{inside}</subProcess>', sub, sub))
                case "some":
                    return self._some(depth)
                case "joined" if joins:
                    return self._split("parallelGateway", depth, joins)
        return super()._block(depth, joins)

    def _events(self, depth: int) -> tuple[str, str, str]:
        gate, after = self._name("wait"), self._name("after")
        xml = f'<eventBasedGateway id="{gate}"/><exclusiveGateway id="{after}"/>'
        for _ in range(2):
            event, then = self._name("event"), self._task()
            timer = TIMER.format(self.chance.randrange(1, 6))
            xml += f'<intermediateCatchEvent id="{event}" name="{event}">{timer}</intermediateCatchEvent>{then[0]}'
            xml += _flow(gate, event) + _flow(event, then[1]) + _flow(then[2], after)
        return xml, gate, after

    def _many(self, block: tuple[str, str, str]) -> tuple[str, str, str]:
        sequential = str(self.chance.random() < 0.5).lower()
        loop = (
            f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>2</loopCardinality>'
            "</multiInstanceLoopCharacteristics>"
        )
        xml, first, last = block
        cut = xml.rindex("</")
        return xml[:cut] + loop + xml[cut:], first, last

    def _some(self, depth: int) -> tuple[str, str, str]:
        if not self.asked:
            return self._task()
        asked = self.chance.choice(self.asked)
        xml, split, join = self._split("parallelGateway", depth, True)
        gates = xml.replace(f'<parallelGateway id="{split}"', f'<inclusiveGateway id="{split}"')
        gates = gates.replace(f'<parallelGateway id="{join}"', f'<inclusiveGateway id="{join}"')
        first = gates.index(f'sourceRef="{split}"')
        flow_id = gates[gates.rindex('id="', 0, first) + 4 : gates.rindex('"', 0, first - 1)]
        other = gates.index(f'sourceRef="{split}"', first + 1)
        end = gates.index("></sequenceFlow>", other) + 1
        condition = f"<conditionExpression>{asked}</conditionExpression>"
        gates = gates[:end] + condition + gates[end:]
        return gates.replace(f'id="{split}"', f'id="{split}" default="{flow_id}"', 1), split, join


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
    splits = [one for one in tree.iter(f"{BPMN}parallelGateway") if len(_flows(tree, "sourceRef", _id(one))) > 1]
    if not splits:
        return "-"
    split = chance.choice(splits)
    join = _id(split).replace("split", "join")
    number = int(_id(split).removeprefix("split").removesuffix("_split") or 0) if "new" not in _id(split) else None
    join = f"join{number + 1}" if number is not None else join
    _add(_parent(split), "userTask", id=name, name=name)
    _new_flow(_parent(split), _id(split), name)
    _new_flow(_parent(split), name, join)
    return _id(split)


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
