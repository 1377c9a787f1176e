"""The playbook: a process as a document to read from front to back, or to print, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bpmn.drawing import OutlineRow, outline
from bpmn.drawing.conditions import in_short
from bpmn.model import Definitions, FlowNode, Stage
from engine.versions import Published
from web import context, maps
from web.choices import BUYER_STEPS, FIELD_TYPES
from web.maps import Subject

pages = Blueprint("playbook", __name__, url_prefix="/processes/<process>")


@dataclass(frozen=True)
class Step:
    """A step as the playbook tells it: what is said of it, and where it leads."""

    row: OutlineRow
    node: FlowNode
    who: str
    #: When a deal goes there, and to what; the last is taken by default where that is so.
    ways: tuple[tuple[str, str], ...]


@pages.get("/playbook")
def newest(process: str) -> ResponseReturnValue:
    return _page(context.engine().publishing.latest(process))


@pages.get("/versions/<int:number>/playbook")
def show(process: str, number: int) -> ResponseReturnValue:
    return _page(context.engine().publishing.version(process, number))


def _page(published: Published) -> ResponseReturnValue:
    words = published.read_in(context.language())
    chapters: list[tuple[Stage | None, list[Step]]] = [(stage, _steps(words, stage)) for stage in (*words.stages, None)]
    return render_template(
        "playbook/show.html",
        version=published.version,
        process=words.process(published.version.process),
        picture=maps.inline(Subject(published), level="overview"),
        flow=maps.inline(Subject(published)),
        chapters=[(stage, steps) for stage, steps in chapters if stage or steps],
        kinds=FIELD_TYPES,
        buyer_steps=BUYER_STEPS,
    )


def _steps(words: Definitions, stage: Stage | None) -> list[Step]:
    """What is in the stage, in the order of the map; for None, what is in no stage: the lost path."""
    found = []
    for row in outline(words):
        node = words.nodes.get(row.id)
        if node is None or words.stage_of(row.id) != stage:
            continue
        lane = words.lane_of(row.id)
        if _says_something(node):
            found.append(Step(row, node, lane.name if lane else "", _ways(words, node)))
    return found


def _says_something(node: FlowNode) -> bool:
    """Starts and ends without a word are on the map, and need no paragraph."""
    return bool(node.documentation or node.form or node.questions or node.type.endswith(("Task", "task", "Gateway")))


def _ways(words: Definitions, node: FlowNode) -> tuple[tuple[str, str], ...]:
    flows = words.outgoing.get(node.id, ())
    if len(flows) < 2:
        return ()
    ordered = sorted(flows, key=lambda flow: flow.id == node.default)
    return tuple(
        (flow.name or in_short(flow.condition), words.nodes[flow.target].name or flow.target)
        for flow in ordered
        if flow.target in words.nodes
    )
