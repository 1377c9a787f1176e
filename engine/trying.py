"""A deal tried on a process that nobody runs yet: on the real engine, with a clock that can be moved, and nothing kept.

A trial is what happened in it, played again from the start each time; kept with what came of it, that is a scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bpmn import times
from bpmn.apart import Ended, Places
from bpmn.errors import AnswersRejected, BpmnError
from bpmn.forms import clean
from bpmn.model import Definitions
from bpmn.text import N_, Text
from bpmn.values import Deed, Scenario
from engine import spiff
from engine.errors import EngineError
from engine.people import SALES_ROLES
from engine.spiff import Awaited, Program, Service, Step

#: When trials begin, so that the same deeds always lead to the same.
BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
#: Those who can be chosen in a trial: one of each role.
PEOPLE = {role: role for role in sorted(SALES_ROLES)}
#: For all scenarios of a process, in seconds.
TIME_LIMIT = 20.0
_places = Places(at_once=1, waiting=2)
#: Deeds of one trial, and timers that may fire while it waits.
MOST_DEEDS, MOST_FIRED = 200, 500


@dataclass(frozen=True, slots=True)
class Happened:
    """What came of a deed; the first one is the beginning."""

    deed: Deed | None
    at: datetime
    #: Flow nodes that were passed, in order, and the timers among them that fired.
    path: tuple[str, ...]
    fired: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    happened: tuple[Happened, ...]
    at: datetime
    #: The elements of open tasks, each once, and what else is waited for.
    open: tuple[str, ...]
    awaited: tuple[Awaited, ...]
    due: datetime | None
    tokens: tuple[str, ...]
    data: Mapping[str, Any]
    outcome: str
    ended: bool

    @property
    def deeds(self) -> tuple[Deed, ...]:
        return tuple(one.deed for one in self.happened if one.deed is not None)

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(element for one in self.happened for element in one.path)

    def kept_as(self, name: str) -> Scenario:
        return Scenario(name, self.deeds, self.path, self.outcome)


class CannotHappen(EngineError):
    """A deed of a trial that is not possible where the deal is then."""

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        #: What had been passed until then.
        self.path: tuple[str, ...] = ()
        super().__init__(**values)


def play(definitions: Definitions, process: str, deeds: Sequence[Deed]) -> Trial:
    """Raises CannotHappen, AnswersRejected or RunFailed for the first deed that does not work."""
    if len(deeds) > MOST_DEEDS:
        raise CannotHappen(N_("A trial has at most %(most)d steps. Begin another one."), most=MOST_DEEDS)
    return _Player(definitions, process).play(deeds)


def verdicts(definitions: Definitions, process: str, *, time_limit: float = TIME_LIMIT) -> list[Text | None]:
    """Of each scenario of the process, played where it can be ended; see ``verdict``."""
    found = definitions.process(process)
    if found is None or not found.scenarios:
        return []
    try:
        return _places.made(_verdicts, definitions, process, found.scenarios, time_limit=time_limit)
    except Ended as ended:
        busy = N_("others are being tried. Try again in a moment.")
        slow = N_("its scenarios take too long. Make them fewer or shorter.")
        return [Text(busy if ended.why == "busy" else slow)] * len(found.scenarios)


def _verdicts(definitions: Definitions, process: str, scenarios: Sequence[Scenario]) -> list[Text | None]:
    return [verdict(definitions, process, scenario) for scenario in scenarios]


def verdict(definitions: Definitions, process: str, scenario: Scenario) -> Text | None:
    """Why a scenario fails; None where all is as it says."""
    try:
        trial = _Player(definitions, process, scenario.path).play(scenario.deeds[:MOST_DEEDS])
    except AnswersRejected as rejected:
        field, problem = next(iter(rejected.problems.items()))
        return Text(N_("the answer to '%(field)s' is refused: %(problem)s"), {"field": field, "problem": problem})
    except CannotHappen as cannot:
        if cannot.path != scenario.path[: len(cannot.path)]:
            # It went another way before that.
            return _parted(definitions, cannot.path, scenario.path)
        return cannot.text
    except (EngineError, BpmnError) as error:
        return error.text
    if trial.path != scenario.path:
        return _parted(definitions, trial.path, scenario.path)
    if trial.outcome != scenario.outcome:
        values = {"outcome": trial.outcome or "–", "wanted": scenario.outcome or "–"}
        return Text(N_("its outcome is %(outcome)s instead of %(wanted)s."), values)
    return None


def _parted(definitions: Definitions, path: Sequence[str], wanted: Sequence[str]) -> Text:
    place = next(
        (n for n, (one, other) in enumerate(zip(path, wanted, strict=False)) if one != other),
        min(len(path), len(wanted)),
    )

    def called(elements: Sequence[str], at: int) -> str:
        node = definitions.nodes.get(elements[at]) if 0 <= at < len(elements) else None
        return node.name or node.id if node else "–"

    values = {"before": called(path, place - 1), "found": called(path, place), "wanted": called(wanted, place)}
    return Text(N_("after '%(before)s' comes '%(found)s' instead of '%(wanted)s'."), values)


class _Player:
    def __init__(self, definitions: Definitions, process: str, wanted: tuple[str, ...] | None = None) -> None:
        """``wanted``: the path that is to be taken; where it is left, there is nothing more to play."""
        self.wanted = wanted
        self.definitions = definitions
        self.program: Program = spiff.build(definitions, process)
        self.now = BEGINNING
        self.services: Mapping[str, Service] = {
            "find_record": lambda data: {"record_found": False},
            "contact_history": lambda data: {"contact_history": ""},
        }

    def play(self, deeds: Sequence[Deed]) -> Trial:
        if not self.program.beginning:
            raise CannotHappen(N_("This process begins by a message or signal, so it cannot be tried by itself."))
        step = spiff.start(self.program, now=self.now, services=self.services)
        happened = [self._told(None, [step])]
        for deed in deeds:
            if step.ended:
                raise CannotHappen(N_("The deal has ended before that."))
            try:
                steps = [*self._steps(deed, step)]
            except CannotHappen as cannot:
                cannot.path = tuple(element for one in happened for element in one.path)
                raise
            step = replace(steps[-1], outcome=step.outcome or steps[-1].outcome) if steps else step
            happened.append(self._told(deed, steps))
            path = tuple(element for one in happened for element in one.path)
            if self.wanted is not None and path != self.wanted[: len(path)]:
                break
        return Trial(
            happened=tuple(happened),
            at=self.now,
            open=tuple(dict.fromkeys(task.element_id for task in step.open)),
            awaited=step.awaited,
            due=step.due,
            tokens=step.tokens,
            data={**self.definitions.questions, **step.data},
            outcome=step.outcome or ("no_decision" if step.ended else ""),
            ended=step.ended,
        )

    def _told(self, deed: Deed | None, steps: Sequence[Step]) -> Happened:
        path = tuple(element for step in steps for element in step.path if element in self.definitions.nodes)
        return Happened(deed, self.now, path, tuple(element for step in steps for element in step.fired))

    def _steps(self, deed: Deed, step: Step) -> Iterator[Step]:
        here: dict[str, Any] = {"known": step.data, "services": self.services}
        match deed.do:
            case "complete":
                yield self._complete(deed, step, here)
            case "wait":
                yield from self._wait(deed, step)
            case "lose":
                yield spiff.lose(self.program, step.state, now=self.now, **here)
            case "catch":
                found = next((one for one in step.awaited if one.element_id == deed.of), None)
                if found is None:
                    raise CannotHappen(N_("Nothing waits at '%(name)s' then."), name=self._called(deed.of))
                yield spiff.catch(self.program, step.state, found.kind, found.name, key=None, now=self.now, **here)
            case other:
                raise CannotHappen(N_("'%(deed)s' is nothing that can happen in a trial."), deed=other)

    def _complete(self, deed: Deed, step: Step, here: Mapping[str, Any]) -> Step:
        token = next((task.token for task in step.open if task.element_id == deed.of), None)
        if token is None:
            names = ", ".join(f"'{self._called(one.element_id)}'" for one in step.open)
            if names:
                template = N_("The task '%(name)s' is not open then. Open are: %(open)s.")
                raise CannotHappen(template, name=self._called(deed.of), open=names)
            raise CannotHappen(N_("The task '%(name)s' is not open then, nor any other."), name=self._called(deed.of))
        raw: dict[str, Any] = {}
        form = self.definitions.nodes[deed.of].form
        several = {field.id for field in form if field.type == "choices"}
        for field, value in deed.answers:
            raw[field] = [*raw.get(field, []), value] if field in several else value
        answers = clean(form, raw, people=PEOPLE)
        return spiff.complete(self.program, step.state, token, answers, now=self.now, **here)

    def _wait(self, deed: Deed, step: Step) -> Iterator[Step]:
        """Every timer on the way fires at its own time."""
        try:
            until = times.duration(deed.of).after(self.now)
        except OverflowError:
            raise CannotHappen(N_("Nobody waits so long. Wait for less.")) from None
        fired = 0
        while step.due is not None and step.due <= until and not step.ended:
            fired += 1
            if fired > MOST_FIRED:
                raise CannotHappen(N_("More than %(most)d timers fire in that time. Wait for less."), most=MOST_FIRED)
            self.now = max(self.now, step.due)
            step = spiff.wake(self.program, step.state, known=step.data, now=self.now, services=self.services)
            yield step
        self.now = until

    def _called(self, element: str) -> str:
        node = self.definitions.nodes.get(element)
        return node.name or node.id if node else element
