"""Rows of people, teams and one-time links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from engine.people import SALES_ROLES, Person, Team
from engine.storage.schema import links, people, teams
from engine.storage.statement import Statement

_this = Statement(select(people).where(people.c.id == bindparam("person")))
_team = Statement(select(people).where(people.c.team_id == bindparam("team"), people.c.active).order_by(people.c.name))


def _person(row: Row[Any]) -> Person:
    roles = frozenset(row.roles.split())
    return Person(row.id, row.name, row.email or "", roles, row.team_id, row.language, row.active, row.epoch)


def all_teams(connection: Connection) -> list[Team]:
    return [Team(row.id, row.name) for row in connection.execute(select(teams).order_by(teams.c.name))]


def insert_team(connection: Connection, team: Team) -> None:
    connection.execute(insert(teams).values(id=team.id, name=team.name))


def everyone(connection: Connection) -> list[Person]:
    return [_person(row) for row in connection.execute(select(people).order_by(people.c.name))]


def person(connection: Connection, person_id: str) -> Person | None:
    row = _this.one(connection, person=person_id)
    return _person(row) if row is not None else None


def names(connection: Connection) -> dict[str, str]:
    return {row.id: row.name for row in connection.execute(select(people.c.id, people.c.name))}


def colleagues(connection: Connection, team_id: str) -> list[Person]:
    return [one for row in _team.all(connection, team=team_id) if (one := _person(row)).roles & SALES_ROLES]


def insert_person(connection: Connection, person: Person, password: str | None) -> None:
    connection.execute(insert(people).values(id=person.id, password=password, **_values(person)))


def update_person(connection: Connection, person: Person) -> None:
    connection.execute(update(people).where(people.c.id == person.id).values(**_values(person)))


def _values(person: Person) -> Mapping[str, Any]:
    return {
        "name": person.name,
        "email": person.email or None,
        "roles": " ".join(sorted(person.roles)),
        "team_id": person.team_id,
        "language": person.language,
        "active": person.active,
        "epoch": person.epoch,
    }


def by_email(connection: Connection, email: str) -> tuple[Person, str | None] | None:
    """The person with this (folded) address, and the hash of their password."""
    row = connection.execute(select(people).where(people.c.email == email)).one_or_none()
    return (_person(row), row.password) if row is not None else None


def set_password(connection: Connection, person_id: str, password: str) -> None:
    raised = people.c.epoch + 1
    connection.execute(update(people).where(people.c.id == person_id).values(password=password, epoch=raised))


def replace_hash(connection: Connection, person_id: str, password: str) -> None:
    """The same password under newer parameters: no session ends."""
    connection.execute(update(people).where(people.c.id == person_id).values(password=password))


def any_password(connection: Connection) -> bool:
    asked = select(people.c.id).where(people.c.password.is_not(None), people.c.active).limit(1)
    return connection.execute(asked).first() is not None


def set_link(connection: Connection, digest: str, made_at: datetime) -> None:
    """One link at a time: an earlier one ends."""
    connection.execute(delete(links))
    connection.execute(insert(links).values(digest=digest, made_at=made_at))


def take_link(connection: Connection, digest: str, made_after: datetime) -> bool:
    """Use the link up; False when there is none such."""
    found = delete(links).where(links.c.digest == digest, links.c.made_at >= made_after)
    return connection.execute(found).rowcount == 1
