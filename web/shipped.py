"""The process that Parcours comes with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import bpmn
from bpmn.text import N_
from engine import Engine

FOLDER = Path(bpmn.__file__).parent / "examples" / "commercial"

#: Shows a line: a template and what fills it.
Say = Callable[..., None]


def ship(engine: Engine, now: datetime, say: Say) -> None:
    """Publish it, in an installation that has no process."""
    if engine.publishing.processes():
        return
    twins = {"fr": (FOLDER / "commercial.fr.bpmn").read_bytes()}
    source = (FOLDER / "commercial.bpmn").read_bytes()
    version = engine.publishing.publish(source, twins=twins, by=None, now=now)
    say(N_("Published: %(name)s, version %(number)d"), name=version.name, number=version.number)
