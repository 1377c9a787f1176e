"""Made-up processes to draw: the same for the same seed, from 5 to 80 elements, with all that a map can hold."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from bpmn.model import Definitions
from bpmn.names import BPMN, SALES
from bpmn.reading import read

_WORDS = (
    "Call", "the", "buyer", "Send", "proposal", "and", "agree", "on", "terms", "Qualifier", "le", "besoin", "Angebot",
    "Prüfen", "price", "with", "legal", "contract", "signature", "review", "follow-up", "見積書を送付", "x", "KPI",
)  # fmt: skip
_TASKS = (
    "task", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask", "callActivity",
)  # fmt: skip


@dataclass
class _Scope:
    """A process or sub-process in the making."""

    id: str
    nodes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)


class _Maker:
    def __init__(self, seed: int, size: int | None = None) -> None:
        self.random = random.Random(seed)
        self.count = 0
        drawn = self.random.randint(3, 150)
        #: Elements and flows: about half of them are elements.
        self.size = drawn if size is None else size
        self.stages = [f"stage{n}" for n in range(self.random.choice((0, 0, 2, 3, 5, 7)))]
        self.lanes = [f"lane{n}" for n in range(self.random.choice((0, 1, 2, 3, 5)))]
        self.nested = len(self.lanes) > 2 and self.random.random() < 0.3
        self.held: dict[str, list[str]] = {lane: [] for lane in self.lanes}
        self.lane = self.random.choice(self.lanes) if self.lanes else ""
        self.stage = 0
        self.messages: list[str] = []

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def name(self, most: int = 6) -> str:
        return " ".join(self.random.choice(_WORDS) for _ in range(self.random.randint(1, most)))

    def new(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def node(self, scope: _Scope, type_: str, inside: str = "", attributes: str = "", *, staged: bool = True) -> str:
        id_ = self.new(type_)
        name = f' name="{self.name()}"' if self.chance(0.85) else ""
        stage = ""
        if self.stages and staged and self.chance(0.9):
            stage = f"<categoryValueRef>{self.stages[self.stage]}</categoryValueRef>"
        outside, rest = (inside, "") if inside.startswith("<extensionElements") else ("", inside)
        scope.nodes.append(f'<{type_} id="{id_}"{name}{attributes}>{outside}{stage}{rest}</{type_}>')
        if self.lane and scope.id == "main" and type_ != "boundaryEvent":
            self.held[self.lane].append(id_)
        return id_

    def flow(self, scope: _Scope, source: str, target: str, named: float = 0.15) -> None:
        name = f' name="{self.name(3)}"' if self.chance(named) else ""
        scope.lines.append(f'<sequenceFlow id="{self.new("flow")}" sourceRef="{source}" targetRef="{target}"{name}/>')

    def wander(self) -> None:
        if self.lanes and self.chance(0.3):
            self.lane = self.random.choice(self.lanes)

    # What a process is made of

    def process(self, scope: _Scope, size: int, *, main: bool = False) -> None:
        start = self.node(scope, "startEvent")
        here, before = start, [start]
        first = self.count
        while self.count - first < size:
            if main and self.stages:
                self.stage = min(len(self.stages) - 1, (self.count - first) * len(self.stages) // max(size, 1))
            self.wander()
            here = self.step(scope, here, before, main=main)
            before.append(here)
        won = "<extensionElements><s:outcome>won</s:outcome></extensionElements>" if main and self.chance(0.8) else ""
        self.flow(scope, here, self.node(scope, "endEvent", won))

    def step(self, scope: _Scope, here: str, before: list[str], *, main: bool) -> str:
        kind = self.random.random()
        if kind < 0.45:
            return self.task(scope, here)
        if kind < 0.65:
            return self.choice(scope, here, before)
        if kind < 0.78:
            return self.fork(scope, here)
        if kind < 0.86 and main:
            return self.sub_process(scope, here)
        event = self.node(scope, "intermediateCatchEvent", "<timerEventDefinition/>")
        self.flow(scope, here, event)
        return event

    def task(self, scope: _Scope, here: str) -> str:
        task = self.node(scope, self.random.choice(_TASKS))
        self.flow(scope, here, task)
        if self.chance(0.2):
            for _ in range(self.random.choice((1, 1, 2))):
                aside = ' cancelActivity="false"' if self.chance(0.5) else ""
                event = self.node(scope, "boundaryEvent", "<timerEventDefinition/>", f' attachedToRef="{task}"{aside}')
                other = self.node(scope, "userTask") if self.chance(0.7) else self.node(scope, "endEvent")
                self.flow(scope, event, other)
                if other.startswith("userTask"):
                    self.flow(scope, other, self.node(scope, "endEvent") if self.chance(0.6) else task)
        if self.chance(0.15):
            self.beside(scope, task)
        if self.chance(0.15):
            self.messages.append(task)
        return task

    def beside(self, scope: _Scope, task: str) -> None:
        if self.chance(0.5):
            note = self.new("note")
            scope.extras.append(f'<textAnnotation id="{note}"><text>{self.name(20)}</text></textAnnotation>')
        else:
            note = self.new("data")
            kind = "dataObjectReference" if self.chance(0.6) else "dataStoreReference"
            scope.nodes.append(f'<{kind} id="{note}" name="{self.name(4)}"/>')
        scope.extras.append(f'<association id="{self.new("association")}" sourceRef="{task}" targetRef="{note}"/>')

    def choice(self, scope: _Scope, here: str, before: list[str]) -> str:
        gateway = self.node(scope, self.random.choice(("exclusiveGateway", "inclusiveGateway")))
        self.flow(scope, here, gateway)
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            way = self.random.random()
            if way < 0.4:
                self.flow(scope, gateway, self.node(scope, "endEvent"), named=0.8)
            elif way < 0.7 and len(before) > 1:
                self.flow(scope, gateway, self.random.choice(before[1:]), named=0.8)
            else:
                self.wander()
                other = self.node(scope, "userTask")
                self.flow(scope, gateway, other, named=0.8)
                back = self.chance(0.4) and len(before) > 1
                self.flow(scope, other, self.random.choice(before[1:]) if back else self.node(scope, "endEvent"))
        task = self.node(scope, "userTask")
        self.flow(scope, gateway, task, named=0.8)
        return task

    def fork(self, scope: _Scope, here: str) -> str:
        split, join = self.node(scope, "parallelGateway"), ""
        self.flow(scope, here, split)
        ends = []
        for _ in range(self.random.choice((2, 2, 3))):
            self.wander()
            end = split
            for _ in range(self.random.choice((1, 1, 2))):
                task = self.node(scope, "userTask")
                self.flow(scope, end, task)
                end = task
            ends.append(end)
        join = self.node(scope, "parallelGateway")
        for end in ends:
            self.flow(scope, end, join)
        return join

    def sub_process(self, scope: _Scope, here: str) -> str:
        inner = _Scope("inner")
        self.process(inner, self.random.randint(1, 8))
        type_ = self.random.choice(("subProcess", "subProcess", "transaction"))
        sub = self.node(scope, type_, "".join(inner.nodes + inner.lines + inner.extras))
        self.flow(scope, here, sub)
        return sub

    def lost(self) -> str:
        inner = _Scope("lost")
        self.process(inner, 3)
        content = "".join(inner.nodes + inner.lines + inner.extras)
        id_ = self.new("lost")
        if self.lane:
            self.held[self.random.choice(self.lanes)].append(id_)
        return f'<subProcess id="{id_}" name="When lost" triggeredByEvent="true">{content}</subProcess>'

    # The whole

    def lane_set(self) -> str:
        def lane(id_: str) -> str:
            refs = "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in self.held[id_])
            return f'<lane id="{id_}" name="{self.name(3)}">{refs}</lane>'

        if not self.lanes:
            return ""
        drawn = [lane(id_) for id_ in self.lanes]
        if self.nested:
            inner = f"<childLaneSet>{drawn[0]}{drawn[1]}</childLaneSet>"
            drawn = [f'<lane id="around" name="Around">{inner}</lane>', *drawn[2:]]
        return f"<laneSet>{''.join(drawn)}</laneSet>"

    def document(self) -> bytes:
        main = _Scope("main")
        self.process(main, self.size, main=True)
        lost = ""
        if self.chance(0.3):
            stages, self.stages = self.stages, []
            lost = self.lost()
            self.stages = stages
        pooled = self.chance(0.6)
        pools = ['<participant id="pool" name="Sales" processRef="main"/>'] if pooled else []
        messages = []
        other = ""
        if pooled and self.chance(0.6):
            pools.insert(self.random.randint(0, 1), '<participant id="client" name="Client"/>')
            for task in self.messages:
                ends = ("client", task) if self.chance(0.5) else (task, "client")
                messages.append(self.message(*ends))
        elif pooled and self.chance(0.5):
            pools.append('<participant id="partner" name="Partner" processRef="other"/>')
            second = _Scope("other")
            stages, self.stages, lane, self.lane = self.stages, [], self.lane, ""
            mine, self.messages = self.messages, []
            self.process(second, self.random.randint(3, 12))
            self.stages, self.lane = stages, lane
            other = f'<process id="other">{"".join(second.nodes + second.lines + second.extras)}</process>'
            for one, two in zip(mine, self.messages, strict=False):
                messages.append(self.message(*((one, two) if self.chance(0.5) else (two, one))))
        values = "".join(f'<categoryValue id="{stage}" value="{self.name(2)}"/>' for stage in self.stages)
        category = f'<category id="stages">{values}</category>' if values else ""
        collaboration = f'<collaboration id="c">{"".join(pools + messages)}</collaboration>' if pools else ""
        groups = ""
        if self.stages and self.chance(0.5):
            groups = "".join(f'<group id="group-{stage}" categoryValueRef="{stage}"/>' for stage in self.stages)
        inside = "".join([*main.nodes, lost, *main.lines, *main.extras])
        return (
            f'<definitions xmlns="{BPMN}" xmlns:s="{SALES}" id="d" targetNamespace="t">{category}{collaboration}'
            f'<process id="main">{self.lane_set()}{inside}{groups}</process>{other}</definitions>'
        ).encode()

    def message(self, source: str, target: str) -> str:
        name = f' name="{self.name(2)}"' if self.chance(0.6) else ""
        return f'<messageFlow id="{self.new("message")}" sourceRef="{source}" targetRef="{target}"{name}/>'


def document(seed: int, size: int | None = None) -> bytes:
    return _Maker(seed, size).document()


def definitions(seed: int) -> Definitions:
    return read(document(seed)).definitions


def of_size(elements: int, seed: int = 1) -> Definitions:
    """One process of about so many elements."""
    size = 2 * elements
    while len((found := read(document(seed, size)).definitions).nodes) < elements:
        size += elements // 10
    return found
