"""The card of an element or a stage: all that its process says of it, beside its map or on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from bpmn.drawing import OutlineRow, outline
from bpmn.drawing.conditions import in_short
from bpmn.model import Definitions, FlowNode, Stage
from bpmn.text import Text
from engine.desk import DealView
from engine.versions import Published
from web import context
from web.choices import BUYER_STEPS
from web.comments import threads
from web.history import Told, told_of
from web.language import translate
from web.lessons import LessonShown

pages = Blueprint("cards", __name__, url_prefix="/processes/<process>/versions/<int:number>/elements")


@dataclass(frozen=True)
class Way:
    """A flow out of an element, or into it."""

    label: str
    node: FlowNode
    is_default: bool


@pages.get("/<path:element_id>")
def show(process: str, number: int, element_id: str) -> ResponseReturnValue:
    published = context.engine().publishing.version(process, number)
    words = published.read_in(context.language())
    view = _deal(published)
    stage, row = words.stage(element_id), next((one for one in outline(words) if one.id == element_id), None)
    if stage is not None:
        return _stage_page(published, words, stage, view)
    return _element_page(published, words, row, view) if row is not None else abort(404)


def _deal(published: Published) -> DealView | None:
    """The deal on whose map the card is looked at, if it runs on this version."""
    number = request.args.get("deal", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    view = context.engine().desk.deal(context.me(), int(number))
    return view if view.published.version.id == published.version.id else None


def _stage_page(published: Published, words: Definitions, stage: Stage, view: DealView | None) -> str:
    lessons = context.engine().lessons.at_stage(published.version.process, stage.id)
    return render_template(
        "cards/stage.html",
        version=published.version,
        words=words,
        process_name=_name(published, words),
        view=view,
        threads=threads(published.version.process, stage.id),
        names=context.engine().desk.names(),
        stage=stage,
        buyer_step=translate(Text(BUYER_STEPS.get(stage.buyer_step, stage.buyer_step))),
        steps=[words.nodes[row.id] for row in outline(words) if words.stage_of(row.id) == stage],
        ticked={one.check_id: one for one in view.ticked} if view else {},
        lessons=[LessonShown(one) for one in lessons],
    )


def _element_page(published: Published, words: Definitions, row: OutlineRow, view: DealView | None) -> str:
    node, stage = words.nodes.get(row.id), words.stage_of(row.id)
    lessons = context.engine().lessons.at_stage(published.version.process, stage.id, row.id) if stage else []
    return render_template(
        "cards/element.html",
        version=published.version,
        words=words,
        process_name=_name(published, words),
        view=view,
        threads=threads(published.version.process, row.id),
        names=context.engine().desk.names(),
        row=row,
        node=node,
        stage=stage,
        lane=words.lane_of(row.id) if node else None,
        leads=_ways(words, row.id, "outgoing"),
        comes=_ways(words, row.id, "incoming"),
        at_border=words.boundary_events.get(row.id, ()),
        events=_events(view, words, row.id) if view else [],
        lessons=[LessonShown(one) for one in lessons],
    )


def _name(published: Published, words: Definitions) -> str:
    process = words.process(published.version.process)
    return (process.name if process else "") or published.version.name


def _ways(words: Definitions, element_id: str, direction: str) -> list[Way]:
    flows = getattr(words, direction).get(element_id, ())
    other, node = ("target" if direction == "outgoing" else "source"), words.nodes.get(element_id)
    return [
        Way(flow.name or in_short(flow.condition), end, bool(node) and flow.id == words.nodes[flow.source].default)
        for flow in flows
        if (end := words.nodes.get(getattr(flow, other))) is not None
    ]


def _events(view: DealView, words: Definitions, element_id: str) -> list[Told]:
    """What happened in the deal at this element, newest first."""
    lines = told_of(view, words, context.engine().desk.names(), element_id)
    return [line for line in reversed(lines) if not line.is_quiet]
