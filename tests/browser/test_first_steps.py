"""What a new user does first, in a real browser."""

from __future__ import annotations

from decimal import Decimal

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site, tab_at


def test_from_the_link_to_a_first_deal_in_french(browser: Browser, empty_site: Site) -> None:
    with browser.new_context(locale="en-GB") as context:
        tab = tab_at(context, empty_site)
        page = tab.page
        page.goto(empty_site.link())
        expect(page.get_by_role("heading", level=1)).to_have_text("There is no deal here yet")
        for offer in ("Open a deal", "Load demo data", "Read the map"):
            expect(page.get_by_role("link", name=offer).or_(page.get_by_role("button", name=offer))).to_be_visible()
        page.get_by_role("button", name="Français").click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.get_by_role("heading", level=1)).not_to_have_text("There is no deal here yet")
        assert tab.complaints == []


def test_a_deal_is_won_with_the_keyboard_alone(browser: Browser, empty_site: Site) -> None:
    with browser.new_context(locale="en-GB") as context:
        tab = tab_at(context, empty_site)
        page = tab.page
        page.goto(empty_site.link())
        tab.open("/deals/new?process=small_sale")
        page.get_by_label("What the deal is about").focus()
        page.keyboard.type("Fleet planning")
        page.keyboard.press("Tab")
        page.keyboard.type("Hanse Logistik")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Qualify")
        page.get_by_role("radio", name="Yes").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("48000")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_label("Need is named")).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Record the answer")
        page.get_by_role("radio", name="yes").first.check()
        page.get_by_label("Proposal is sent").check()
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign")
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("status")).to_contain_text("the deal is closed")
        expect(page.locator(".head .chip.won")).to_have_text("won")
        [deal] = empty_site.engine.desk.deals(empty_site.me, status="won").deals
        assert (deal.title, deal.value) == ("Fleet planning", Decimal(48_000))
        assert tab.complaints == []


def test_another_is_lost_and_its_lesson_shows_up(browser: Browser, site: Site) -> None:
    with browser.new_context(locale="en-GB") as context:
        tab = tab_at(context, site)
        page = tab.page
        page.goto(site.link())
        page.get_by_role("link", name="Deals").click()
        page.get_by_role("link", name="Nordlys AS: service contracts").click()
        page.get_by_role("link", name="Lost…").click()
        page.get_by_role("button", name="Yes, it is lost").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Say why, and what we learn")
        expect(page.get_by_text("What happened so far")).to_be_visible()
        page.get_by_label("loss_reason").or_(page.locator("[name='f.loss_reason']")).select_option("price")
        page.locator("[name='f.lesson_text']").fill("We named a price before the problem.")
        page.get_by_role("button", name="Done").click()
        page.locator("[name='f.lesson_shared']").fill("Name the problem before the price.")
        page.get_by_role("button", name="Done").click()
        page.get_by_role("link", name="Lessons", exact=True).click()
        expect(page.get_by_text("Name the problem before the price.")).to_be_visible()
        # Halden Marine is at the same stage: the lesson waits there.
        halden = next(deal for deal in site.engine.desk.deals(site.me).deals if "Halden" in deal.title)
        tab.open(f"/deals/{halden.id}")
        expect(page.get_by_text("Name the problem before the price.")).to_be_visible()
        assert tab.complaints == []
