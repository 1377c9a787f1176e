"""People: who may change whom, signing in, and the one-time link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import open_engine
from engine.errors import FactsRejected, LinkRefused, NotAllowed, SignInRefused
from tests.builders import NOW, PASSWORD, WEAK, Company


def test_a_person_signs_in_with_their_own_password(west: Company) -> None:
    people = west.engine.people
    assert people.sign_in(" ADA@example.com ", PASSWORD, now=NOW).id == west.ada.id
    for email, password in [("ada@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("", "")]:
        with pytest.raises(SignInRefused):
            people.sign_in(email, password, now=NOW)


def test_someone_deactivated_cannot_sign_in(west: Company) -> None:
    ada = west.ada
    changed = west.engine.people.change_person(
        ada.id, name=ada.name, email=ada.email, roles=ada.roles, team_id=ada.team_id, language="fr", active=False,
        by=west.max, now=NOW,
    )  # fmt: skip
    assert changed.epoch == ada.epoch + 1, "the sessions of a person whose powers changed end"
    with pytest.raises(SignInRefused):
        west.engine.people.sign_in("ada@example.com", PASSWORD, now=NOW)


def test_a_link_is_good_once_and_until_the_next_one(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'fresh.db'}", hasher=WEAK)
    people = engine.people
    earlier, token = people.new_link(now=NOW), people.new_link(now=NOW)
    with pytest.raises(LinkRefused):
        people.use_link(earlier, now=NOW)
    me = people.use_link(token, now=NOW)
    assert me.has("admin")
    assert me.team_id is not None
    with pytest.raises(LinkRefused):
        people.use_link(token, now=NOW)
    old = people.new_link(now=NOW)
    with pytest.raises(LinkRefused):
        people.use_link(old, now=NOW + timedelta(hours=13))
    assert people.local_person(now=NOW) == me
    engine.close()


def test_passwords_end_the_link(west: Company) -> None:
    with pytest.raises(LinkRefused):
        west.engine.people.use_link(west.engine.people.new_link(now=NOW), now=NOW)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "ada"}, "email"),
        ({"email": "BEN@example.com"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"team_id": None}, "team_id"),
        ({"team_id": "nowhere"}, "team_id"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_a_person_is_not_added_on_bad_facts(west: Company, facts: dict[str, Any], field: str) -> None:
    given = {"name": "Zoe", "email": "zoe@example.com", "roles": ["rep"], "team_id": west.ada.team_id, **facts}
    with pytest.raises(FactsRejected) as refused:
        west.engine.people.add_person(**given, by=west.max, now=NOW)
    assert set(refused.value.problems) == {field}


def test_only_an_administrator_changes_others(west: Company) -> None:
    people, ben = west.engine.people, west.ben
    acts: list[Callable[[], object]] = [
        lambda: people.add_team("North", by=ben, now=NOW),
        lambda: people.add_person(name="Z", email="z@x.org", roles=["rep"], team_id=ben.team_id, by=ben, now=NOW),
        lambda: people.set_password(west.ada.id, "another password", by=ben, now=NOW),
        lambda: people.change_person(
            ben.id,
            name="Ben",
            email=ben.email,
            roles=["admin"],
            team_id=None,
            language="",
            active=True,
            by=ben,
            now=NOW,
        ),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    people.set_password(ben.id, "another password", by=ben, now=NOW)
    assert people.sign_in(ben.email, "another password", now=NOW).epoch == ben.epoch + 1


def test_the_last_administrator_stays_one(west: Company) -> None:
    with pytest.raises(FactsRejected) as refused:
        west.engine.people.change_person(
            west.max.id, name="Max", email=west.max.email, roles=["designer"], team_id=None, language="", active=True,
            by=west.max, now=NOW,
        )  # fmt: skip
    assert set(refused.value.problems) == {"roles"}
