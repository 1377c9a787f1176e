"""A deal under examination: what is stored of it, and what its state says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from engine import spiff
from engine.publishing import Publishing
from engine.spiff import Standing, StateUnreadable
from engine.storage.examination import Kept


@dataclass(frozen=True)
class Case:
    kept: Kept
    publishing: Publishing
    now: datetime

    @cached_property
    def standing(self) -> Standing | StateUnreadable | None:
        """Where its process stands, or why that cannot be told; None for an ended deal, or one with no process."""
        if self.kept.ended or self.kept.revision is None:
            return None
        try:
            program = self.publishing.program(self.kept.version_id)
        except Exception as error:
            # Whatever is wrong with the version, the deals on others are to be looked at too.
            return StateUnreadable(str(error))
        try:
            return spiff.look(program, self.kept.state)
        except StateUnreadable as unreadable:
            return unreadable
