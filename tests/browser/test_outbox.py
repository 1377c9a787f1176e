"""The outbox of an administrator, in a real browser: it fits, can be read, and its buttons do what they say."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from engine.errors import NotDelivered, Undeliverable
from engine.parcels import Parcel
from tests.browser.conftest import Site, tab_at
from tests.builders import definition


def fail(parcel: Parcel) -> None:
    if parcel.kind == "mail":
        answer = "550 5.1.1 <martina.brandt@hanse-logistik.example>: Recipient address rejected: unknown in local table"
        raise Undeliverable("The mail server refused it: %(answer)s", answer=answer)
    raise NotDelivered("'%(name)s' answered %(status)d: %(said)s", name="erp", status=500, said="out of memory")


@pytest.fixture
def stuck(empty_site: Site) -> Site:
    engine, me, now = empty_site.engine, empty_site.me, datetime.now(UTC)
    engine.publishing.publish(definition("sends"), by=None, now=now)
    for account in ("Hanse Logistik", "Ateliers Véron"):
        deal = engine.running.open_deal(
            process="sends", title=f"{account}: fleet planning", account=account, value=Decimal(48_000), by=me, now=now
        )
        [row] = engine.desk.deal(me, deal.id).tasks
        answers = {"email": "martina.brandt@hanse-logistik.example"}
        engine.running.complete_task(row.task.id, answers, by=me, now=now)
    while engine.outbox.deliver_next(fail, worker="one", now=now):
        pass
    return empty_site


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")], ids=["desk", "phone"])
def test_what_failed_is_seen_tried_again_and_dropped(browser: Browser, stuck: Site, width: int, scheme: str) -> None:
    with browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="en-GB") as context:  # type: ignore[arg-type]
        tab = tab_at(context, stuck)
        page = tab.page
        page.goto(stuck.link())
        page.get_by_role("link", name="Outbox").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("2 messages or timers were given up")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        found = [one["id"] for one in Axe().run(page).response["violations"]]
        assert found == []
        page.get_by_role("button", name="Try again").first.click()
        expect(page.get_by_role("status")).to_contain_text("tried again in a moment")
        page.get_by_text("Drop…").first.click()
        page.get_by_role("button", name="Never send it").first.click()
        expect(page.get_by_role("status")).to_contain_text("It was dropped")
        assert sum(stuck.engine.outbox.counts(by=None)) == 3
        assert tab.complaints == []
