"""Rows of links to maps."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from engine.map_links import MapLink
from engine.storage.schema import map_links


def link_of(connection: Connection, process: str) -> MapLink | None:
    row = connection.execute(select(map_links).where(map_links.c.process == process)).one_or_none()
    return MapLink(**row._mapping) if row is not None else None


def process_of(connection: Connection, token: str) -> str | None:
    asked = select(map_links.c.process).where(map_links.c.token == token)
    return connection.execute(asked).scalar_one_or_none()


def insert_link(connection: Connection, link: MapLink) -> None:
    connection.execute(insert(map_links).values(**asdict(link)))


def remove(connection: Connection, process: str) -> None:
    connection.execute(delete(map_links).where(map_links.c.process == process))
