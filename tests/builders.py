"""A small company for tests: two teams, people with a role each, and the definitions that their deals run on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher

from engine import Engine, open_engine
from engine.people import Person

#: When tests begin, unless they say otherwise.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "a long password"
DEFINITIONS = Path(__file__).parent / "definitions"
COMMERCIAL = Path(__file__).parents[1] / "bpmn/examples/commercial"
#: Passwords are stored weakly in tests, since a strong hash takes its time by design.
WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Company:
    engine: Engine
    #: West: a rep, her leader, an account manager. East: another rep, and a leader.
    ada: Person
    ben: Person
    ana: Person
    cleo: Person
    eve: Person
    #: Without a team: a designer and an administrator.
    dee: Person
    max: Person


def found(url: str, *, shipped: bool = True) -> None:
    """Make the company's database, with the small sale published, and the shipped process.

    Made once for all tests, which take copies: publishing tries each version in a process of its own.
    """
    engine = open_engine(url, hasher=WEAK)
    people = engine.people
    west, east = (people.add_team(name, by=None, now=NOW).id for name in ("West", "East"))

    def add(name: str, role: str, team: str | None) -> None:
        email = f"{name.lower()}@example.com"
        people.add_person(name=name, email=email, roles=[role], team_id=team, password=PASSWORD, by=None, now=NOW)

    add("Ada", "rep", west)
    add("Ben", "team_leader", west)
    add("Ana", "account_manager", west)
    add("Cleo", "rep", east)
    add("Eve", "team_leader", east)
    add("Dee", "designer", None)
    add("Max", "admin", None)
    if shipped:
        engine.publishing.publish(commercial(), twins={"fr": commercial("fr")}, by=None, now=NOW)
    engine.publishing.publish(definition("engine_small_sale"), by=None, now=NOW)
    engine.close()


def company(url: str) -> Company:
    """The company over a copy of its database."""
    engine = open_engine(url, hasher=WEAK)
    return Company(engine, **{person.name.lower(): person for person in engine.people.everyone()})


def definition(name: str) -> bytes:
    return (DEFINITIONS / f"{name}.bpmn").read_bytes()


def commercial(language: str = "") -> bytes:
    suffix = f".{language}" if language else ""
    return (COMMERCIAL / f"commercial{suffix}.bpmn").read_bytes()
