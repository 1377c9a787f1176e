"""A plan as a BPMN file: a task for each stage, qualification by four criteria, follow-ups, a lesson either way.

Places are not its business: the layout gives them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lxml import etree

from bpmn import names
from bpmn.model import DEAL_LOST
from bpmn.names import bpmn, sales
from bpmn.sales import ROLES
from bpmn.starting.plan import Plan, PlannedStage, ids_of
from bpmn.starting.words import WORDS

_CRITERIA = ("needs", "sees", "budget", "decides")


def begun(plan: Plan, taken: Iterable[str] = ()) -> bytes:
    """The file, without a diagram. ``taken``: ids of processes that there are, which a new one cannot have."""
    return etree.tostring(
        _Builder(plan, taken).definitions(), encoding="UTF-8", xml_declaration=True, pretty_print=True
    )


class _Exit(NamedTuple):
    """Where a flow comes from: the node, what the flow is called, and when it is taken."""

    node: etree._Element
    name: str = ""
    condition: str = ""


class _Builder:
    def __init__(self, plan: Plan, taken: Iterable[str]) -> None:
        self.plan, self.words = plan, WORDS[plan.language]
        self.process_id = ids_of(["new", "begin", *taken, plan.name])[-1]
        self.stages = [f"Stage_{one}" for one in ids_of([stage.name for stage in plan.stages])]
        #: Lane to the nodes in it.
        self.lanes: dict[str, list[str]] = {}
        self.process = etree.Element(bpmn("process"), id=self.process_id, name=plan.name, isExecutable="true")

    def definitions(self) -> etree._Element:
        root = etree.Element(
            bpmn("definitions"),
            {f"{{{names.XML}}}lang": self.plan.language, "id": "Definitions", "targetNamespace": names.SALES},
            nsmap={"bpmn": names.BPMN, "sales": names.SALES, "xsi": names.XSI},
        )
        category = _add(root, "category", id="Stages", name="Stages")
        for id_, stage in zip(self.stages, self.plan.stages, strict=True):
            category.append(self._stage(id_, stage))
        _add(root, "message", id="Message_deal_lost", name=DEAL_LOST)
        pool = _add(root, "collaboration", id="Collaboration")
        _add(pool, "participant", id="Pool", name=self.words["pool"], processRef=self.process_id)
        root.append(self.process)
        self._own(self.process, ("goal", {}, self.plan.goal))
        lanes = _add(self.process, "laneSet", id="Lanes")
        self._way_to_win()
        self._lost_path()
        for role in ROLES:
            if role in self.lanes:
                lane = _add(lanes, "lane", id=f"Lane_{role}", name=self.words[role])
                self._own(lane, ("role", {}, role))
                for node in self.lanes[role]:
                    _add(lane, "flowNodeRef").text = node
        return root

    def _stage(self, id_: str, stage: PlannedStage) -> etree._Element:
        value = etree.Element(bpmn("categoryValue"), id=id_, value=stage.name)
        owner = self.words[stage.role]
        card = etree.SubElement(_add(value, "extensionElements"), sales("stage"), owner=owner)
        for name, text in (("entry", stage.entry), ("details", stage.details)):
            if text:
                etree.SubElement(card, sales(name)).text = text
        for item, text in zip(ids_of(stage.checklist), stage.checklist, strict=True):
            etree.SubElement(card, sales("check"), id=f"{id_}_{item}").text = text
        return value

    # The way to a deal that is won

    def _way_to_win(self) -> None:
        first, last = self.plan.stages[0], self.plan.stages[-1]
        before = _Exit(self._node("startEvent", "Start", self.plan.start, first.role, self.stages[0]))
        for number, (id_, stage) in enumerate(zip(self.stages, self.plan.stages, strict=True)):
            before = self._stage_steps(number, id_, stage, before)
        task = self._node("userTask", "Task_write_lesson", self.words["learn_won"], last.role, self.stages[-1])
        fields = (
            _field("won_reason", "text", self.words["why_won"], required=True),
            _field("won_lesson", "long_text", self.words["lesson"], required=True),
        )
        lesson = ("lesson", {"about": "won", "reason": "won_reason", "text": "won_lesson", "share": "true"}, "")
        self._own(task, _form(*fields), lesson)
        self._flow(before, task)
        end = self._node("endEvent", "End_won", self.words["won"], last.role, self.stages[-1])
        self._own(end, ("outcome", {}, "won"))
        self._flow(_Exit(task), end)

    def _stage_steps(self, number: int, id_: str, stage: PlannedStage, before: _Exit) -> _Exit:
        words, key = self.words, id_.removeprefix("Stage_")
        qualifies = number == self.plan.qualifies
        name = stage.task or (words["qualify"] if qualifies else words["do"] % stage.name)
        task = self._node("userTask", f"Task_{key}", name, stage.role, id_)
        fields = [_field(f"{key}_said", "long_text", words["said"], help=words["said_help"], required=True)]
        if number == 0:
            fields[:0] = [
                _field("company", "text", words["company"], required=True, sets="account"),
                _field("contact_name", "text", words["contact"], sets="contact"),
            ]
        if qualifies:
            fields += [_field(one, "yes_no", words[one], required=True) for one in _CRITERIA]
            fields.append(_field("deal_value", "money", words["value"], sets="value"))
        else:
            fields.append(_field(f"{key}_next", "date", words["next"]))
        self._own(task, _form(*fields), ("due", {"after": "P7D"}, ""), ("touch", {}, ""))
        self._flow(before, task)
        before = _Exit(task)
        if qualifies:
            before = self._choice("qualified", " and ".join(_CRITERIA), "give_up", stage.role, id_, before)
        if number == self.plan.follows_up:
            before = self._follow_up(stage.role, id_, before)
            before = self._choice("says", "answer == 'positive'", "give_up_deal", stage.role, id_, before)
        return before

    def _choice(self, name: str, condition: str, end: str, role: str, stage: str, before: _Exit) -> _Exit:
        """A gateway whose other way gives the deal up: the lost path begins."""
        gateway = self._node("exclusiveGateway", f"Gateway_{name}", self.words[name], role, stage)
        self._flow(before, gateway)
        gone = self._node("endEvent", f"End_{end}", self.words[end], role, stage)
        _add(gone, "messageEventDefinition", id=f"End_{end}_message", messageRef="Message_deal_lost")
        gateway.set("default", self._flow(_Exit(gateway, self.words["no"]), gone))
        return _Exit(gateway, self.words["yes"], condition)

    def _follow_up(self, role: str, stage: str, before: _Exit) -> _Exit:
        words = self.words
        inside = self._node("subProcess", "SubProcess_follow_up", words["follow_up"], role, stage)
        self._flow(before, inside)
        start = self._node("startEvent", "Start_follow_up", words["sent"], "", stage, inside)
        answer = self._node("userTask", "Task_answer", words["answer"], "", stage, inside)
        options = [(one, words[one]) for one in ("positive", "not_now", "refused")]
        self._own(
            answer,
            _form(_field("answer", "choice", words["answer_label"], options, required=True)),
            ("due", {"after": "P28D"}, ""),
        )
        timer = self._node("boundaryEvent", "Timer_follow_up", words["every_week"], "", stage, inside)
        timer.set("attachedToRef", "Task_answer")
        timer.set("cancelActivity", "false")
        weekly = _add(timer, "timerEventDefinition", id="Timer_follow_up_every_week")
        _expression(_add(weekly, "timeCycle"), "R7/P7D")
        touch = self._node("userTask", "Task_touch", words["touch"], "", stage, inside)
        channels = [(one, words[one]) for one in ("call", "mail", "meeting")]
        self._own(
            touch,
            _form(
                _field("channel", "choice", words["channel"], channels, required=True),
                _field("touch_said", "long_text", words["said"]),
            ),
            ("due", {"after": "P2D"}, ""),
            ("touch", {}, ""),
        )
        touched = self._node("endEvent", "End_touched", words["touched"], "", stage, inside)
        gateway = self._node("exclusiveGateway", "Gateway_decided", words["decided"], "", stage, inside)
        decided = self._node("endEvent", "End_decided", words["has_decided"], "", stage, inside)
        _add(decided, "terminateEventDefinition", id="End_decided_all")
        for one, other in (
            (_Exit(start), answer),
            (_Exit(answer), gateway),
            (_Exit(gateway, words["no"], "answer == 'not_now'"), answer),
            (_Exit(timer), touch),
            (_Exit(touch), touched),
        ):
            self._flow(one, other, inside)
        gateway.set("default", self._flow(_Exit(gateway, words["yes"]), decided, inside))
        return _Exit(inside)

    # The way of a deal that is lost

    def _lost_path(self) -> None:
        words = self.words
        lost = self._node("subProcess", "SubProcess_lost", words["lost_path"], "team_leader", "")
        lost.set("triggeredByEvent", "true")
        start = self._node("startEvent", "Start_lost", words["is_lost"], "", "", lost)
        _add(start, "messageEventDefinition", id="Start_lost_message", messageRef="Message_deal_lost")
        history = self._node("serviceTask", "Task_contact_history", words["history"], "", "", lost)
        self._own(history, ("service", {"name": "contact_history"}, ""))
        why = self._node("userTask", "Task_say_why", words["learn_lost"], "", "", lost)
        reasons = [(one, words[one]) for one in ("price", "timing", "competitor", "no_need", "quiet", "other")]
        self._own(
            why,
            _form(
                _field("lost_reason", "choice", words["why_lost"], reasons, required=True),
                _field("lost_lesson", "long_text", words["lesson"], required=True),
            ),
            ("due", {"after": "P3D"}, ""),
            ("lesson", {"about": "lost", "reason": "lost_reason", "text": "lost_lesson"}, ""),
        )
        _done_by(why, "rep")
        share = self._node("userTask", "Task_share_lesson", words["share"], "", "", lost)
        self._own(
            share,
            _form(_field("lesson_shared", "long_text", words["for_all"], required=True)),
            ("due", {"after": "P7D"}, ""),
            ("lesson", {"about": "lost", "text": "lesson_shared", "share": "true"}, ""),
        )
        _done_by(share, "team_leader")
        end = self._node("endEvent", "End_lost", words["lost"], "", "", lost)
        self._own(end, ("outcome", {}, "lost"))
        nodes = (start, history, why, share, end)
        for one, other in itertools.pairwise(nodes):
            self._flow(_Exit(one), other, lost)

    # Parts

    def _node(
        self, kind: str, id_: str, name: str, role: str, stage: str, inside: etree._Element | None = None
    ) -> etree._Element:
        """``role``: whose lane it is in; empty inside a sub-process, which is in one."""
        node = _add(self.process if inside is None else inside, kind, id=id_, name=name)
        if stage:
            _add(node, "categoryValueRef").text = stage
        if role:
            self.lanes.setdefault(role, []).append(id_)
        return node

    def _flow(self, before: _Exit, other: etree._Element, inside: etree._Element | None = None) -> str:
        """The id of the flow."""
        ends = before.node.get("id", ""), other.get("id", "")
        flow = _add(self.process if inside is None else inside, "sequenceFlow", id=f"Flow_{ends[0]}_{ends[1]}")
        if before.name:
            flow.set("name", before.name)
        flow.set("sourceRef", ends[0])
        flow.set("targetRef", ends[1])
        if before.condition:
            _expression(_add(flow, "conditionExpression"), before.condition)
        return flow.get("id", "")

    def _own(self, element: etree._Element, *parts: tuple[str, dict[str, str], str] | etree._Element) -> None:
        """Elements of ours, in the order of the schema: behind the documentation, before everything else."""
        held = etree.Element(bpmn("extensionElements"))
        for part in parts:
            if isinstance(part, tuple):
                name, attributes, text = part
                etree.SubElement(held, sales(name), attributes).text = text or None
            else:
                held.append(part)
        element.insert(0, held)


def _add(parent: etree._Element, kind: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, bpmn(kind), attributes)


def _expression(element: etree._Element, text: str) -> None:
    element.set(f"{{{names.XSI}}}type", "bpmn:tFormalExpression")
    element.text = text


def _form(*fields: etree._Element) -> etree._Element:
    form = etree.Element(sales("form"))
    form.extend(fields)
    return form


def _field(
    id_: str,
    kind: str,
    label: str,
    options: Sequence[tuple[str, str]] = (),
    *,
    help: str = "",
    required: bool = False,
    sets: str = "",
) -> etree._Element:
    field = etree.Element(sales("field"), id=id_, type=kind, label=label)
    for name, value in (("help", help), ("required", "true" if required else ""), ("sets", sets)):
        if value:
            field.set(name, value)
    for value, said in options:
        etree.SubElement(field, sales("option"), value=value, label=said)
    return field


def _done_by(task: etree._Element, role: str) -> None:
    owner = _add(task, "potentialOwner", id=f"{task.get('id')}_owner")
    _add(_add(owner, "resourceAssignmentExpression"), "formalExpression").text = role
