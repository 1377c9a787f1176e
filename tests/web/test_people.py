"""Signing in, the one-time link, and an administrator's pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine import open_engine
from engine.people import ROLES
from tests.builders import NOW, PASSWORD, WEAK, Company, commercial
from tests.conftest import Clock, Visitor
from web.app import create_app
from web.config import Config


@pytest.fixture
def fresh(tmp_path: Path, clock: Clock) -> Flask:
    """An installation where nobody has a password yet."""
    engine = open_engine(f"sqlite:///{tmp_path / 'fresh.db'}", hasher=WEAK)
    engine.publishing.publish(commercial(), by=None, now=NOW)
    return create_app(engine, Config(data=tmp_path, secret_key="of a test", clock=clock, language="en"))


def test_the_link_works_once_and_leads_to_a_first_page(fresh: Flask) -> None:
    engine = fresh.extensions["parcours"].engine
    token = engine.people.new_link(now=NOW)
    me, other = Visitor(fresh), Visitor(fresh)
    assert me.get(f"/start/{token}").status_code == 302
    page = me.get("/").text
    for offer in ("Open a first deal", "Load demo data", "Read the map"):
        assert offer in page
    assert other.get(f"/start/{token}").status_code == 403
    assert other.get("/inbox").status_code == 302


def test_demo_data_is_loaded_once_into_an_empty_installation(fresh: Flask) -> None:
    engine = fresh.extensions["parcours"].engine
    me = Visitor(fresh)
    me.get(f"/start/{engine.people.new_link(now=NOW)}")
    me.get("/")
    assert "18 invented deals were loaded" in me.post("/demo", follow=True).text
    assert me.post("/demo").status_code == 403


def test_one_sets_an_own_password_before_adding_others(fresh: Flask) -> None:
    engine = fresh.extensions["parcours"].engine
    me = Visitor(fresh)
    me.get(f"/start/{engine.people.new_link(now=NOW)}")
    assert me.get("/people/new").headers["Location"] == "/me"
    assert "At least 10" in me.get("/me").text
    me.post("/me", {"name": "Mia", "email": "mia@example.com", "password": PASSWORD})
    assert me.get("/inbox").status_code == 200, "one's own new password does not sign one out"
    assert me.get("/people/new").status_code == 200
    team = engine.people.teams()[0].id
    added = {"name": "Zoe", "email": "zoe@example.com", "roles": ["rep"], "team_id": team, "password": PASSWORD}
    assert me.post("/people/new", added).status_code == 302
    zoe = Visitor(fresh).sign_in(engine.people.sign_in("zoe@example.com", PASSWORD, now=NOW))
    assert zoe.get("/people").status_code == 403
    assert Visitor(fresh).get(f"/start/{engine.people.new_link(now=NOW)}").status_code == 403


def test_a_new_password_ends_the_sessions_before_it(app: Flask, staff: Company, ada: Visitor) -> None:
    staff.engine.people.set_password(staff.ada.id, "another password", by=staff.max, now=NOW)
    assert ada.get("/inbox").status_code == 302


def test_someone_who_left_is_out_at_once(app: Flask, staff: Company, ada: Visitor) -> None:
    admin = Visitor(app).sign_in(staff.max)
    admin.get(f"/people/{staff.ada.id}")
    facts = {"name": "Ada", "email": staff.ada.email, "roles": ["rep"], "team_id": staff.ada.team_id}
    assert admin.post(f"/people/{staff.ada.id}", facts).status_code == 302
    assert ada.get("/inbox").status_code == 302
    assert "left" in admin.get("/people").text


def test_signing_in_goes_on_to_where_one_wanted_to_and_nowhere_else(app: Flask, staff: Company) -> None:
    visitor = Visitor(app)
    asked = visitor.get("/deals?status=won").headers["Location"]
    visitor.get(asked)
    done = visitor.post(asked, {"email": staff.ada.email, "password": PASSWORD})
    assert done.headers["Location"] == "/deals?status=won"
    for elsewhere in (
        "//evil.example",
        "////evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/./%0d%0a/evil.example",
    ):
        visitor = Visitor(app)
        visitor.get("/sign-in")
        done = visitor.post(f"/sign-in?next={elsewhere}", {"email": staff.ada.email, "password": PASSWORD})
        assert done.headers["Location"] == "/"


def test_guessing_is_slowed_down(app: Flask, staff: Company, visitor: Visitor) -> None:
    visitor.get("/sign-in")
    statuses = [visitor.post("/sign-in", {"email": "ada@example.com", "password": "x"}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert visitor.post("/sign-in", {"email": "ADA@example.com", "password": PASSWORD}).status_code == 429
    assert visitor.post("/sign-in", {"email": staff.ben.email, "password": PASSWORD}).status_code == 302


def test_an_administrator_s_mistakes_are_named(app: Flask, staff: Company) -> None:
    admin = Visitor(app).sign_in(staff.max)
    admin.get("/people/new")
    page = admin.post("/people/new", {"name": "", "email": "ada@example.com", "roles": ["rep"], "password": "short"})
    assert page.status_code == 422
    for says in ("Write a name", "has this address already", "needs a team", "at least 10"):
        assert says in page.text
    admin.post("/people/teams", {"name": "west"})
    assert "There is a team of this name already" in admin.get("/people").text


def test_a_host_that_is_not_this_machine_is_refused(app: Flask, visitor: Visitor) -> None:
    assert visitor.client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
    assert set(ROLES) == {"rep", "account_manager", "team_leader", "designer", "admin"}


def test_pages_tell_browsers_to_be_careful(ada: Visitor) -> None:
    headers = ada.get("/inbox").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_odd_requests_are_refused_not_failed(ada: Visitor) -> None:
    for address, status in [
        ("/inbox?q=%00", 400),
        ("/tasks/%00", 400),
        ("/deals?page=000000001999999999999999999999", 200),
        ("/deals?page=" + "9" * 5000, 200),
        ("/deals?q=" + "+".join(["a"] * 2000), 200),
        ("/lessons?q=" + "x" * 5000, 200),
    ]:
        assert ada.get(address).status_code == status, address[:40]
    assert ada.post("/me", {"name": "A\0da", "email": "ada@example.com"}).status_code == 400


def test_guessing_fills_no_memory(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.get("/sign-in")
    for number in range(5):
        visitor.post("/sign-in", {"email": f"{number}" * 100_000, "password": "x"})
    assert sum(map(len, app.extensions["failed sign-ins"])) <= 5 * 320
    monkeypatch.setattr("web.people.WAIT", 0)
    visitor.post("/sign-in", {"email": "another", "password": "x"})
    assert list(app.extensions["failed sign-ins"]) == ["another"]
