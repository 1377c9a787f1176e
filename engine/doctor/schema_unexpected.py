"""Tables that are not those of this release."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.text import N_
from engine.doctor.finding import RESTORE, Finding, finding
from engine.storage import examination, migrating
from engine.storage.database import Connection, Database


def check(connection: Connection) -> Iterator[Finding]:
    at = migrating.revision(connection)
    if at is None:
        yield finding(
            __name__,
            N_("There are no tables of Parcours in this database."),
            N_("See whether PARCOURS_DATA and PARCOURS_DATABASE name the right one; then restore a backup."),
        )
    elif at not in migrating.revisions():
        yield finding(
            __name__,
            N_("The tables are those of a newer Parcours (schema %(revision)s)."),
            N_("Install that release or a later one."),
            revision=at,
        )
    elif at != migrating.newest():
        yield finding(
            __name__,
            N_("The tables are those of an older Parcours (schema %(revision)s)."),
            N_("--repair brings them up to date, as the next start does."),
            revision=at,
            mend=_upgrade,
        )
    else:
        for what in examination.differences(connection):
            yield finding(__name__, N_("The tables are not as this release makes them: %(what)s"), RESTORE, what=what)


def _upgrade(database: Database) -> bool:
    database.migrate()
    return True
