"""Processes made up at random, of what can be published; `tokens` says what they mean."""

from __future__ import annotations

import random
from collections.abc import Callable

Block = tuple[str, str, str]

ROOTS = (
    "".join(f'<message id="m{n}" name="m{n}"/><signal id="s{n}" name="s{n}"/>' for n in (1, 2))
    + '<message id="dl" name="deal lost"/><error id="er1" name="er1" errorCode="1"/>'
    '<error id="er2" name="er2" errorCode="2"/><escalation id="es1" name="es1" escalationCode="1"/>'
)


class Maker:
    """Writes a process block by block; each block has one way in and one way out."""

    def __init__(self, seed: int, depth: int = 3) -> None:
        self.chance = random.Random(seed)
        self.depth = depth
        self.count = 0
        self.asked: list[str] = []
        self.called: list[str] = []

    def source(self) -> bytes:
        # A question first, so that there is something to choose by.
        inside = self._scope(self._in_a_row(self._task(), self._block(self.depth)))
        if self.chance.random() < 0.3:
            inside += self._handler("message", self._block(1), "dl")
        if self.chance.random() < 0.3:
            kind = self.chance.choice(["message", "signal", "timer", "conditional"])
            inside += self._handler(kind, self._block(1), interrupting=False)
        return (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:sales="urn:parcours:sales:1.0">'
            f'{ROOTS}<process id="made_up" isExecutable="true">{inside}</process>{"".join(self.called)}</definitions>'
        ).encode()

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _scope(self, block: Block, end: str = "") -> str:
        start, last_end = self._name("start"), self._name("end")
        xml, first, last = block
        ends = f'<endEvent id="{last_end}">{end}</endEvent>'
        return f'<startEvent id="{start}"/>{ends}{xml}{_flow(start, first)}{_flow(last, last_end)}'

    def _block(self, depth: int) -> Block:
        """XML, the id that a flow into it goes to, and the id that a flow out of it comes from."""
        kinds: list[Callable[[int], Block]] = [self._task]
        if depth:
            kinds += [self._row, self._row, self._row, self._exclusive, self._parallel, self._inclusive, self._sub]
            kinds += [self._bordered, self._bordered, self._race, self._catch, self._throw, self._call, self._receive]
            kinds += [self._many, self._caught, self._handled, self._terminated, self._linked, self._script]
            kinds += [self._loop, self._turns]
        return self.chance.choice(kinds)(depth)

    def _task(self, depth: int = 0, loop: str = "") -> Block:
        task = self._name("task")
        self.asked.append(task)
        form = f'<sales:form><sales:field id="{task}" type="yes_no" label="?"/></sales:form>'
        inside = f"<extensionElements>{form}</extensionElements>{loop}"
        return f'<userTask id="{task}" name="T">{inside}</userTask>', task, task

    def _node(self, kind: str, inside: str = "", more: str = "") -> Block:
        name = self._name(kind[:4].lower())
        return f'<{kind} id="{name}" name="N" {more}>{inside}</{kind}>', name, name

    def _row(self, depth: int) -> Block:
        return self._in_a_row(self._block(depth - 1), self._block(depth - 1))

    def _in_a_row(self, one: Block, other: Block) -> Block:
        return one[0] + other[0] + _flow(one[2], other[1]), one[1], other[2]

    def _script(self, depth: int) -> Block:
        task = self._task()
        # A script says no where a person said yes, so that what is waited for turns true and false again.
        script = self._node("scriptTask", f"<script>{task[1]} = not {task[1]}</script>")
        return self._in_a_row(task, script)

    # Gateways

    def _exclusive(self, depth: int) -> Block:
        return self._split("exclusiveGateway", depth, 2)

    def _parallel(self, depth: int) -> Block:
        return self._split("parallelGateway", depth, self.chance.choice([2, 2, 3]))

    def _inclusive(self, depth: int) -> Block:
        return self._split("inclusiveGateway", depth, self.chance.choice([2, 3]))

    def _split(self, kind: str, depth: int, ways: int) -> Block:
        split, join = self._name("split"), self._name("join")
        xml, default = "", ""
        for number in range(ways):
            block = self._block(depth - 1)
            condition = ""
            if kind != "parallelGateway" and number < ways - 1:
                condition = self.chance.choice(self.asked)
            elif kind != "parallelGateway":
                default = f'default="{split}-{block[1]}"'
            xml += block[0] + _flow(split, block[1], condition) + _flow(block[2], join)
        # What was split by conditions may also meet without waiting.
        joined = kind if kind == "exclusiveGateway" or self.chance.random() < 0.8 else "exclusiveGateway"
        joined = "inclusiveGateway" if kind == "parallelGateway" and self.chance.random() < 0.2 else joined
        return f'<{kind} id="{split}" {default}/><{joined} id="{join}"/>{xml}', split, join

    def _loop(self, depth: int) -> Block:
        again, gate, task = self._name("again"), self._name("gate"), self._task()
        inside = self._block(depth - 1)
        condition = f"not {task[1]}"
        flows = (
            _flow(again, inside[1]) + _flow(inside[2], task[1]) + _flow(task[1], gate) + _flow(gate, again, condition)
        )
        out = self._name("out")
        xml = f'<exclusiveGateway id="{again}"/><exclusiveGateway id="{gate}" default="{gate}-{out}"/>'
        return f'{xml}<exclusiveGateway id="{out}"/>{task[0]}{inside[0]}{flows}{_flow(gate, out)}', again, out

    def _race(self, depth: int) -> Block:
        gate, meet = self._name("race"), self._name("meet")
        xml = f'<eventBasedGateway id="{gate}"/><exclusiveGateway id="{meet}"/>'
        for kind in ("timer", "timer", self.chance.choice(["message", "signal", "conditional"])):
            event = self._node("intermediateCatchEvent", self._event(kind))
            after = self._block(depth - 1)
            xml += event[0] + after[0] + _flow(gate, event[1]) + _flow(event[2], after[1]) + _flow(after[2], meet)
        return xml, gate, meet

    # Events

    def _event(self, kind: str, ref: str = "") -> str:
        number = self.chance.choice([1, 2])
        match kind:
            case "message":
                return f'<messageEventDefinition messageRef="{ref or f"m{number}"}"/>'
            case "signal":
                return f'<signalEventDefinition signalRef="s{number}"/>'
            case "timer" | "cycle":
                days = f"P{self.chance.randrange(1, 6)}D"
                tag, text = ("timeCycle", f"R{number}/{days}") if kind == "cycle" else ("timeDuration", days)
                return f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>"
            case "conditional":
                asked = self.chance.choice(self.asked)
                return f"<conditionalEventDefinition><condition>{asked}</condition></conditionalEventDefinition>"
            case "error":
                return f'<errorEventDefinition errorRef="{ref}"/>' if ref else "<errorEventDefinition/>"
            case "escalation":
                return '<escalationEventDefinition escalationRef="es1"/>'
        return f"<{kind}EventDefinition/>"

    def _catch(self, depth: int) -> Block:
        kind = self.chance.choice(["timer", "message", "signal", "conditional"])
        return self._node("intermediateCatchEvent", self._event(kind))

    def _throw(self, depth: int) -> Block:
        kind = self.chance.choice(["message", "signal", "escalation"])
        if kind == "message" and self.chance.random() < 0.3:
            return self._node("sendTask", more=f'messageRef="m{self.chance.choice([1, 2])}"')
        return self._node("intermediateThrowEvent", self._event(kind))

    def _receive(self, depth: int) -> Block:
        loop = self._loop_of() if self.chance.random() < 0.3 else ""
        return self._node("receiveTask", loop, f'messageRef="m{self.chance.choice([1, 2])}"')

    def _linked(self, depth: int) -> Block:
        name = self._name("link")
        event = f'<linkEventDefinition name="{name}"/>'
        one, other = self._node("intermediateThrowEvent", event), self._node("intermediateCatchEvent", event)
        return one[0] + other[0], one[1], other[2]

    def _bordered(self, depth: int) -> Block:
        """An activity with an event on it: one that ends it and leads on, or one beside it with an end of its own."""
        hosts: list[Callable[[int], Block]] = [self._task, self._sub, self._call, self._many, self._receive]
        host, late, edge = self.chance.choice(hosts)(depth - 1), self._block(depth - 1), self._name("edge")
        if host[1] != host[2]:
            return host
        interrupts = self.chance.random() < 0.5
        kind = self.chance.choice(["timer", "message", "signal", "conditional"])
        kind = "cycle" if kind == "timer" and not interrupts and self.chance.random() < 0.5 else kind
        xml = f"{host[0]}{late[0]}{_border(edge, host[1], self._event(kind), interrupts)}{_flow(edge, late[1])}"
        return self._after(xml, host, late, interrupts)

    def _after(self, xml: str, host: Block, late: Block, interrupts: bool) -> Block:
        after = self._name("after")
        if interrupts:
            flows = _flow(host[2], after) + _flow(late[2], after)
            return f'{xml}<exclusiveGateway id="{after}"/>{flows}', host[1], after
        if self.chance.random() < 0.3:
            # What started beside it comes back to the way.
            meets = self._name("meets")
            flows = _flow(host[2], meets) + _flow(late[2], meets)
            return f'{xml}<inclusiveGateway id="{meets}"/>{flows}', host[1], meets
        return f'{xml}<endEvent id="{after}"/>{_flow(late[2], after)}', host[1], host[2]

    # Scopes

    def _sub(self, depth: int, more: str = "", end: str = "") -> Block:
        sub = self._name("sub")
        return (
            f'<subProcess id="{sub}" name="S">{self._scope(self._block(max(depth - 1, 0)), end)}{more}</subProcess>',
            sub,
            sub,
        )

    def _call(self, depth: int) -> Block:
        called = self._name("called")
        self.called.append(f'<process id="{called}">{self._scope(self._block(max(depth - 1, 0)))}</process>')
        return self._node("callActivity", more=f'calledElement="{called}"')

    def _handler(self, kind: str, block: Block, ref: str = "", interrupting: bool = True) -> str:
        name, start, end = self._name("handler"), self._name("start"), self._name("end")
        event, begins = self._event(kind, ref), str(interrupting).lower()
        flows = _flow(start, block[1]) + _flow(block[2], end)
        start_event = f'<startEvent id="{start}" isInterrupting="{begins}">{event}</startEvent>'
        inside = f'{start_event}{block[0]}<endEvent id="{end}"/>{flows}'
        return f'<subProcess id="{name}" name="H" triggeredByEvent="true">{inside}</subProcess>'

    def _handled(self, depth: int) -> Block:
        """A sub-process with an event sub-process in it."""
        kind = self.chance.choice(["timer", "message", "signal", "conditional", "error", "escalation"])
        interrupting = kind == "error" or self.chance.random() < 0.5
        more = self._handler(kind, self._block(depth - 1), "er1" if kind == "error" else "", interrupting)
        thrown = self._event(kind, "er1") if kind in ("error", "escalation") else ""
        return self._sub(depth, more, thrown)

    def _caught(self, depth: int) -> Block:
        """What a sub-process throws is caught on its border, or on the border of the one around it."""
        kind = self.chance.choice(["error", "escalation"])
        ref = self.chance.choice(["er1", "er2"])
        thrower = self._sub(depth - 1, end=self._event(kind, ref))
        if self.chance.random() < 0.5:
            outer = self._name("sub")
            thrower = f'<subProcess id="{outer}" name="S">{self._scope(thrower)}</subProcess>', outer, outer
        interrupts = kind == "error" or self.chance.random() < 0.5
        late, edge = self._block(depth - 1), self._name("edge")
        caught = self._event(kind, self.chance.choice(["", ref]))
        xml = thrower[0] + late[0] + _border(edge, thrower[1], caught, interrupts) + _flow(edge, late[1])
        return self._after(xml, thrower, late, interrupts)

    def _terminated(self, depth: int) -> Block:
        sub, split, end = self._name("sub"), self._name("split"), self._name("end")
        one, other = self._block(depth - 1), self._block(depth - 1)
        stop = f'<endEvent id="{end}"><terminateEventDefinition/></endEvent>'
        inside = (
            f'<parallelGateway id="{split}"/>{other[0]}{stop}{_flow(split, other[1])}{_flow(other[2], end)}{one[0]}'
        )
        whole = inside + _flow(split, one[1]), split, one[2]
        return f'<subProcess id="{sub}" name="S">{self._scope(whole)}</subProcess>', sub, sub

    # Repetition

    def _many(self, depth: int) -> Block:
        loop = self._loop_of()
        return self._task(0, loop) if self.chance.random() < 0.5 else self._sub(depth, loop)

    def _turns(self, depth: int) -> Block:
        before = self.chance.choice(["true", "false"])
        condition = f"<loopCondition>not {self.chance.choice(self.asked)}</loopCondition>"
        tag = "standardLoopCharacteristics"
        loop = f'<{tag} loopMaximum="3" testBefore="{before}">{condition}</{tag}>'
        return self._task(0, loop) if self.chance.random() < 0.5 else self._sub(depth, loop)

    def _loop_of(self) -> str:
        sequential = self.chance.choice(["true", "false"])
        inside = f"<loopCardinality>{self.chance.choice([0, 1, 2, 2, 3])}</loopCardinality>"
        if self.chance.random() < 0.5:
            got = self._name("got")
            inside += f'<loopDataOutputRef>{got}</loopDataOutputRef><outputDataItem name="loopCounter"/>'
        if self.chance.random() < 0.4:
            inside += "<completionCondition>numberOfCompletedInstances &gt;= 2</completionCondition>"
        tag = "multiInstanceLoopCharacteristics"
        return f'<{tag} isSequential="{sequential}">{inside}</{tag}>'


def _border(name: str, host: str, event: str, interrupting: bool) -> str:
    cancel = str(interrupting).lower()
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{cancel}">{event}</boundaryEvent>'


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
