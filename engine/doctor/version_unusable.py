"""Published versions whose file is not the one that was published, or cannot be run."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.text import N_
from engine.doctor.finding import RESTORE, Finding, finding
from engine.publishing import Publishing, fingerprint_of
from engine.storage import versions as version_rows
from engine.storage.database import Connection


def check(connection: Connection, publishing: Publishing) -> Iterator[Finding]:
    """A changed file is not run: only those that were published have been tried."""
    for version in version_rows.all_versions(connection):
        files = version_rows.files(connection, version.id)
        if fingerprint_of(files) != version_rows.fingerprint(connection, version.id):
            yield finding(
                __name__,
                N_("The file of %(name)s, version %(number)d, is missing or not the one that was published."),
                RESTORE,
                name=version.name,
                number=version.number,
            )
            continue
        try:
            publishing.program(version.id)
        except Exception as error:
            # Whatever it is, the next versions are to be looked at too.
            yield finding(
                __name__,
                N_("The file of %(name)s, version %(number)d, cannot be run: %(reason)s"),
                N_("Install the release that its deals ran on, and tell those who make Parcours."),
                reason=str(error),
                name=version.name,
                number=version.number,
            )
