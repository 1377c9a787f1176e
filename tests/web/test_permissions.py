"""Who gets what: every route of the application, asked for by everyone, in one table."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.deals import Deal, Task
from engine.people import Person
from tests.builders import NOW, Company
from tests.conftest import Visitor

#: In this order: nobody, Ada and Ben (rep and leader, West), Ana (account manager, West), Cleo (rep, East),
#: Dee (designer, no team), Max (administrator, no team). 302 for nobody is the way to the sign-in page.
EVERYONE = ("nobody", "ada", "ben", "ana", "cleo", "dee", "max")


@dataclass(frozen=True)
class Route:
    endpoint: str
    method: str
    address: str
    statuses: tuple[int, ...]
    data: dict[str, str] | None = None


def _all(status: int, nobody: int = 302) -> tuple[int, ...]:
    return (nobody, *([status] * 6))


#: A task in the rep's lane of a deal of the West team, and the deal.
TABLE = (
    Route("static", "GET", "/static/parcours.css", _all(200, 200)),
    Route("start.home", "GET", "/", _all(302)),
    Route("start.link", "GET", "/start/none", _all(403, 403)),
    Route("start.demo", "POST", "/demo", _all(403)),
    Route("people.sign_in", "GET", "/sign-in", _all(200, 200)),
    Route("people.sign_in", "POST", "/sign-in", _all(422, 422), {"email": "{who}@example.org"}),
    Route("people.sign_out", "POST", "/sign-out", _all(302)),
    Route("people.choose_language", "POST", "/language", _all(302), {"language": "fr"}),
    Route("people.own", "GET", "/me", _all(200)),
    Route("people.own", "POST", "/me", _all(422)),
    Route("people.index", "GET", "/people", (302, 403, 403, 403, 403, 403, 200)),
    Route("people.new", "GET", "/people/new", (302, 403, 403, 403, 403, 403, 200)),
    Route("people.new", "POST", "/people/new", (302, 403, 403, 403, 403, 403, 422)),
    Route("people.change", "GET", "/people/{ada}", (302, 403, 403, 403, 403, 403, 200)),
    Route("people.change", "POST", "/people/{ada}", (302, 403, 403, 403, 403, 403, 422)),
    Route("people.add_team", "POST", "/people/teams", (302, 403, 403, 403, 403, 403, 302)),
    Route("inbox.show", "GET", "/inbox?view=all", _all(200)),
    Route("tasks.show", "GET", "/tasks/{task}", (302, 200, 200, 200, 404, 404, 200)),
    Route("tasks.claim", "POST", "/tasks/{task}/claim", (302, 302, 302, 403, 404, 404, 403)),
    Route("tasks.release", "POST", "/tasks/{task}/release", (302, 302, 302, 403, 404, 404, 403)),
    Route("tasks.complete", "POST", "/tasks/{task}/complete", (302, 422, 422, 403, 404, 404, 403)),
    Route("deals.index", "GET", "/deals?status=all", _all(200)),
    Route("deals.new", "GET", "/deals/new", (302, 200, 200, 200, 200, 403, 403)),
    Route("deals.new", "POST", "/deals/new", (302, 422, 422, 422, 422, 403, 403)),
    Route("deals.show", "GET", "/deals/{deal}", (302, 200, 200, 200, 404, 404, 200)),
    Route("exports.picture", "GET", "/deals/{deal}/map.svg", (302, 200, 200, 200, 404, 404, 200)),
    Route("exports.show", "GET", "/deals/{deal}/export", (302, 200, 200, 200, 404, 404, 200)),
    Route("exports.preview", "GET", "/deals/{deal}/pages/1.png", (302, 200, 200, 200, 404, 404, 200)),
    Route("deals.change", "GET", "/deals/{deal}/change", (302, 200, 200, 200, 404, 404, 403)),
    Route("deals.change", "POST", "/deals/{deal}/change", (302, 422, 422, 422, 404, 404, 403)),
    Route("deals.tick", "POST", "/deals/{deal}/ticks", (302, 302, 302, 302, 404, 404, 403), {"check": "c1"}),
    Route("deals.lose", "GET", "/deals/{deal}/lose", (302, 200, 200, 200, 404, 404, 403)),
    Route("deals.lose", "POST", "/deals/{deal}/lose", (302, 302, 302, 302, 404, 404, 403)),
    Route("detours.choose", "GET", "/deals/{deal}/detours", (302, 200, 200, 200, 404, 404, 403)),
    Route("detours.go_to_stage", "POST", "/deals/{deal}/detours/stage", (302, 422, 422, 422, 404, 404, 403)),
    Route("detours.add_task", "POST", "/deals/{deal}/detours/task", (302, 422, 422, 422, 404, 404, 403)),
    Route("detours.undo", "POST", "/deals/{deal}/detours/undo", (302, 409, 409, 409, 404, 404, 403)),
    Route("detours.skip", "GET", "/tasks/{task}/skip", (302, 200, 200, 403, 404, 404, 403)),
    Route("detours.skip", "POST", "/tasks/{task}/skip", (302, 422, 422, 403, 404, 404, 403)),
    Route("events.tell", "GET", "/deals/{deal}/events/none", (302, 409, 409, 409, 404, 404, 403)),
    Route("events.tell", "POST", "/deals/{deal}/events/none", (302, 409, 409, 409, 404, 404, 403)),
    Route("processes.index", "GET", "/processes", _all(200)),
    Route("processes.show", "GET", "/processes/small_sale", _all(200)),
    Route("processes.version", "GET", "/processes/small_sale/versions/1", _all(200)),
    Route("exports.picture", "GET", "/processes/small_sale/versions/1/map.svg", _all(200)),
    Route("exports.show", "GET", "/processes/small_sale/versions/1/export", _all(200)),
    Route("exports.preview", "GET", "/processes/small_sale/versions/1/pages/1.png", _all(200)),
    Route("cards.show", "GET", "/processes/small_sale/versions/1/elements/sign", _all(200)),
    Route(
        "cards.show",
        "GET",
        "/processes/small_sale/versions/1/elements/sign?deal={deal}",
        (302, 200, 200, 200, 404, 404, 200),
    ),
    Route("comparing.show", "GET", "/processes/small_sale/compare", _all(200)),
    Route("sharing.show", "GET", "/processes/small_sale/link", (302, 403, 403, 403, 403, 200, 200)),
    Route("sharing.share", "POST", "/processes/small_sale/link", (302, 403, 403, 403, 403, 302, 302)),
    Route("sharing.take_back", "POST", "/processes/small_sale/link/end", (302, 403, 403, 403, 403, 302, 302)),
    Route("sharing.shared", "GET", "/maps/none.svg", _all(404, 404)),
    Route("processes.source", "GET", "/processes/small_sale/versions/1/source.bpmn", _all(200)),
    Route("processes.publish", "GET", "/processes/new", (302, 403, 403, 403, 403, 200, 200)),
    Route("processes.publish", "POST", "/processes/new", (302, 403, 403, 403, 403, 422, 422)),
    Route("drafts.begin", "POST", "/drafts", (302, 403, 403, 403, 403, 302, 302)),
    Route("drafts.edit", "GET", "/drafts/none", (302, 403, 403, 403, 403, 404, 404)),
    Route("drafts.source", "GET", "/drafts/none/source.bpmn", (302, 403, 403, 403, 403, 404, 404)),
    Route("drafts.save", "PUT", "/drafts/none/source.bpmn", (302, 403, 403, 403, 403, 422, 422)),
    Route("drafts.keep_apart", "POST", "/drafts/none/apart", (302, 403, 403, 403, 403, 422, 422)),
    Route("drafts.state", "GET", "/drafts/none/state", (302, 403, 403, 403, 403, 404, 404)),
    Route("drafts.findings", "POST", "/drafts/none/findings", (302, 403, 403, 403, 403, 404, 404)),
    Route("drafts.form", "POST", "/drafts/none/form", (302, 403, 403, 403, 403, 404, 404)),
    Route("drafts.publish", "GET", "/drafts/none/publish", (302, 403, 403, 403, 403, 404, 404)),
    Route("drafts.publish", "POST", "/drafts/none/publish", (302, 403, 403, 403, 403, 404, 404)),
    Route("drafts.discard", "POST", "/drafts/none/discard", (302, 403, 403, 403, 403, 404, 404)),
    Route("drafts.replace", "POST", "/drafts/none/file", (302, 403, 403, 403, 403, 404, 404)),
    Route("starting.steps", "GET", "/processes/begin", (302, 403, 403, 403, 403, 200, 200)),
    Route("starting.steps", "POST", "/processes/begin", (302, 403, 403, 403, 403, 200, 200)),
    Route("trying.show", "GET", "/drafts/none/trial", (302, 403, 403, 403, 403, 404, 404)),
    Route("trying.show", "POST", "/drafts/none/trial", (302, 403, 403, 403, 403, 404, 404)),
    Route("trying.keep", "POST", "/drafts/none/trial/scenarios", (302, 403, 403, 403, 403, 404, 404)),
    Route("comments.say", "POST", "/processes/small_sale/comments", _all(422), {"number": "1", "element": "sign"}),
    Route("comments.settle", "POST", "/processes/small_sale/comments/none/settle", _all(404)),
    Route("playbook.newest", "GET", "/processes/small_sale/playbook", _all(200)),
    Route("playbook.show", "GET", "/processes/small_sale/versions/1/playbook", _all(200)),
    Route("health.alive", "GET", "/health", _all(200, 200)),
    Route("health.ready", "GET", "/ready", _all(200, 200)),
    Route("health.figures", "GET", "/metrics", _all(200, 200)),
    Route("moving.preview", "GET", "/processes/small_sale/move", (302, 403, 403, 403, 403, 200, 200)),
    Route("moving.start", "POST", "/processes/small_sale/move", (302, 403, 403, 403, 403, 302, 302)),
    Route("moving.show", "GET", "/processes/small_sale/moves/none", (302, 403, 403, 403, 403, 404, 404)),
    Route("moving.stop", "POST", "/processes/small_sale/moves/none/stop", (302, 403, 403, 403, 403, 404, 404)),
    Route(
        "moving.move_back",
        "POST",
        "/processes/small_sale/moves/none/deals/{deal}/back",
        (302, 403, 403, 403, 403, 404, 404),
    ),
    Route("outbox.index", "GET", "/outbox", (302, 403, 403, 403, 403, 403, 200)),
    Route("outbox.retry_all", "POST", "/outbox/retry", (302, 403, 403, 403, 403, 403, 302)),
    Route("outbox.retry", "POST", "/outbox/none/retry", (302, 403, 403, 403, 403, 403, 404)),
    Route("outbox.drop", "POST", "/outbox/none/drop", (302, 403, 403, 403, 403, 403, 404)),
    Route("lessons.index", "GET", "/lessons", _all(200)),
)  # fmt: skip


def test_every_route_is_in_the_table(app: Flask) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(route.endpoint, route.method) for route in TABLE} == routes


@pytest.fixture
def wests(staff: Company) -> tuple[Deal, Task]:
    deal = staff.engine.running.open_deal(
        process="small_sale", title="A secret of the West", account="Hanse", by=staff.ada, now=NOW
    )
    return deal, staff.engine.desk.deal(staff.ada, deal.id).tasks[0].task


@pytest.mark.parametrize("route", TABLE, ids=lambda route: f"{route.method} {route.endpoint}")
def test_each_person_gets_what_the_table_says(
    route: Route, app: Flask, staff: Company, wests: tuple[Deal, Task]
) -> None:
    address = route.address.format(deal=wests[0].id, task=wests[1].id, ada=staff.ada.id)
    # Those who may not come first, so that what the others do is not yet done.
    order = sorted(range(len(EVERYONE)), key=lambda place: -route.statuses[place])
    got = {EVERYONE[place]: _ask(app, staff, EVERYONE[place], route, address) for place in order}
    for name, status in zip(EVERYONE, route.statuses, strict=True):
        response = got[name]
        allowed = {status, 409} if status == 302 and route.method == "POST" else {status}
        assert response.status_code in allowed, (name, response.status_code)
        if status in {302, 403, 404} and response.status_code != 409:
            assert "secret of the West" not in response.text or name in {"ada", "ben", "ana"}
        if name == "nobody" and status == 302 and route.endpoint != "people.choose_language":
            assert "/sign-in" in response.headers["Location"]


def _ask(app: Flask, staff: Company, who: str, route: Route, address: str) -> TestResponse:
    visitor = Visitor(app)
    person: Person | None = getattr(staff, who, None)
    if person is not None:
        visitor.sign_in(person)
        visitor.get("/me")
    else:
        visitor.get("/sign-in")
    if route.method == "PUT":
        return visitor.send("PUT", address, b"")
    return (
        visitor.get(address)
        if route.method == "GET"
        else visitor.post(address, {name: value.format(who=who) for name, value in (route.data or {}).items()})
    )


def test_a_form_without_its_token_does_nothing(app: Flask, staff: Company, wests: tuple[Deal, Task]) -> None:
    visitor = Visitor(app).sign_in(staff.ada)
    posts = {
        route.address.format(deal=wests[0].id, task=wests[1].id, ada=staff.ada.id)
        for route in TABLE
        if route.method == "POST"
    }
    for address in sorted(posts):
        assert visitor.client.post(address).status_code == 400, address
    assert staff.engine.desk.deal(staff.ada, wests[0].id).deal == wests[0]
