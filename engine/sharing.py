"""Shows the map of a process to those who have its link. It leads to the newest version, and to nothing of any deal."""

from __future__ import annotations

import secrets
from datetime import datetime

from engine.errors import LinkUnknown, NotAllowed
from engine.map_links import MapLink
from engine.people import Person, may_design
from engine.publishing import Publishing
from engine.storage import map_links as rows
from engine.storage.database import Database
from engine.versions import Published


class Sharing:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing

    def link(self, process: str, *, by: Person) -> MapLink | None:
        _designs(by)
        with self._database.read() as connection:
            return rows.link_of(connection, process)

    def share(self, process: str, *, by: Person, now: datetime) -> MapLink:
        """The link to the map of this process; a new one where there is none."""
        _designs(by)
        self._publishing.versions(process)
        with self._database.write() as connection:
            link = rows.link_of(connection, process)
            if link is None:
                link = MapLink(process, secrets.token_urlsafe(24), by.id, now)
                rows.insert_link(connection, link)
        return link

    def take_back(self, process: str, *, by: Person) -> None:
        """The link leads nowhere from now on; the next one will be another."""
        _designs(by)
        with self._database.write() as connection:
            rows.remove(connection, process)

    def shared(self, token: str) -> Published:
        """The newest version of the process that this link leads to; raises LinkUnknown."""
        with self._database.read() as connection:
            process = rows.process_of(connection, token)
        if process is None:
            raise LinkUnknown
        return self._publishing.latest(process)


def _designs(by: Person) -> None:
    if not may_design(by):
        raise NotAllowed(role="designer")
