"""What a step of a deal may know and ask for: the time, what is known of the deal, our own services. Nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: A service task's work: from what the deal knows to what it should know besides.
Service = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass
class Rules:
    now: datetime
    services: Mapping[str, Service]
    #: What is known of the deal, the newest answer of whichever branch: data is the process's, as BPMN has it.
    known: dict[str, Any]
