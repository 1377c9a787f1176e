"""A comment on an element or stage of a map, by anyone who reads it; answers to one belong to its thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    process: str
    #: The id of the element or stage, and the version that it was written on.
    element_id: str
    version_id: str
    by: str
    at: datetime
    text: str
    #: The comment that it answers; empty for the first of a thread.
    thread: str = ""
    #: Of the first of a thread: when it was settled, and by whom.
    resolved_at: datetime | None = None
    resolved_by: str = ""
