"""What a person says of a process without knowing BPMN (domain M7): where it starts, its stages, what each asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannedStage:
    name: str
    entry: str = ""
    details: str = ""
    #: What must be done before a deal moves on.
    checklist: tuple[str, ...] = ()
    #: What is done in it, beginning with a verb; empty for the usual words.
    task: str = ""
    #: Who does it: the key of a role.
    role: str = "rep"


@dataclass(frozen=True, slots=True)
class Plan:
    #: ``en`` or ``fr``.
    language: str
    name: str
    goal: str
    #: What happens when a deal begins.
    start: str
    stages: tuple[PlannedStage, ...]
    #: The places of the stage in which a lead is qualified, and of the one in which the buyer weighs our offer.
    qualifies: int = 0
    follows_up: int = 0


def ids_of(names: Sequence[str]) -> list[str]:
    """An id for each name, by which files know it: letters without accents, and a number where two are alike."""
    found: list[str] = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        start = re.sub(r"\W+", "_", plain).strip("_").casefold()[:40] or "one"
        start = start if start[0].isalpha() else f"n_{start}"
        number, made = 1, start
        while made in found:
            number += 1
            made = f"{start}_{number}"
        found.append(made)
    return found
