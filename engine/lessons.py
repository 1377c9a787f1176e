"""What was learned from a deal, lost or won, tied to the place on the map where it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    id: str
    deal_id: int
    deal_title: str
    account_name: str
    team_id: str
    process: str
    version_id: str
    #: ``won`` or ``lost``.
    about: str
    #: The value of the reason's option, and how its label reads in the process.
    reason: str
    text: str
    #: Where the deal was: its stage, and the element that was open when it was decided.
    stage_id: str
    element_id: str
    by: str
    by_name: str
    at: datetime
    #: Shared lessons are read by everyone; before that, by the deal's team.
    shared_at: datetime | None = None
