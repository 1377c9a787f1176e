"""Four steps from nothing to a process: where it starts, the stages, each of them, the flow; by plain forms."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bpmn.drawing import editable
from bpmn.marks import Marks
from bpmn.reading import read
from bpmn.starting import Plan, PlannedStage, begun
from bpmn.text import Text
from engine.errors import NotAllowed
from engine.people import may_design
from web import context, maps
from web.choices import LANE_ROLES
from web.language import LANGUAGES, translate
from web.people import ROLE_NAMES

pages = Blueprint("starting", __name__, url_prefix="/processes/begin")

#: As many stages as people hold in their head, and then some; and letters of any one answer.
MOST_STAGES, LONGEST = 14, 2_000
#: What such stages are called, in English and French.
_QUALIFIES = re.compile(r"qualif|needs|besoin", re.IGNORECASE)
_FOLLOWS_UP = re.compile(r"follow|propos|offer|quote|suivi|relance|offre|devis", re.IGNORECASE)
STEPS = ("start", "stages", "each", "flow")


@pages.before_request
def _designers_only() -> None:
    if not may_design(context.me()):
        raise NotAllowed(role="designer")


@pages.route("", methods=["GET", "POST"])
def steps() -> ResponseReturnValue:
    """One step after the other; what was said in the others travels along in the form, so that nothing is kept yet."""
    asked = request.form.get("step", "start")
    asked = asked if asked in STEPS else "start"
    wanted = request.form.get("to", "")
    step, problems = (wanted if wanted in STEPS else asked), dict[str, str]()
    if request.method == "POST" and _is_onward(asked, wanted):
        # What an earlier step lacks is asked for there.
        for earlier in STEPS[: STEPS.index(asked) + 1]:
            if problems := _problems(earlier):
                step = earlier
                break
    if wanted == "open" and not problems:
        taken = [version.process for version in context.engine().publishing.processes()]
        source = editable(begun(_plan(), taken))
        draft = context.engine().drafting.begin(source, by=context.me(), now=context.now())
        return redirect(url_for("drafts.edit", draft_id=draft.id))
    return _page(step, problems), 422 if problems else 200


def _is_onward(asked: str, wanted: str) -> bool:
    return wanted == "open" or (wanted in STEPS and STEPS.index(wanted) > STEPS.index(asked))


def _page(step: str, problems: dict[str, str]) -> str:
    plan = _plan() if step == "flow" else None
    return render_template(
        "starting/steps.html",
        step=step,
        number=STEPS.index(step) + 1,
        said={name: _said(name) for name in ("name", "goal", "start", "stages")},
        language=_language(),
        stages=_stages(),
        qualifies=_qualifies(),
        follows_up=_follows_up(),
        roles=[(role, translate(Text(ROLE_NAMES[role]))) for role in LANE_ROLES],
        problems=problems,
        picture=maps.drawn(read(begun(plan)).definitions, "detail", Marks()) if plan else "",
    )


def _problems(step: str) -> dict[str, str]:
    """By the name of its control, what keeps this step from being done."""
    found: dict[str, str] = {}
    if step == "start":
        needed = {
            "name": _("Give the process a name."),
            "goal": _("Say what it is for: a number and a date."),
            "start": _("Say what happens when a deal begins."),
        }
        found |= {name: told for name, told in needed.items() if not _said(name)}
    if step == "stages":
        count = len(_names())
        if not 2 <= count <= MOST_STAGES:
            found["stages"] = _(
                "Name 2 to %(most)d stages, one in a line; there are %(count)d.", most=MOST_STAGES, count=count
            )
    return found


def _said(name: str) -> str:
    text = _plain(request.form.get(name, ""))
    return text if name == "stages" else " ".join(text.split())


def _plain(text: str) -> str:
    """Without what XML has no place for."""
    return "".join(char for char in text[:LONGEST] if char.isprintable() or char in "\n\t ").strip()


def _language() -> str:
    wanted = request.form.get("language", "")
    return wanted if wanted in LANGUAGES else context.language()


def _names() -> list[str]:
    return [" ".join(line.split())[:200] for line in _said("stages").splitlines() if line.strip()]


def _stages() -> list[PlannedStage]:
    def said(number: int, name: str) -> str:
        return _plain(request.form.get(f"{name}.{number}", ""))

    return [
        PlannedStage(
            name,
            entry=" ".join(said(number, "entry").split()),
            details=" ".join(said(number, "details").split()),
            checklist=tuple(" ".join(line.split()) for line in said(number, "checklist").splitlines() if line.strip()),
            task=" ".join(said(number, "task").split())[:200],
            role=said(number, "role") if said(number, "role") in LANE_ROLES else "rep",
        )
        for number, name in enumerate(_names()[:MOST_STAGES])
    ]


def _qualifies() -> int:
    return _place("qualifies", _QUALIFIES, 1)


def _follows_up() -> int:
    return _place("follows_up", _FOLLOWS_UP, len(_names()) - 2)


def _place(name: str, called: re.Pattern[str], otherwise: int) -> int:
    """Of a stage, by its number: the one that was chosen, else the last that is called so."""
    names = _names()[:MOST_STAGES]
    found = max((number for number, one in enumerate(names) if called.search(one)), default=otherwise)
    return min(max(request.form.get(name, found, type=int), 0), max(len(names) - 1, 0))


def _plan() -> Plan:
    return Plan(
        language=_language(),
        name=_said("name")[:200],
        goal=_said("goal")[:LONGEST],
        start=_said("start")[:200],
        stages=tuple(_stages()),
        qualifies=_qualifies(),
        follows_up=_follows_up(),
    )
