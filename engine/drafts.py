"""A draft: a process that a designer is changing, before it is published as a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Draft:
    id: str
    #: The id of the process in the file, and its name.
    process: str
    name: str
    #: The version that it began from; empty for one that began from a file, or from nothing.
    version_id: str
    #: Rises with each change, so that nobody writes over what they have not seen.
    revision: int
    begun_by: str
    begun_at: datetime
    changed_by: str
    changed_at: datetime
