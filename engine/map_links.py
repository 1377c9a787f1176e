"""A link to the map of a process that needs no sign-in: for a wiki, a slide, a screen on the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MapLink:
    process: str
    #: Whoever has it may see the map.
    token: str
    made_by: str
    made_at: datetime
