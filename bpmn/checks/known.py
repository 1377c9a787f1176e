"""The words that a definition may use for what is ours: services, outcomes, the buyer's steps, reserved names."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.expressions import CONSTANTS, FUNCTIONS

#: The services that a service task can ask for, and the names that each one gives to conditions after it.
SERVICES: Mapping[str, frozenset[str]] = {
    "find_record": frozenset({"record_found"}),
    "contact_history": frozenset({"contact_history"}),
}
OUTCOMES = ("won", "lost", "no_decision")
BUYER_STEPS = ("awareness", "consideration", "decision", "advocacy")

#: Names that an answer or a script cannot have: the engine keeps its own things under them.
RESERVED = (
    frozenset({"typename", "data_objects"})
    | FUNCTIONS.keys()
    | CONSTANTS.keys()
    | frozenset().union(*SERVICES.values())
)
