"""Events of a deal's history, told as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _

from bpmn.forms import in_words
from bpmn.model import Definitions
from engine import history
from engine.desk import DealView
from engine.history import Event
from web import context
from web.language import day, money, translate


@dataclass(frozen=True)
class Told:
    """A line of the timeline."""

    text: str
    at: datetime
    by: str
    #: ``stage``, ``won``, ``loss``, ``detour`` or empty: how the line is marked.
    mark: str = ""
    #: What was written down with it.
    notes: tuple[str, ...] = ()
    #: Questions and what was answered.
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def is_quiet(self) -> bool:
        """What went without saying: left out unless everything is asked for."""
        return self.mark == "quiet"


def told(event: Event, words: Definitions, names: Mapping[str, str]) -> Told:
    node, stage = words.nodes.get(event.element_id), words.stage(event.stage_id)
    task = (node.name or node.id) if node else event.data.get("title") or event.element_id
    at = stage.name if stage else ""
    text, mark = _sentence(event, task, at, words, names)
    return Told(text, event.at, event.by_name, mark, _notes(event, words), _answers(event, words, names))


def told_of(view: DealView, words: Definitions, names: Mapping[str, str], element_id: str = "") -> list[Told]:
    """The deal's history, oldest first, or what happened at one element: each event in the words of the version that
    the deal was on then."""
    publishing, lines = context.engine().publishing, []
    for event in reversed(view.history):
        if element_id in ("", event.element_id):
            lines.append(told(event, words, names))
        if event.kind in (history.DEAL_MOVED, history.DEAL_MOVED_BACK):
            earlier = publishing.version(view.deal.process, event.data["from"])
            words = earlier.read_in(context.language())
    return lines[::-1]


def contacts_of(events: Iterable[Event], words: Definitions, names: Mapping[str, str]) -> list[Told]:
    """The report on the contact history (domain C7), in the reader's language: what was done, and what was said."""
    return [
        replace(told(event, words, names), text=_done(event, words))
        for event in events
        if event.kind in {history.TASK_COMPLETED, history.ADDED_TASK_DONE} and _done(event, words)
    ]


def _done(event: Event, words: Definitions) -> str:
    node = words.nodes.get(event.element_id)
    return node.name if node else str(event.data.get("title", ""))


def _sentence(event: Event, task: str, stage: str, words: Definitions, names: Mapping[str, str]) -> tuple[str, str]:
    match event.kind:
        case history.DEAL_OPENED:
            return _("The deal was opened"), "stage"
        case history.STAGE_ENTERED:
            return _("Entered %(stage)s", stage=stage), "stage"
        case history.TASK_OPENED:
            person = names.get(event.data.get("claimed_by", ""))
            if person:
                return _("“%(task)s” is up to %(person)s", task=task, person=person), "quiet"
            return _("“%(task)s” waits for someone to claim it", task=task), "quiet"
        case history.TASK_CLAIMED:
            return _("“%(task)s” was claimed", task=task), "quiet"
        case history.TASK_RELEASED:
            return _("“%(task)s” was given back", task=task), "quiet"
        case history.TASK_COMPLETED:
            return _("“%(task)s” was done", task=task), ""
        case history.TASK_CANCELLED:
            return _("“%(task)s” was called off", task=task), "quiet"
        case history.CHECK_TICKED | history.CHECK_CLEARED:
            item = next((i.text for s in words.stages for i in s.checklist if i.id == event.data.get("check")), "")
            if event.kind == history.CHECK_TICKED:
                return _("Checked: %(item)s", item=item), "quiet"
            return _("No longer checked: %(item)s", item=item), "quiet"
        case history.FACT_CHANGED:
            return _fact(event), "quiet"
        case history.TIMER_FIRED:
            return _("Time was up: “%(event)s”", event=task), "quiet"
        case history.DEAL_MOVED:
            return _("Moved from version %(old)d of the process to version %(new)d", **_versions(event)), ""
        case history.DEAL_MOVED_BACK:
            return _("Brought back from version %(old)d of the process to version %(new)d", **_versions(event)), ""
        case history.EVENT_CAUGHT:
            return _("“%(event)s” came", event=task), ""
        case history.DEAL_WON:
            return _("The deal was won"), "won"
        case history.DEAL_LOST:
            return _("The deal was lost at “%(task)s”", task=task) if task else _("The deal was lost"), "loss"
        case history.DEAL_UNDECIDED:
            return _("The deal ended without a decision"), "loss"
        case history.DEAL_ENDED:
            return _("The deal is closed"), "stage"
        case history.LESSON_KEPT:
            return _("What was learned was written down"), ""
        case history.LESSON_SHARED:
            return _("What was learned was shared with everyone"), ""
        case history.TASK_SKIPPED:
            return _("Detour: “%(task)s” was skipped", task=task), "detour"
        case history.STAGE_CHOSEN:
            left, reached = (words.stage(event.data[end]) for end in ("from", "to"))
            names_ = {"left": left.name if left else "–", "reached": reached.name if reached else "–"}
            return _("Detour: from “%(left)s” to “%(reached)s”", **names_), "detour"
        case history.TASK_ADDED:
            return _("Detour: the task “%(task)s” was added", task=task), "detour"
        case history.ADDED_TASK_DONE:
            return _("“%(task)s” was done", task=task), ""
        case history.DETOUR_UNDONE:
            return _undone(event, task, stage), "detour"
        case history.DELIVERED | history.UNDELIVERED | history.DELIVERY_DROPPED:
            return _delivery(event), "" if event.kind == history.DELIVERED else "loss"
    return event.kind, "quiet"


def _delivery(event: Event) -> str:
    to, kind = event.data.get("to", ""), str(event.data.get("kind"))
    if kind == "message" and event.kind == history.DELIVERED:
        return str(_("“%(to)s” reached deal %(number)d", to=to, number=event.data.get("deal", 0)))
    told = {
        ("mail", history.DELIVERED): _("A mail went to %(to)s", to=to),
        ("mail", history.UNDELIVERED): _("A mail to %(to)s was given up", to=to),
        ("mail", history.DELIVERY_DROPPED): _("A mail to %(to)s was dropped", to=to),
        ("webhook", history.DELIVERED): _("“%(to)s” was called", to=to),
        ("webhook", history.UNDELIVERED): _("Calling “%(to)s” was given up", to=to),
        ("webhook", history.DELIVERY_DROPPED): _("The call of “%(to)s” was dropped", to=to),
        ("message", history.UNDELIVERED): _("“%(to)s” was given up, and reached nobody", to=to),
        ("message", history.DELIVERY_DROPPED): _("“%(to)s” was dropped, and reached nobody", to=to),
        ("signal", history.DELIVERED): _("“%(to)s” was told to a deal that waited for it", to=to),
        ("signal", history.UNDELIVERED): _("“%(to)s” was given up for a deal that waited for it", to=to),
        ("signal", history.DELIVERY_DROPPED): _("“%(to)s” was dropped for a deal that waited for it", to=to),
    }
    return str(told[kind, event.kind])


def _undone(event: Event, task: str, stage: str) -> str:
    match event.data.get("kind"):
        case history.TASK_SKIPPED:
            return str(_("Undone: “%(task)s” is open again", task=task))
        case history.TASK_ADDED:
            return str(_("Undone: the task “%(task)s” was taken away", task=task))
        case _stage:
            return str(_("Undone: the deal is back in “%(stage)s”", stage=stage or "–"))


def _notes(event: Event, words: Definitions) -> tuple[str, ...]:
    """Why a detour was taken and what it left unchecked; what came of a task that was added."""
    left = set(event.data.get("unchecked", ()))
    items = "; ".join(item.text for stage in words.stages for item in stage.checklist if item.id in left)
    written = event.data.get("reason" if event.kind in history.DETOURS else "note", "")
    return tuple(filter(None, [written, _("Left unchecked: %(items)s", items=items) if items else ""]))


def _versions(event: Event) -> dict[str, int]:
    return {"old": event.data.get("from", 0), "new": event.data.get("to", 0)}


def _fact(event: Event) -> str:
    fact = event.data.get("fact", "")
    name = {
        "title": _("What the deal is about"),
        "account": _("Company"),
        "contact": _("Contact"),
        "value": _("Value"),
        "expected_close": _("Expected close"),
    }.get(fact, fact)
    shown = {"value": lambda text: money(float(text)), "expected_close": day}.get(fact, str)
    new, old = event.data.get("to"), event.data.get("from")
    after = shown(new) if new else "–"
    if old in (None, ""):
        return str(_("%(fact)s: %(new)s", fact=name, new=after))
    return str(_("%(fact)s: %(new)s, before %(old)s", fact=name, new=after, old=shown(old)))


def gathered(data: Mapping[str, object], words: Definitions, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The newest answer to each question that was answered, in the order of the process."""
    fields = {field.id: field for node in words.nodes.values() for field in node.form}
    return [
        (field.label, _shown(field.type, in_words(field, data[key], names)))
        for key, field in fields.items()
        if data.get(key) not in (None, "", [])
    ]


def _answers(event: Event, words: Definitions, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    node, answers = words.nodes.get(event.element_id), event.data.get("answers") or {}
    return tuple(
        (field.label, _shown(field.type, in_words(field, answers[field.id], names)))
        for field in (node.form if node else ())
        if answers.get(field.id) not in (None, "", [])
    )


def _shown(kind: str, text: str) -> str:
    if kind == "money":
        return money(float(text))
    return day(text) if kind == "date" else translate(text)
