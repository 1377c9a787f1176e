"""Rows of published versions and their files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from engine.storage.schema import sources, versions
from engine.versions import Version


def _version(row: Row[Any], languages: tuple[str, ...]) -> Version:
    return Version(
        row.id,
        row.process,
        row.number,
        row.name,
        row.published_at,
        row.published_by or "",
        row.language,
        languages,
        row.note,
    )


def _read(connection: Connection, rows: list[Row[Any]]) -> list[Version]:
    ids = [row.id for row in rows]
    held: dict[str, list[str]] = {version: [] for version in ids}
    asked = select(sources.c.version_id, sources.c.language).where(sources.c.version_id.in_(ids))
    for version, language in connection.execute(asked.order_by(sources.c.language)):
        held[version].append(language)
    return [_version(row, tuple(language or row.language for language in held[row.id])) for row in rows]


def of_process(connection: Connection, process: str) -> list[Version]:
    """Newest first."""
    asked = select(versions).where(versions.c.process == process).order_by(versions.c.number.desc())
    return _read(connection, list(connection.execute(asked)))


def newest(connection: Connection, process: str) -> Version | None:
    return next(iter(of_process(connection, process)), None)


def latest(connection: Connection) -> list[Version]:
    """The newest version of each process, by name."""
    newest = select(versions.c.process, func.max(versions.c.number).label("number")).group_by(versions.c.process)
    found = newest.subquery()
    both = (versions.c.process == found.c.process) & (versions.c.number == found.c.number)
    return _read(connection, list(connection.execute(select(versions).join(found, both).order_by(versions.c.name))))


def all_versions(connection: Connection) -> list[Version]:
    return _read(connection, list(connection.execute(select(versions).order_by(versions.c.name, versions.c.number))))


def version(connection: Connection, version_id: str) -> Version | None:
    rows = list(connection.execute(select(versions).where(versions.c.id == version_id)))
    return _read(connection, rows)[0] if rows else None


def fingerprint(connection: Connection, version_id: str) -> str:
    found: str = connection.execute(select(versions.c.fingerprint).where(versions.c.id == version_id)).scalar_one()
    return found


def files(connection: Connection, version_id: str) -> dict[str, bytes]:
    """Language to file; the file itself is under the empty language."""
    asked = select(sources.c.language, sources.c.xml).where(sources.c.version_id == version_id)
    return {language: bytes(xml) for language, xml in connection.execute(asked)}


def insert_version(connection: Connection, version: Version, fingerprint: str, sources_: Mapping[str, bytes]) -> None:
    connection.execute(
        insert(versions).values(
            id=version.id,
            process=version.process,
            number=version.number,
            name=version.name,
            language=version.language,
            published_at=version.published_at,
            published_by=version.published_by or None,
            note=version.note,
            fingerprint=fingerprint,
        )
    )
    rows = [{"version_id": version.id, "language": language, "xml": xml} for language, xml in sources_.items()]
    connection.execute(insert(sources), rows)
