"""The people of an installation: added, changed, signed in."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bpmn.text import N_, Text
from engine.errors import FactsRejected, LinkRefused, NotAllowed, PersonUnknown, SignInRefused
from engine.facts import MAX_NAME, tidy
from engine.people import ROLES, SALES_ROLES, Person, Team, may_administer
from engine.storage import people as rows
from engine.storage.database import Connection, Database

MIN_PASSWORD, MAX_PASSWORD = 10, 200
#: A one-time link is good for this long.
LINK_LASTS = timedelta(hours=12)
#: The team that an installation begins with, and its one person.
FIRST_TEAM, FIRST_NAME = "Sales", "You"
LANGUAGES = ("en", "fr")


class People:
    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        # Checked when there is no such person, so that the time it takes does not tell.
        self._nobody = self._hasher.hash(secrets.token_hex())

    def teams(self) -> list[Team]:
        with self._database.read() as connection:
            return rows.all_teams(connection)

    def add_team(self, name: str, *, by: Person | None, now: datetime) -> Team:
        _administrator(by)
        team = Team(str(uuid4()), tidy(name))
        with self._database.write() as connection:
            if not team.name or len(team.name) > MAX_NAME:
                raise FactsRejected(
                    {"name": Text(N_("Give the team a name of at most %(most)d characters."), {"most": MAX_NAME})}
                )
            if team.name.casefold() in {one.name.casefold() for one in rows.all_teams(connection)}:
                raise FactsRejected({"name": Text(N_("There is a team of this name already."))})
            rows.insert_team(connection, team)
        return team

    def everyone(self) -> list[Person]:
        with self._database.read() as connection:
            return rows.everyone(connection)

    def person(self, person_id: str) -> Person | None:
        with self._database.read() as connection:
            return rows.person(connection, person_id)

    def colleagues(self, team_id: str) -> list[Person]:
        """The active sales people of a team, by name."""
        with self._database.read() as connection:
            return rows.colleagues(connection, team_id)

    def add_person(
        self,
        *,
        name: str,
        email: str,
        roles: Iterable[str],
        team_id: str | None,
        by: Person | None,
        now: datetime,
        password: str = "",
        language: str = "",
    ) -> Person:
        """Raises FactsRejected with every problem by field. ``by`` is None from the command line."""
        _administrator(by)
        person = Person(str(uuid4()), tidy(name), email.strip().casefold(), frozenset(roles), team_id or None, language)
        with self._database.write() as connection:
            problems = self._problems(connection, person)
            if password and (problem := _password_problem(password)):
                problems["password"] = problem
            if problems:
                raise FactsRejected(problems)
            rows.insert_person(connection, person, self._hasher.hash(password) if password else None)
        return person

    def change_person(
        self,
        person_id: str,
        *,
        name: str,
        email: str,
        roles: Iterable[str],
        team_id: str | None,
        language: str,
        active: bool,
        by: Person | None,
        now: datetime,
    ) -> Person:
        """An administrator changes anyone; everyone may change their own name, address and language."""
        with self._database.write() as connection:
            old = rows.person(connection, person_id)
            if old is None:
                raise PersonUnknown
            new = replace(
                old,
                name=tidy(name),
                email=email.strip().casefold(),
                roles=frozenset(roles),
                team_id=team_id or None,
                language=language,
                active=active,
            )
            powers_changed = (new.roles, new.team_id, new.active) != (old.roles, old.team_id, old.active)
            if by is not None and by.id == person_id and not powers_changed:
                pass
            else:
                _administrator(by)
            problems = self._problems(connection, new)
            others = [one for one in rows.everyone(connection) if one.id != person_id and one.active]
            if may_administer(old) and not may_administer(new) and not any(map(may_administer, others)):
                problems["roles"] = Text(N_("Someone must stay administrator. Give another person that role first."))
            if problems:
                raise FactsRejected(problems)
            rows.update_person(connection, replace(new, epoch=old.epoch + (1 if powers_changed else 0)))
            return rows.person(connection, person_id) or new

    @staticmethod
    def _problems(connection: Connection, person: Person) -> dict[str, Text]:
        problems: dict[str, Text] = {}
        if not person.name or len(person.name) > MAX_NAME:
            problems["name"] = Text(N_("Write a name of at most %(most)d characters."), {"most": MAX_NAME})
        if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,250}", person.email):
            problems["email"] = Text(N_("Write an e-mail address, such as name@company.com."))
        else:
            known = rows.by_email(connection, person.email)
            if known is not None and known[0].id != person.id:
                problems["email"] = Text(N_("Another person has this address already."))
        if not person.roles or not person.roles <= set(ROLES):
            problems["roles"] = Text(N_("Choose at least one role."))
        team_ids = {team.id for team in rows.all_teams(connection)}
        if person.team_id is not None and person.team_id not in team_ids:
            problems["team_id"] = Text(N_("Choose one of the teams listed."))
        if person.team_id is None and person.roles & SALES_ROLES:
            problems["team_id"] = Text(N_("A person who works on deals needs a team."))
        if person.language and person.language not in LANGUAGES:
            problems["language"] = Text(N_("Choose one of the languages listed."))
        return problems

    def set_password(self, person_id: str, password: str, *, by: Person | None, now: datetime) -> None:
        """One's own, or anyone's for an administrator; the sessions opened before end."""
        if by is not None and by.id != person_id:
            _administrator(by)
        if problem := _password_problem(password):
            raise FactsRejected({"password": problem})
        hashed = self._hasher.hash(password)
        with self._database.write() as connection:
            person = rows.person(connection, person_id)
            if person is None:
                raise PersonUnknown
            if not person.email:
                raise FactsRejected({"email": Text(N_("Write an e-mail address, such as name@company.com."))})
            rows.set_password(connection, person_id, hashed)

    def set_language(self, person_id: str, language: str) -> None:
        if language not in LANGUAGES:
            raise FactsRejected({"language": Text(N_("Choose one of the languages listed."))})
        with self._database.write() as connection:
            person = rows.person(connection, person_id)
            if person is None:
                raise PersonUnknown
            rows.update_person(connection, replace(person, language=language))

    def sign_in(self, email: str, password: str, *, now: datetime) -> Person:
        """The person, or SignInRefused: which of the two was wrong is not told."""
        with self._database.read() as connection:
            known = rows.by_email(connection, email.strip().casefold())
        person, hashed = known if known is not None else (None, None)
        try:
            self._hasher.verify(hashed or self._nobody, password[: MAX_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            raise SignInRefused from None
        if person is None or hashed is None or not person.active:
            raise SignInRefused
        if self._hasher.check_needs_rehash(hashed):
            with self._database.write() as connection:
                rows.replace_hash(connection, person.id, self._hasher.hash(password))
        return person

    def has_passwords(self) -> bool:
        """Whether anyone can sign in with a password; from then on there are no one-time links."""
        with self._database.read() as connection:
            return rows.any_password(connection)

    def local_person(self, *, now: datetime) -> Person:
        """The person of a fresh installation on one's own machine: every role, in a team of their own."""
        with self._database.write() as connection:
            first = next((one for one in rows.everyone(connection) if one.active and may_administer(one)), None)
            if first is not None:
                return first
            team = next(iter(rows.all_teams(connection)), None)
            if team is None:
                team = Team(str(uuid4()), FIRST_TEAM)
                rows.insert_team(connection, team)
            person = Person(str(uuid4()), FIRST_NAME, "", frozenset(ROLES), team.id)
            rows.insert_person(connection, person, None)
            return person

    def new_link(self, *, now: datetime) -> str:
        """The secret of a one-time link; an earlier one ends."""
        token = secrets.token_urlsafe(24)
        with self._database.write() as connection:
            rows.set_link(connection, _digest(token), now)
        return token

    def use_link(self, token: str, *, now: datetime) -> Person:
        if self.has_passwords():
            raise LinkRefused
        with self._database.write() as connection:
            if not rows.take_link(connection, _digest(token), now - LINK_LASTS):
                raise LinkRefused
        return self.local_person(now=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _administrator(by: Person | None) -> None:
    if by is not None and not may_administer(by):
        raise NotAllowed(role="admin")


def _password_problem(password: str) -> Text | None:
    if len(password) < MIN_PASSWORD:
        return Text(N_("A password has at least %(least)d characters."), {"least": MIN_PASSWORD})
    if len(password) > MAX_PASSWORD:
        return Text(N_("A password has at most %(most)d characters."), {"most": MAX_PASSWORD})
    return None
