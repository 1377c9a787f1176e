"""What stands in a BPMN 2.0 file, as values, with the sales facts that stages and tasks carry."""

from __future__ import annotations

from dataclasses import dataclass

from bpmn.forms import Form
from bpmn.mails import Mail
from bpmn.names import SUB_PROCESSES
from bpmn.text import Text


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer's text as the designer wrote it. ``kind`` is ``date``, ``duration`` or ``cycle`` (ISO 8601)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws: ``message``, ``timer``, ``signal``, ``error``, ``escalation``,
    ``conditional``, ``terminate``, ``link``, ``cancel`` or ``compensate``."""

    kind: str
    #: The id of the message, signal, error or escalation, and its name (None where the reference leads nowhere).
    ref: str | None = None
    name: str | None = None
    timer: Timer | None = None
    condition: str | None = None
    #: Of an error or escalation: what a catching event is told apart by.
    code: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """``standard``, ``parallel`` or ``sequential`` (the last two are multi-instance; BPMN 2.0.2, section 10.3.8).

    All but the names are expressions, empty where the file says nothing.
    """

    kind: str
    #: Multi-instance: how many, or the name of the list with an item for each, and the name of the item.
    cardinality: str = ""
    collection: str = ""
    item: str = ""
    #: The name of the list that collects a result of each instance, and the expression of the result.
    results: str = ""
    result: str = ""
    #: Once it holds, the instances that are left are not needed.
    completion: str = ""
    #: Standard loop: goes on while it holds; asked before the first time too, or only after it.
    condition: str = ""
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """``sales:lesson`` on a user task: which of its fields become a lesson, and whether it is shared with everyone."""

    about: str = "lost"
    reason: str = ""
    text: str = ""
    share: bool = False


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A task, gateway, event, sub-process or call activity. ``type`` is its BPMN element name."""

    id: str
    type: str
    name: str = ""
    scope: str = ""
    line: int = 0
    documentation: str = ""
    #: The stage's id (``categoryValueRef``), empty when it belongs to none.
    stage: str = ""
    events: tuple[EventDefinition, ...] = ()
    #: For a boundary event: its host, and whether it interrupts it. For the start of an event sub-process: whether it
    #: interrupts the scope around it.
    attached_to: str = ""
    interrupting: bool = True
    default: str = ""
    loop: Loop | None = None
    compensation: bool = False
    #: A sub-process that an event starts.
    triggered_by_event: bool = False
    called_element: str = ""
    script: str = ""
    parallel_multiple: bool = False
    #: A gateway or receive task that would start a process by itself.
    instantiate: bool = False
    # What sales adds:
    form: Form = ()
    questions: tuple[str, ...] = ()
    #: ISO 8601 duration in which the task should be done.
    time_limit: str = ""
    #: A completed task of this kind is one touch of the buyer (domain P4).
    touch: bool = False
    lesson: Lesson | None = None
    #: The role that does it, where the lane does not tell (``potentialOwner``).
    performer: str = ""
    #: For a service task: the service of ours it asks for.
    service: str = ""
    #: For a send task: the mail that it sends, or the name of the webhook that it calls.
    mail: Mail | None = None
    webhook: str = ""
    #: For an end event: ``won``, ``lost`` or ``no_decision``.
    outcome: str = ""
    #: For a message: an expression; a message reaches who waits with the same value (``sales:correlate``).
    correlate: str = ""
    #: For a thrown message: what it carries, as pairs of name and expression (``sales:value``).
    carries: tuple[tuple[str, str], ...] = ()
    #: The client profiles that matter at this step, by their ids.
    profiles: tuple[str, ...] = ()
    #: Warnings that the designer has silenced here, each with a reason: their rules.
    silenced: frozenset[str] = frozenset()

    @property
    def is_sub_process(self) -> bool:
        return self.type in SUB_PROCESSES

    @property
    def event(self) -> EventDefinition | None:
        return self.events[0] if self.events else None


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    scope: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class MessageFlow:
    id: str
    source: str
    target: str
    name: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Association:
    """An association, or a data association (``directed``)."""

    id: str
    source: str
    target: str
    directed: bool = False
    #: A data association that changes what it carries (``transformation``, ``assignment``).
    computes: bool = False


@dataclass(frozen=True, slots=True)
class Artifact:
    """A ``textAnnotation``, ``group``, ``dataObjectReference``, ``dataStoreReference``...: seen, not run."""

    id: str
    type: str
    name: str = ""
    scope: str = ""
    line: int = 0
    #: For a group: the id of the stage that it shows (``categoryValueRef``), empty when it shows none.
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """Who does it. ``role`` is the key of one of our roles, empty when the lane names none."""

    id: str
    name: str
    process: str
    parent: str = ""
    nodes: frozenset[str] = frozenset()
    role: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool; without a process it is a black box."""

    id: str
    name: str
    process: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happens to a deal in a scenario.

    ``complete`` a task (``of``: its element) with answers as people write them; ``wait`` (``of``: an ISO 8601
    duration); ``lose``; ``catch`` (``of``: the element that waits for a message or signal).
    """

    do: str
    of: str = ""
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to a deal, and what is to come of it: the flow nodes that it passes, and its outcome."""

    name: str
    deeds: tuple[Deed, ...]
    path: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of client (domain M5): what troubles them, and who of them decides."""

    id: str
    name: str
    pains: str = ""
    decides: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: str = ""
    executable: bool = False
    documentation: str = ""
    #: What the map is for, in one sentence (domain M1).
    goal: str = ""
    #: What it is measured by, in words (domain M9); and the clients that it is made for.
    kpis: tuple[str, ...] = ()
    profiles: tuple[Profile, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    line: int = 0
    silenced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckItem:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A ``categoryValue`` with the stage card (domain M4, M5, B1)."""

    id: str
    name: str
    entry: str = ""
    details: str = ""
    checklist: tuple[CheckItem, ...] = ()
    proof: str = ""
    questions: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    owner: str = ""
    buyer_step: str = ""
    #: ISO 8601 duration: longer in the stage than this is late.
    time_limit: str = ""
    #: From this stage on, a deal counts as viable (domain B1).
    viable: bool = False
    line: int = 0
    silenced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RootElement:
    """A ``message``, ``signal``, ``error`` or ``escalation`` that events refer to."""

    id: str
    type: str
    name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """Something that the reader met and could not take as it stands; a check turns it into a finding."""

    rule: str
    element: str
    line: int
    text: Text
