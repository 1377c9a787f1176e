"""A database file that does not hold together."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.text import N_
from engine.doctor.finding import RESTORE, Finding, finding, writing
from engine.storage import examination
from engine.storage.database import Connection


def check(connection: Connection) -> Iterator[Finding]:
    """Indexes can be made anew from their tables; what is lost of a table cannot."""
    damages = examination.damages(connection)
    tables_are_whole = all(" index " in what for what in damages)
    for what in damages:
        if tables_are_whole:
            yield finding(
                __name__,
                N_("An index of the database does not agree with its table: %(what)s"),
                N_("--repair makes the indexes anew."),
                what=what,
                mend=writing(_index_anew),
            )
        else:
            yield finding(__name__, N_("The database file is damaged: %(what)s"), RESTORE, what=what)


def _index_anew(connection: Connection) -> bool:
    examination.index_anew(connection)
    return True
