"""States as release 0.1 wrote them (format 1), in the words of today: whoever was somewhere is there still.

They held SpiffWorkflow's own tree of tasks, past and guessed ones included. Its names for the designer's elements stand
between marks; a process with a lost path is inside a sub-process that the loss interrupts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.util.task import TaskState

from bpmn import times
from bpmn.model import FlowNode
from bpmn.names import HUMAN_TASKS
from engine.spiff import timers
from engine.spiff.program import Program

_WRAPPER = "parcours.deal"
_BEFORE, _AFTER = "e.", ".e"
_ALIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


@dataclass(frozen=True, slots=True)
class _Was:
    """A task of the old tree."""

    id: str
    parent: str | None
    state: int
    spec: str
    memory: Mapping[str, Any]

    @property
    def element(self) -> str:
        """The designer's id; empty for what the lowering or the library added."""
        name = self.spec
        return name[len(_BEFORE) : -len(_AFTER)] if name.startswith(_BEFORE) and name.endswith(_AFTER) else ""


@dataclass
class _Translation:
    program: Program
    #: The tree of each sub-process, by the task that it is the inside of.
    inner: Mapping[str, Any]
    tokens: list[list[Any]] = field(default_factory=list)

    def put(self, parent: int | None, spec: str, state: int, memory: Mapping[str, Any], old_id: str = "") -> int:
        self.tokens.append([old_id or str(len(self.tokens) + 1), parent, spec, state, dict(memory)])
        return len(self.tokens) - 1

    def process(self, top: Mapping[str, Any]) -> None:
        root = self.put(None, self.program.process, TaskState.STARTED, {})
        wrapper = next((was for was in _tasks(top).values() if was.spec == _WRAPPER), None)
        if wrapper is None:
            self.scope(root, top)
        elif wrapper.state & _ALIVE:
            self.put(root, self.program.losing, TaskState.WAITING, {"key": ""})
            self.scope(root, self.inner[wrapper.id])
        else:
            lost = self.program.definitions.lost_process
            assert lost is not None
            self.scope(self.put(root, lost.id, TaskState.STARTED, {}), top)

    def scope(self, around: int, tree: Mapping[str, Any]) -> None:
        """What was alive in one process or sub-process."""
        tasks = _tasks(tree)
        nodes = self.program.definitions.nodes
        hosts: dict[tuple[str | None, str], int] = {}
        borders: list[tuple[_Was, FlowNode]] = []
        for was in tasks.values():
            node = nodes.get(was.element)
            if node is None:
                continue
            if node.type == "parallelGateway":
                self.arrived(around, was, node, tasks)
            elif not was.state & _ALIVE:
                continue
            elif node.type in HUMAN_TASKS:
                hosts[was.parent, node.id] = self.put(around, node.id, TaskState.READY, {}, was.id)
            elif node.is_sub_process:
                hosts[was.parent, node.id] = place = self.put(around, node.id, TaskState.STARTED, {})
                self.scope(place, self.inner[was.id])
            elif node.type == "boundaryEvent":
                borders.append((was, node))
            elif node.type == "intermediateCatchEvent":
                self.put(around, node.id, TaskState.WAITING, _timer(was, node))
        for was, node in borders:
            host = hosts.get((was.parent, node.attached_to))
            if host is not None and timers.DUE in was.memory and was.memory.get(timers.LEFT) != 0:
                self.put(host, node.id, TaskState.WAITING, _timer(was, node))

    def arrived(self, around: int, was: _Was, node: FlowNode, tasks: Mapping[str, _Was]) -> None:
        """At a join each branch had a task of its own; one that the branch has come to counts as its token."""
        if was.state & TaskState.FINISHED_MASK:
            return
        before = tasks.get(was.parent or "")
        while before is not None and not before.element:
            before = tasks.get(before.parent or "")
        if before is None or before.state != TaskState.COMPLETED:
            return
        flow = next(flow for flow in self.program.definitions.incoming[node.id] if flow.source == before.element)
        waiting = next((one for one in self.tokens if (one[1], one[2]) == (around, node.id)), None)
        memory = waiting[4] if waiting else self.tokens[self.put(around, node.id, TaskState.WAITING, {})][4]
        memory[flow.id] = memory.get(flow.id, 0) + 1


def translated(program: Program, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What ``state.encode`` would have written."""
    made = _Translation(program, stored["inner"])
    made.process(stored["process"])
    return {"count": len(made.tokens), "tokens": made.tokens}


def _tasks(tree: Mapping[str, Any]) -> dict[str, _Was]:
    return {
        task_id: _Was(task_id, parent, state, spec, memory)
        for task_id, parent, _children, _changed, state, spec, _triggered, memory, _data in tree["tasks"]
    }


def _timer(was: _Was, node: FlowNode) -> dict[str, Any]:
    memory = {name: was.memory[name] for name in (timers.DUE, timers.LEFT) if name in was.memory}
    if timers.LEFT in memory and node.event is not None and node.event.timer is not None:
        memory[timers.EVERY] = times.cycle(node.event.timer.text).duration.text
    return memory
