"""What a map says by itself, beside the names of its elements; ``words`` may give each in another language."""

from __future__ import annotations

from bpmn.text import N_

ENTRY = N_("A deal is in it when")
DETAILS = N_("What happens")
CHECKLIST = N_("To go on")
PROOF = N_("Proof")
OWNER = N_("Owner")
LIMIT, LIMIT_OF_ONE = N_("%(days)d days at most"), N_("1 day at most")
VIABLE = N_("Viable from here")

COUNT = N_("deals")
CONVERSION = N_("go on")
DAYS = N_("days (median)")
LOST = N_("lost")
LATE = N_("late")

VERSION = N_("Version %(version)s")
PAGE = N_("Page %(page)d of %(pages)d")
GOAL = N_("Goal: %(goal)s")
CONNECTOR = N_("goes on on that page")

TASKS = {
    "userTask": N_("a person's task"),
    "manualTask": N_("done by hand"),
    "serviceTask": N_("done by the system"),
    "scriptTask": N_("script"),
    "businessRuleTask": N_("business rule"),
    "sendTask": N_("sends"),
    "receiveTask": N_("waits for a message"),
}
PATH = N_("path to win")
LOSS = N_("deal lost")
DEFAULT = N_("by default")
MESSAGE = N_("message")
PASSED, CURRENT, SKIPPED = N_("passed"), N_("here now"), N_("not taken")
ADDED, REMOVED, CHANGED = N_("added"), N_("removed"), N_("changed")
COMMENTS = N_("comments")

#: What kinds of elements are called where a map is told in words.
KINDS = {
    "task": N_("task"),
    "subProcess": N_("sub-process"),
    "transaction": N_("transaction"),
    "adHocSubProcess": N_("ad hoc sub-process"),
    "callActivity": N_("call of another process"),
    "exclusiveGateway": N_("one way out"),
    "parallelGateway": N_("all ways at once"),
    "inclusiveGateway": N_("every way whose condition holds"),
    "eventBasedGateway": N_("the event that comes first"),
    "complexGateway": N_("a rule of its own"),
    "startEvent": N_("start"),
    "endEvent": N_("end"),
    "intermediateCatchEvent": N_("waits"),
    "intermediateThrowEvent": N_("tells"),
    "boundaryEvent": N_("event at the border"),
    "textAnnotation": N_("note"),
    "dataObjectReference": N_("data"),
    "dataStoreReference": N_("data store"),
    "pool": N_("pool"),
    "lane": N_("lane"),
    "stage": N_("stage"),
}
EVENTS = {
    "message": N_("message"),
    "timer": N_("time"),
    "signal": N_("signal"),
    "error": N_("error"),
    "escalation": N_("escalation"),
    "conditional": N_("condition"),
    "terminate": N_("ends everything"),
    "link": N_("link"),
    "cancel": N_("cancels"),
    "compensate": N_("compensation"),
}

LOOPS = {
    "standard": N_("again and again"),
    "parallel": N_("several at once"),
    "sequential": N_("several in turn"),
}

NOT_DRAWN = N_("This map could not be drawn: %(reason)s")
TOO_MANY = N_("it has %(count)d elements, and at most %(most)d are drawn. Split the process.")
TOO_SLOW = N_("it took longer than %(seconds)s seconds. Split the process.")
TOO_WIDE = N_("it is too large. Split the process, or put what is far away nearer.")
TOO_BUSY = N_("other maps are being drawn. Try again in a moment.")
REFUSED = N_("Graphviz stopped: %(message)s")

#: Every sentence that a map can hold, for those who translate it.
WORDS = (
    *(ENTRY, DETAILS, CHECKLIST, PROOF, OWNER, LIMIT, LIMIT_OF_ONE, VIABLE),
    *(COUNT, CONVERSION, DAYS, LOST, LATE),
    *(VERSION, PAGE, GOAL, CONNECTOR),
    *TASKS.values(),
    *(PATH, LOSS, DEFAULT, MESSAGE),
    *(PASSED, CURRENT, SKIPPED, ADDED, REMOVED, CHANGED, COMMENTS),
    *KINDS.values(),
    *EVENTS.values(),
    *LOOPS.values(),
    *(NOT_DRAWN, TOO_MANY, TOO_SLOW, TOO_WIDE, TOO_BUSY, REFUSED),
)
