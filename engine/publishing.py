"""Versions of processes: checked, tried, kept for good, and made ready to run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import uuid4

from bpmn import checks
from bpmn.checks import Finding
from bpmn.errors import InvalidDefinition
from bpmn.model import Definitions, Process
from bpmn.reading import read
from bpmn.twins import differences
from engine import spiff, trying
from engine.errors import NotAllowed, ProcessUnknown, ScenarioFails, TwinDiffers
from engine.people import Person, may_design
from engine.spiff import trial
from engine.storage import deals as deal_rows
from engine.storage import versions as version_rows
from engine.storage.database import Connection, Database
from engine.versions import Published, Version

#: In letters; see the column.
LONGEST_LANGUAGE = 10


@dataclass(frozen=True)
class Tried:
    """A file that may be published, with its twins by language."""

    definitions: Definitions
    files: Mapping[str, bytes]

    @property
    def process(self) -> Process:
        return next(process for process in self.definitions.processes if process.executable)

    def same_as_newest(self, connection: Connection) -> Version | None:
        """The newest version, if it has the same files."""
        newest = version_rows.newest(connection, self.process.id)
        same = newest and version_rows.fingerprint(connection, newest.id) == fingerprint_of(self.files)
        return newest if same else None

    def published(self, connection: Connection, *, by: Person | None, now: datetime, note: str) -> Version:
        """The next version of the process; two who publish the same at the same instant publish it once."""
        if same := self.same_as_newest(connection):
            return same
        newest = version_rows.newest(connection, self.process.id)
        version = Version(
            id=str(uuid4()),
            process=self.process.id,
            number=newest.number + 1 if newest else 1,
            name=self.process.name or self.process.id,
            published_at=now,
            published_by=by.id if by else "",
            language=_language_of(self.definitions),
            note=note.strip(),
        )
        version_rows.insert_version(connection, version, fingerprint_of(self.files), self.files)
        return version_rows.version(connection, version.id) or version


class Publishing:
    def __init__(self, database: Database) -> None:
        self._database = database
        # Versions never change, so what was read of one once is good for ever.
        self._published: dict[str, Published] = {}
        self._programs: dict[str, spiff.Program] = {}
        self._building = Lock()

    def check(self, source: bytes, twins: Mapping[str, bytes] | None = None) -> tuple[Finding, ...]:
        """What the checks find in a file; raises a BpmnError for what cannot be read at all."""
        definitions = read(source).definitions
        for language, twin in (twins or {}).items():
            _same_process(definitions, read(twin).definitions, language)
        return checks.run(definitions)

    def publish(
        self,
        source: bytes,
        *,
        by: Person | None,
        now: datetime,
        twins: Mapping[str, bytes] | None = None,
        note: str = "",
    ) -> Version:
        """Publish a file, with twins of it in other languages, as the next version of its process.

        ``by`` is None for what is shipped. The same files as the newest version make no new one. Raises
        InvalidDefinition with the findings, TwinDiffers, or another BpmnError.
        """
        tried = self.tried(source, twins, by=by)
        with self._database.write() as connection:
            return tried.published(connection, by=by, now=now, note=note)

    def tried(self, source: bytes, twins: Mapping[str, bytes] | None = None, *, by: Person | None) -> Tried:
        """What may be published as it is: checked, run in a process that can be ended, its scenarios played.

        Takes seconds, and so no transaction. Raises as ``publish`` does.
        """
        if by is not None and not may_design(by):
            raise NotAllowed(role="designer")
        definitions = read(source).definitions
        found = checks.run(definitions)
        if wrong := checks.errors(found):
            raise InvalidDefinition(wrong)
        for language, twin in (twins or {}).items():
            _same_process(definitions, read(twin).definitions, language)
        tried = Tried(definitions, {"": source, **(twins or {})})
        with self._database.read() as connection:
            if tried.same_as_newest(connection) is not None:
                return tried
        trial.run(source, tried.process.id)
        reasons = trying.verdicts(definitions, tried.process.id)
        for scenario, reason in zip(tried.process.scenarios, reasons, strict=True):
            if reason is not None:
                raise ScenarioFails(name=scenario.name, reason=reason)
        return tried

    def processes(self) -> list[Version]:
        """The newest version of each process, by name."""
        with self._database.read() as connection:
            return version_rows.latest(connection)

    def versions(self, process: str) -> list[Version]:
        """Newest first."""
        with self._database.read() as connection:
            found = version_rows.of_process(connection, process)
        if not found:
            raise ProcessUnknown
        return found

    def latest(self, process: str) -> Published:
        return self.published(self.versions(process)[0].id)

    def version(self, process: str, number: int) -> Published:
        """Raises ProcessUnknown where there is no such version."""
        found = next((one for one in self.versions(process) if one.number == number), None)
        if found is None:
            raise ProcessUnknown
        return self.published(found.id)

    def published(self, version_id: str) -> Published:
        known = self._published.get(version_id)
        if known is None:
            with self._database.read() as connection:
                version = version_rows.version(connection, version_id)
                files = version_rows.files(connection, version_id)
            if version is None:
                raise ProcessUnknown
            definitions = {language: read(xml).definitions for language, xml in files.items()}
            main = definitions.pop("")
            known = self._published[version_id] = Published(version, main, {version.language: main, **definitions})
        return known

    def source(self, version_id: str, language: str = "") -> bytes:
        """The file as it was published, or its twin in this language."""
        with self._database.read() as connection:
            version = version_rows.version(connection, version_id)
            files = version_rows.files(connection, version_id)
        if version is None:
            raise ProcessUnknown
        return files.get(language, files[""])

    def deal_counts(self) -> dict[str, tuple[int, int]]:
        """Version to how many deals are open on it, and how many there are in all."""
        with self._database.read() as connection:
            return deal_rows.counts_by_version(connection)

    def program(self, version_id: str) -> spiff.Program:
        """The version made ready to run, shared by all its deals."""
        known = self._programs.get(version_id)
        if known is None:
            with self._building:
                published = self.published(version_id)
                known = self._programs.get(version_id) or spiff.build(published.definitions, published.version.process)
                self._programs[version_id] = known
        return known


def _language_of(definitions: Definitions) -> str:
    """As the file says it; of a tag that is longer than a database keeps, the language alone."""
    tag = definitions.language or "en"
    return tag if len(tag) <= LONGEST_LANGUAGE else tag.split("-")[0][:LONGEST_LANGUAGE]


def _same_process(definitions: Definitions, twin: Definitions, language: str) -> None:
    found = differences(definitions, twin)
    if found:
        raise TwinDiffers(language=language, first=found[0])


def fingerprint_of(files: Mapping[str, bytes]) -> str:
    """Of a version's files, by language: the same for the same files."""
    digest = hashlib.sha256()
    for language, xml in sorted(files.items()):
        digest.update(language.encode() + b"\0" + hashlib.sha256(xml).digest())
    return digest.hexdigest()
