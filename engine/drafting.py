"""Designers change processes in drafts: kept with every change, never written over unseen, then published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from bpmn.drawing import editable
from bpmn.model import Definitions
from bpmn.reading import read
from bpmn.translating import Translated, translated
from engine.drafts import Draft
from engine.errors import DraftChanged, DraftUnknown, NotAllowed, PublishedMeanwhile
from engine.people import Person, may_design
from engine.publishing import Publishing
from engine.storage import drafts as rows
from engine.storage import people as people_rows
from engine.storage import versions as version_rows
from engine.storage.database import Connection, Database
from engine.versions import Version

#: Who has not said for so long that they have a draft open has it open no more.
OPEN_FOR = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Looked:
    """A draft as one finds it, and who else has it open."""

    draft: Draft
    others: tuple[str, ...]


class Drafting:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing

    def drafts(self, *, by: Person) -> list[Draft]:
        """The one that was changed last first."""
        _designs(by)
        with self._database.read() as connection:
            return rows.all_drafts(connection)

    def draft(self, draft_id: str, *, by: Person) -> Draft:
        _designs(by)
        with self._database.read() as connection:
            return _known(connection, draft_id)

    def source(self, draft_id: str, *, by: Person) -> bytes:
        """The file as it was kept last."""
        _designs(by)
        with self._database.read() as connection:
            _known(connection, draft_id)
            return rows.source(connection, draft_id)

    def begin(self, source: bytes, *, by: Person, now: datetime, version_id: str = "") -> Draft:
        """A draft of a file, of what is published as ``version_id`` if that is given.

        Whatever can be read can be a draft, however much the checks find in it; it gets places for what has none.
        Raises a BpmnError for the rest.
        """
        _designs(by)
        source = editable(source)
        process, name = _identity(read(source).definitions)
        draft = Draft(str(uuid4()), process, name, version_id, 1, by.id, now, by.id, now)
        with self._database.write() as connection:
            rows.insert_draft(connection, draft, source)
        return draft

    def save(self, draft_id: str, source: bytes, *, revision: int, by: Person, now: datetime) -> Draft:
        """Keep a change of the draft that was seen as ``revision``.

        Raises DraftChanged where somebody else has kept one since, or a BpmnError; what is there stays as it is then.
        """
        _designs(by)
        process, name = _identity(read(source).definitions)
        with self._database.write() as connection:
            draft = _known(connection, draft_id)
            if rows.source(connection, draft_id) == source:
                # Sent twice, as after an answer that got lost: it is there.
                return draft
            changed = replace(
                draft, process=process, name=name, revision=revision + 1, changed_by=by.id, changed_at=now
            )
            if not rows.update_draft(connection, changed, source):
                raise _changed(connection, _known(connection, draft_id))
        return changed

    def look(self, draft_id: str, *, by: Person, now: datetime) -> Looked:
        """Say that one has it open; what has become of it, and who else has it open."""
        _designs(by)
        with self._database.write() as connection:
            draft = _known(connection, draft_id)
            rows.seen(connection, draft_id, by.id, now)
            others = [person for person in rows.readers(connection, draft_id, now - OPEN_FOR) if person != by.id]
        return Looked(draft, tuple(others))

    def twins(self, draft_id: str, *, by: Person) -> dict[str, Translated]:
        """By language: the twin that this draft would be published with."""
        _designs(by)
        with self._database.read() as connection:
            draft, source = _known(connection, draft_id), rows.source(connection, draft_id)
        return self._twins(draft, source)

    def _twins(self, draft: Draft, source: bytes) -> dict[str, Translated]:
        if not draft.version_id:
            return {}
        main = self._publishing.source(draft.version_id)
        version = self._publishing.published(draft.version_id).version
        return {
            language: translated(main, self._publishing.source(draft.version_id, language), source)
            for language in version.languages
            if language != version.language
        }

    def publish(self, draft_id: str, *, revision: int, newest: int, note: str, by: Person, now: datetime) -> Version:
        """Publish the draft as it was seen, with its twins; it is a draft no more then.

        ``newest`` is the number of the version that was the newest when it was looked at, 0 where there was none.
        Raises DraftChanged, PublishedMeanwhile, InvalidDefinition with the findings, or another BpmnError.
        """
        _designs(by)
        with self._database.read() as connection:
            draft, source = _known(connection, draft_id), rows.source(connection, draft_id)
            if draft.revision != revision:
                raise _changed(connection, draft)
        twins = {language: twin.xml for language, twin in self._twins(draft, source).items()}
        tried = self._publishing.tried(source, twins, by=by)
        with self._database.write() as connection:
            # What somebody has kept or published while this was tried, nobody has looked at.
            _remove(connection, draft_id, revision)
            found = version_rows.newest(connection, tried.process.id)
            if (found.number if found else 0) != newest:
                raise PublishedMeanwhile(name=draft.name)
            return tried.published(connection, by=by, now=now, note=note)

    def discard(self, draft_id: str, *, revision: int, by: Person) -> None:
        """Throw the draft away as it was seen; raises DraftChanged where somebody has changed it since."""
        _designs(by)
        with self._database.write() as connection:
            _remove(connection, draft_id, revision)


def _remove(connection: Connection, draft_id: str, revision: int) -> None:
    if not rows.remove(connection, draft_id, revision):
        raise _changed(connection, _known(connection, draft_id))


def _identity(definitions: Definitions) -> tuple[str, str]:
    """The id and the name of the process that would run; of the first one where none would."""
    executable = [process for process in definitions.processes if process.executable]
    for process in (*executable, *definitions.processes):
        return process.id[:200], (process.name or process.id)[:500]
    return "", (definitions.name or definitions.id)[:500]


def _known(connection: Connection, draft_id: str) -> Draft:
    draft = rows.draft(connection, draft_id)
    if draft is None:
        raise DraftUnknown
    return draft


def _changed(connection: Connection, draft: Draft) -> DraftChanged:
    return DraftChanged(who=people_rows.names(connection).get(draft.changed_by, ""))


def _designs(by: Person) -> None:
    if not may_design(by):
        raise NotAllowed(role="designer")
