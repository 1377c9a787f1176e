"""Every page at a desk and on a phone, light and dark, in English and French: it fits, and is accessible."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import Site, tab_at
from tests.builders import commercial

DESK, PHONE = (1440, 900), (390, 844)


def moved(site: Site) -> str:
    """A move of deals to a version where one step was drawn again: some of them stay."""
    desk, now = site.engine.desk, datetime.now(UTC)
    deals = [deal for deal in desk.deals(site.me).deals if deal.process == "commercial"]
    gone = desk.deal(site.me, deals[0].id).tasks[0].task.element_id

    def drawn_again(language: str = "") -> bytes:
        source = commercial(language).decode()
        return source.replace(f'"{gone}"', '"drawn_again"').replace(f">{gone}<", ">drawn_again<").encode()

    twins = {"fr": drawn_again("fr")}
    version = site.engine.publishing.publish(drawn_again(), twins=twins, by=site.me, now=now)
    wanted = [deal.id for deal in deals[:4]]
    move = site.engine.moving.start("commercial", version.number, wanted, by=site.me, now=now)
    site.engine.moving.go_on(now=now, limit=3, move_id=move)
    return move


def addresses(site: Site) -> list[str]:
    desk = site.engine.desk
    site.engine.sharing.share("commercial", by=site.me, now=datetime.now(UTC))
    move = moved(site)
    version = site.engine.publishing.version("commercial", 1).version
    changed = commercial().replace(b'name="Identify the lead"', b'name="Find the lead"')
    draft = site.engine.drafting.begin(changed, version_id=version.id, by=site.me, now=datetime.now(UTC)).id
    open_deal = desk.deals(site.me).deals[0].id
    if not any(row.task.is_off_map for row in desk.deal(site.me, open_deal).tasks):
        site.engine.detours.add_task(
            open_deal, title="Visit the site", reason="They asked for it.", note="Bring the plans.",
            role="rep", by=site.me, now=datetime.now(UTC),
        )  # fmt: skip
    task = desk.deal(site.me, open_deal).tasks[0].task.id
    lost = desk.deals(site.me, status="lost").deals[0].id
    tasks = {
        row.task.element_id: row.task.id
        for deal in desk.deals(site.me).deals
        for row in desk.deal(site.me, deal.id).tasks
    }
    return [
        "/inbox",
        "/inbox?view=lanes",
        "/deals",
        "/deals?status=lost",
        "/deals/new",
        f"/deals/{open_deal}",
        f"/deals/{open_deal}?history=all",
        f"/deals/{open_deal}/lose",
        f"/deals/{open_deal}/detours",
        f"/tasks/{task}/skip",
        f"/deals/{open_deal}/change",
        f"/deals/{lost}",
        *(f"/tasks/{task}" for task in tasks.values()),
        "/processes",
        "/processes/commercial",
        "/processes/commercial/versions/1/elements/Task_qualify",
        f"/processes/commercial/versions/1/elements/Stage_closing?deal={open_deal}",
        "/processes/commercial/versions/1/export?format=pdf&paper=a3",
        f"/deals/{open_deal}/export?format=png",
        "/processes/commercial/compare",
        "/processes/commercial/link",
        "/processes/commercial/playbook",
        "/processes/new",
        "/processes/begin",
        f"/drafts/{draft}/publish",
        f"/drafts/{draft}/trial",
        "/processes/commercial/move",
        f"/processes/commercial/moves/{move}",
        "/lessons",
        "/people",
        "/outbox",
        "/me",
        "/nothing-here",
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_pages_fit_and_are_accessible(
    browser: Browser, site: Site, size: tuple[int, int], scheme: str, language: str
) -> None:
    site.engine.people.set_language(site.me.id, language)
    viewport = {"width": size[0], "height": size[1]}
    with browser.new_context(viewport=viewport, color_scheme=scheme) as context:  # type: ignore[arg-type]
        tab = tab_at(context, site)
        tab.page.goto(site.link())
        for address in addresses(site):
            page = tab.open(address)
            assert page.locator("html").get_attribute("lang") == language
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{address} is {wider} px wider than the screen"
            found = [
                f"{one['id']}: {one['nodes'][0]['html'][:120]}"
                for one in Axe().run(page).response["violations"]
                if one["impact"] in {"serious", "critical"}
            ]
            assert found == [], address
        expected = "Failed to load resource: the server responded with a status of 404 (NOT FOUND)"
        assert [told for told in tab.complaints if told != expected] == []


def test_every_word_of_the_map_fits_its_box(browser: Browser, site: Site) -> None:
    for language in ("en", "fr"):
        site.engine.people.set_language(site.me.id, language)
        with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
            tab = tab_at(context, site)
            tab.page.goto(site.link())
            page = tab.open("/processes/commercial")
            spilling = page.evaluate(
                """() => [...document.querySelectorAll('.map g.userTask, .map g.serviceTask')].flatMap(node => {
                    const box = node.querySelector('path, polygon, rect').getBoundingClientRect();
                    return [...node.querySelectorAll('text')].filter(text => {
                        const place = text.getBoundingClientRect();
                        return place.left < box.left || place.right > box.right
                            || place.top < box.top || place.bottom > box.bottom;
                    }).map(text => node.id + ': ' + text.textContent);
                })"""
            )
            assert spilling == []
            assert page.locator(".map g.userTask").count() >= 12
