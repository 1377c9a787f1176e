"""A deal tried on a draft: real forms and the real engine, a clock that can be moved, and nothing kept but scenarios.

The page carries what happened so far; each time it is played again from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bpmn import checks
from bpmn.errors import AnswersRejected, BpmnError
from bpmn.marks import Marks
from bpmn.model import Definitions, FlowNode
from bpmn.reading import read
from bpmn.scenarios import Deed, Scenario, with_scenario
from bpmn.text import Text
from engine import trying
from engine.errors import EngineError, NotAllowed
from engine.people import Person, may_design
from engine.trying import Trial
from web import context, maps
from web.forms import Control, controls, sent
from web.language import translate
from web.people import ROLE_NAMES

pages = Blueprint("trying", __name__, url_prefix="/drafts/<draft_id>/trial")

#: How long one may wait with one click.
#: In letters, what a page carries of a trial.
LONGEST = 200_000
WAITS = ("P1D", "P7D", "P30D")


@dataclass(frozen=True)
class OpenTask:
    node: FlowNode
    controls: list[Control]


@pages.before_request
def _designers_only() -> None:
    if not may_design(context.me()):
        raise NotAllowed(role="designer")


@pages.route("", methods=["GET", "POST"])
def show(draft_id: str) -> ResponseReturnValue:
    draft = context.engine().drafting.draft(draft_id, by=context.me())
    definitions = read(context.engine().drafting.source(draft_id, by=context.me())).definitions
    wrong = checks.errors(checks.run(definitions))
    if wrong:
        return render_template("trying/refused.html", draft=draft, findings=wrong), 422
    before = _deeds()
    problems: dict[str, Text] = {}
    refused: str = ""
    wanted = _wanted(definitions)
    try:
        trial = trying.play(definitions, draft.process, [*before, *wanted])
    except AnswersRejected as rejected:
        problems = rejected.problems
        trial = _as_far_as_it_goes(definitions, draft.process, before)
    except (EngineError, BpmnError) as error:
        refused = translate(error.text)
        # The draft may have changed since: what no longer happens is left out.
        trial = _as_far_as_it_goes(definitions, draft.process, before)
    failed = bool(problems or refused)
    return _page(draft_id, definitions, trial, problems, refused, draft.name), 422 if failed else 200


def _page(
    draft_id: str, definitions: Definitions, trial: Trial, problems: dict[str, Text], refused: str, name: str
) -> str:
    process = next(process for process in definitions.processes if process.executable)
    passed, current = frozenset(trial.path), frozenset(trial.tokens)
    return render_template(
        "trying/show.html",
        draft_id=draft_id,
        name=name,
        trial=trial,
        words=definitions,
        deeds=_written(trial.deeds),
        back=_written(trial.deeds[:-1]),
        tasks=[_task(definitions, element, trial, problems) for element in trial.open],
        awaited=[(one.element_id, definitions.nodes[one.element_id]) for one in trial.awaited],
        waits=WAITS,
        can_lose=definitions.lost_process is not None and not trial.outcome and not trial.ended,
        known=[(key, value) for key, value in trial.data.items() if value not in (None, "", [])],
        problems=problems,
        refused=refused,
        picture=maps.drawn(definitions, "flow", Marks(passed=passed - current, current=current)),
        scenarios=process.scenarios,
        verdicts=trying.verdicts(definitions, process.id) if "verdicts" in request.form else (),
    )


def _task(definitions: Definitions, element: str, trial: Trial, problems: dict[str, Text]) -> OpenTask:
    node = definitions.nodes[element]
    again = bool(problems) and request.form.get("of") == element
    people = tuple(Person(role, translate(Text(ROLE_NAMES[role])), roles=frozenset({role})) for role in trying.PEOPLE)
    values = sent(node.form) if again else trial.data
    return OpenTask(node, controls(node.form, values, problems if again else {}, people))


def _wanted(definitions: Definitions) -> list[Deed]:
    """What is to happen next, as the button says that was pressed."""
    do, of = request.form.get("do", ""), request.form.get("of", "")
    if not do or request.method != "POST":
        return []
    node = definitions.nodes.get(of)
    answers = []
    if do == "complete" and node is not None:
        for field, value in sent(node.form).items():
            answers += [(field, _plain(one)) for one in (value if isinstance(value, list) else [value]) if one]
    return [Deed(do, of, tuple(answers))]


def _plain(text: str) -> str:
    """Without what a file has no place for."""
    return "".join(char for char in text if char.isprintable() or char in "\n\t")


def _as_far_as_it_goes(definitions: Definitions, process: str, deeds: Sequence[Deed]) -> Trial:
    for count in range(len(deeds), 0, -1):
        try:
            return trying.play(definitions, process, deeds[:count])
        except (EngineError, BpmnError):
            continue
    return trying.play(definitions, process, ())


def _deeds() -> list[Deed]:
    """What the page says happened so far; it comes back from the browser, so it may say anything."""
    written = request.form.get("deeds", "") or "[]"
    if len(written) > LONGEST:
        return []
    try:
        told: Any = orjson.loads(written)
    except orjson.JSONDecodeError:
        return []
    found = []
    for one in told if isinstance(told, list) else []:
        match one:
            case {"do": str(do), "of": str(of), "answers": list(answers)}:
                pairs = [pair for pair in answers if isinstance(pair, list) and [*map(type, pair)] == [str, str]]
                found.append(Deed(do, _plain(of), tuple((_plain(field), _plain(value)) for field, value in pairs)))
    return found[: trying.MOST_DEEDS]


def _written(deeds: Sequence[Deed]) -> str:
    return orjson.dumps([{"do": one.do, "of": one.of, "answers": one.answers} for one in deeds]).decode()


@pages.post("/scenarios")
def keep(draft_id: str) -> ResponseReturnValue:
    """Keep the trial as a scenario of the draft: it is played before each publishing."""
    drafting = context.engine().drafting
    draft, source = drafting.draft(draft_id, by=context.me()), drafting.source(draft_id, by=context.me())
    definitions = read(source).definitions
    name = " ".join(_plain(request.form.get("name", "")).split())[:200]
    if checks.errors(checks.run(definitions)) or not name:
        flash(_("Give the scenario a name."), "error")
        return redirect(url_for("trying.show", draft_id=draft_id))
    scenario: Scenario = trying.play(definitions, draft.process, _deeds()).kept_as(name)
    drafting.save(
        draft_id,
        with_scenario(source, draft.process, scenario),
        revision=draft.revision,
        by=context.me(),
        now=context.now(),
    )
    flash(_("“%(name)s” is kept: it is played before the process is published.", name=name))
    return redirect(url_for("trying.show", draft_id=draft_id))
