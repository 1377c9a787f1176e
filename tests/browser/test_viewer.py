"""A map on a page is looked at: larger and smaller, moved, as large as the screen, element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, Tab, tab_at

_WIDTH = "document.querySelector('.map svg').getBoundingClientRect().width"
_LEFT = "document.querySelector('.map').scrollLeft"
#: The middle of an element, in the window.
_MIDDLE = """id => {
    const box = document.getElementById(id).getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
}"""


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Tab]:
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        tab = tab_at(context, site)
        tab.page.goto(site.link())
        tab.open("/processes/commercial")
        tab.page.locator(".map").scroll_into_view_if_needed()
        yield tab
        assert tab.complaints == []


def width(page: Page) -> float:
    return float(page.evaluate(_WIDTH))


def test_it_opens_as_large_as_it_was_drawn_and_grows_and_shrinks(tab: Tab) -> None:
    page, natural = tab.page, float(tab.page.locator(".map svg").get_attribute("viewBox").split()[2])  # type: ignore[union-attr]
    assert width(page) == pytest.approx(natural, abs=1)
    page.get_by_role("button", name="Larger").click()
    assert width(page) == pytest.approx(1.25 * natural, abs=1)
    expect(page.locator(".viewer .scale")).to_have_text("125 %")
    page.get_by_role("button", name="Smaller").click()
    page.get_by_role("button", name="Smaller").click()
    assert width(page) == pytest.approx(natural / 1.25, abs=1)
    page.get_by_role("button", name="Actual size").click()
    assert width(page) == pytest.approx(natural, abs=1)


def test_the_whole_map_fits(tab: Tab) -> None:
    tab.page.get_by_role("button", name="Whole map").click()
    outside = tab.page.evaluate(
        """() => {
            const map = document.querySelector('.map');
            return [map.scrollWidth - map.clientWidth, map.scrollHeight - map.clientHeight];
        }"""
    )
    assert max(outside) <= 1


def test_keys_do_the_same(tab: Tab) -> None:
    page = tab.page
    natural = width(page)
    page.locator(".map").focus()
    page.keyboard.press("+")
    assert width(page) > natural
    page.keyboard.press("0")
    assert width(page) == pytest.approx(natural, abs=1)
    page.keyboard.press("f")
    assert width(page) < natural
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => {_LEFT} > 0")


def test_the_wheel_enlarges_what_is_under_the_pointer(tab: Tab) -> None:
    page = tab.page
    x, y = page.evaluate(_MIDDLE, "Task_qualify")
    natural = width(page)
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.wait_for_function(f"() => {_WIDTH} > {natural + 10}")
    page.keyboard.up("Control")
    assert page.evaluate(_MIDDLE, "Task_qualify") == pytest.approx([x, y], abs=3)


def test_a_mouse_takes_the_map_and_moves_it_without_opening_anything(tab: Tab) -> None:
    page = tab.page
    x, y = page.evaluate(_MIDDLE, "Task_qualify")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 150, y, steps=5)
    page.mouse.up()
    assert page.evaluate(_LEFT) == pytest.approx(150, abs=2)
    assert page.url.endswith("/processes/commercial")
    expect(page.locator("dialog.beside")).not_to_be_visible()


def test_a_click_opens_the_card_and_escape_closes_it(tab: Tab) -> None:
    page = tab.page
    page.locator("#Task_qualify a").click()
    card = page.get_by_role("dialog", name="Qualify the lead")
    expect(card).to_be_visible()
    expect(card.get_by_text("What is written down")).to_be_visible()
    expect(page.locator("#Task_qualify")).to_have_class(re.compile(r"\bchosen\b"))
    # On to what follows, in the same place.
    card.get_by_role("link", name="Qualified?").click()
    expect(page.get_by_role("dialog", name="Qualified?")).to_be_visible()
    expect(page.locator("#Task_qualify")).not_to_have_class(re.compile(r"\bchosen\b"))
    page.keyboard.press("Escape")
    expect(page.locator("dialog.beside")).not_to_be_visible()
    assert page.evaluate("document.activeElement.closest('g').id") == "Gateway_qualified"
    assert page.url.endswith("/processes/commercial")


def test_by_keyboard_an_element_is_reached_opened_and_left(tab: Tab) -> None:
    page = tab.page
    page.locator("#Task_prepare a, #Task_qualify a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.beside")).to_be_visible()
    page.get_by_role("button", name="Close").press("Enter")
    expect(page.locator("dialog.beside")).not_to_be_visible()
    assert page.evaluate("document.activeElement.closest('.map') !== null")


def test_no_card_covers_what_it_is_of(tab: Tab) -> None:
    page = tab.page
    for element in ("Task_qualify", "Task_sign", "End_won", "Start_lead"):
        link = page.locator(f"g[id='{element}'] a")
        if not link.count():
            continue
        link.focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"g[id='{element}'].chosen")).to_have_count(1)
        covered = page.evaluate(
            """id => {
                const card = document.querySelector('dialog.beside').getBoundingClientRect();
                const box = document.getElementById(id).getBoundingClientRect();
                return box.right > card.left;
            }""",
            element,
        )
        assert not covered, element


def test_the_map_fills_the_screen(tab: Tab) -> None:
    page = tab.page
    button = page.get_by_role("button", name="Full screen")
    button.click()
    page.wait_for_function("() => document.fullscreenElement?.classList.contains('viewer')")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.locator("#Task_qualify a").click()
    expect(page.get_by_role("dialog", name="Qualify the lead")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    button.click()
    page.wait_for_function("() => !document.fullscreenElement")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_on_a_deals_map_the_card_tells_of_the_deal(tab: Tab, site: Site) -> None:
    deal = site.engine.desk.deals(site.me).deals[0]
    element = next(row.task.element_id for row in site.engine.desk.deal(site.me, deal.id).tasks)
    page = tab.open(f"/deals/{deal.id}")
    here = page.evaluate(
        """id => {
            const map = document.querySelector('.map').getBoundingClientRect();
            const box = document.getElementById(id).getBoundingClientRect();
            return box.left >= map.left && box.right <= map.right;
        }""",
        element,
    )
    assert here, "the map opens where the deal is"
    page.locator(f"g[id='{element}'] a").click()
    expect(page.locator("dialog.beside").get_by_text("here now")).to_be_visible()
    expect(page.locator("dialog.beside").get_by_role("link", name="Open the task")).to_be_visible()


def test_two_fingers_enlarge_it_on_a_phone(browser: Browser, site: Site) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        tab = tab_at(context, site)
        tab.page.goto(site.link())
        page = tab.open("/processes/commercial")
        page.locator(".map").scroll_into_view_if_needed()
        natural = width(page)
        box = page.locator(".map").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + 200
        wire = context.new_cdp_session(page)

        def fingers(kind: str, apart: float) -> None:
            points = [] if kind == "touchEnd" else [{"x": x - apart, "y": y}, {"x": x + apart, "y": y}]
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        fingers("touchStart", 30)
        fingers("touchMove", 45)
        fingers("touchMove", 60)
        fingers("touchEnd", 0)
        page.wait_for_function(f"() => {_WIDTH} > {1.8 * natural}")
        page.locator("#Task_qualify a").tap()
        page.wait_for_function("() => document.querySelector('dialog.beside').open")
        card = page.locator("dialog.beside").bounding_box()
        assert card is not None
        assert (card["x"], card["width"]) == (0, 390)
        assert tab.complaints == []


def test_without_scripts_the_map_scrolls_and_its_links_lead_to_pages(browser: Browser, site: Site) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        tab = tab_at(context, site)
        tab.page.goto(site.link())
        page = tab.open("/processes/commercial")
        expect(page.get_by_role("toolbar")).to_have_count(0)
        page.locator("#Task_qualify a").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Qualify the lead")
        assert page.url.endswith("/elements/Task_qualify")
        page.get_by_role("link", name="Qualified?").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Qualified?")


def test_what_is_chosen_for_a_file_is_seen_before_it_is_downloaded(tab: Tab) -> None:
    page = tab.open("/processes/commercial/versions/1/export?format=svg")
    expect(page.locator("#preview img")).to_have_count(1)
    page.get_by_label("PDF").check()
    expect(page.get_by_role("group", name="Paper")).to_be_visible()
    page.get_by_label("A3").check()
    expect(page.locator("#preview h2")).to_contain_text("pages")
    count = page.locator("#preview img").count()
    assert count > 1
    page.locator("#preview img").first.evaluate("image => image.decode()")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename == "commercial-v1-en.pdf"
    page.get_by_label("PNG").check()
    expect(page.get_by_role("group", name="Width in pixels")).to_be_visible()
    expect(page.get_by_role("group", name="Paper")).not_to_be_visible()


def test_a_shared_map_is_seen_in_a_page_of_another_site(browser: Browser, tab: Tab, site: Site) -> None:
    page = tab.open("/processes/commercial/link")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("SVG").input_value()
    with browser.new_context() as context:
        wiki = context.new_page()
        wiki.set_content(f'<img src="{address}" width="600">')
        wiki.locator("img").evaluate("image => image.decode()")
        assert wiki.locator("img").evaluate("image => image.naturalWidth") > 0


def test_what_is_no_card_is_not_put_into_the_page(tab: Tab) -> None:
    page = tab.page
    page.route(
        "**/elements/Task_qualify",
        lambda route: route.fulfill(body='<b id="stray">a file</b>', content_type="application/xml"),
    )
    page.locator("#Task_qualify a").first.click()
    page.wait_for_url("**/elements/Task_qualify")
    assert page.locator("dialog #stray").count() == 0
    tab.complaints.clear()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_dot_of_a_deal_lies_on_the_step_where_it_is(tab: Tab, site: Site, language: str) -> None:
    site.engine.people.set_language(site.me.id, language)
    desk = site.engine.desk
    deal = next(one for one in desk.deals(site.me).deals if one.process == "commercial")
    element = desk.deal(site.me, deal.id).tasks[0].task.element_id
    page = tab.open(f"/deals/{deal.id}")
    apart = page.evaluate(
        """id => {
            const [dot, step] = [document.querySelector('.badge.token rect'), document.querySelector(`#${id} path`)];
            const [one, other] = [dot, step].map(part => part.getBoundingClientRect());
            return [one.left - other.left, one.top - other.top, other.right - one.right, other.bottom - one.bottom];
        }""",
        element,
    )
    site.engine.people.set_language(site.me.id, "en")
    assert min(apart) > 0
    assert apart[1] < 12


def test_a_comment_is_written_on_the_card_beside_the_map(tab: Tab) -> None:
    page = tab.page
    page.locator("#Task_qualify a").first.click()
    card = page.locator("dialog")
    card.get_by_label("Say what you know of this step").fill("Ask for the budget first.")
    card.get_by_role("button", name="Send").last.click()
    expect(card).to_contain_text("1 comment")
    expect(card).to_contain_text("Ask for the budget first.")
    assert page.url.endswith("/processes/commercial")
    card.get_by_role("button", name="Settle").click()
    expect(card).to_contain_text("settled by")
