"""What a designer has drawn is not lost: by colleagues, lost answers, a sign-out, copies, undone steps, odd files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bpmn import checks
from bpmn.reading import read
from tests.browser.conftest import Site, Tab, tab_at
from tests.browser.test_editor import Desk, drafted
from tests.builders import commercial

NAME = "Negotiate by the sea"


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Tab]:
    site.engine.people.set_language(site.me.id, "en")
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        tab = tab_at(context, site)
        tab.page.goto(site.link())
        tab.page.on("dialog", lambda dialog: dialog.accept())
        yield tab


@pytest.fixture
def desk(tab: Tab, site: Site) -> Desk:
    return Desk(tab, drafted(site))


def rename(desk: Desk, name: str = NAME) -> None:
    desk.choose("Task_negotiate")
    desk.field("Name").fill(name)
    desk.page.keyboard.press("Tab")


def kept_apart(desk: Desk, site: Site) -> bytes:
    desk.page.get_by_role("button", name="Keep mine apart").click()
    desk.page.wait_for_url(lambda address: desk.draft.id not in address)
    desk.ready()
    return site.engine.drafting.source(desk.page.url.rsplit("/", 1)[1], by=site.me)


def test_after_a_conflict_one_can_go_on_and_still_keep_ones_own(desk: Desk, site: Site) -> None:
    theirs = commercial().replace(b'name="Identify the lead"', b'name="Meet the lead"')
    site.engine.drafting.save(desk.draft.id, theirs, revision=1, by=site.me, now=datetime.now(UTC))
    rename(desk, "First")
    expect(desk.page.get_by_role("button", name="Keep mine apart")).to_be_visible()
    rename(desk)
    expect(desk.page.locator("[data-part=state]")).to_contain_text("changed this draft after you opened it")
    assert NAME.encode() in kept_apart(desk, site)
    assert site.engine.drafting.source(desk.draft.id, by=site.me) == theirs


def test_a_draft_that_is_gone_is_kept_as_another(desk: Desk, site: Site) -> None:
    site.engine.drafting.discard(desk.draft.id, revision=1, by=site.me)
    rename(desk)
    expect(desk.page.locator("[data-part=state]")).to_contain_text("no such draft any more")
    assert NAME.encode() in kept_apart(desk, site)


def test_an_answer_that_got_lost_is_no_conflict_with_oneself(desk: Desk) -> None:
    lost: list[object] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    desk.page.route("**/source.bpmn?revision=*", lose)
    rename(desk, "First")
    expect(desk.page.locator("[data-part=state]")).to_contain_text("cannot be reached")
    rename(desk)
    assert desk.says().nodes["Task_negotiate"].name == NAME


def test_who_signs_in_again_elsewhere_goes_on_where_they_were(desk: Desk, site: Site) -> None:
    other = desk.page.context.new_page()
    other.goto(f"{site.address}/me")
    other.get_by_role("button", name="Sign out").click()
    rename(desk)
    state = desk.page.locator("[data-part=state]")
    expect(state).to_contain_text("You are signed out")
    other.goto(site.link())
    expect(state).to_have_text("Saved", timeout=15_000)
    assert desk.says().nodes["Task_negotiate"].name == NAME


def test_a_file_can_take_its_place_after_changes(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    rename(desk)
    desk.kept()
    file = tmp_path_factory.mktemp("file") / "sale.bpmn"
    file.write_bytes(commercial().replace(b'name="Negotiate"', b'name="Haggle"'))
    desk.page.get_by_text("The file", exact=True).click()
    desk.page.locator("#file").set_input_files(file)
    desk.page.get_by_role("button", name="Replace").click()
    expect(desk.page.locator(".flash")).to_contain_text("The file is in the draft now")
    desk.ready()
    assert desk.says().nodes["Task_negotiate"].name == "Haggle"


def test_a_condition_that_was_not_touched_stays_as_it_was_written(desk: Desk, site: Site) -> None:
    flow = "really_needs and sees_value and has_budget and decides"
    odd = commercial().decode().replace(flow, "deal_score &gt;= 50 and really_needs and company == 'a or b'")
    assert odd != commercial().decode()
    site.engine.drafting.save(desk.draft.id, odd.encode(), revision=1, by=site.me, now=datetime.now(UTC))
    desk.page.reload()
    desk.ready()
    desk.choose("Gateway_qualified")
    desk.page.locator(".compare").nth(1).get_by_label("Value").select_option("false")
    condition = desk.says().flows["Flow_qualified_yes"].condition
    assert condition == "deal_score >= 50 and not really_needs and company == 'a or b'"


def group(page: Page, x: int) -> None:
    page.evaluate(
        """async x => {
            const e = await window.editor, pool = e.get('elementRegistry').get('Pool_sales');
            const shape = e.get('elementFactory').createShape({ type: 'bpmn:Group' });
            const made = e.get('modeling').createShape(shape, { x, y: pool.y + pool.height + 300 }, pool.parent);
            e.get('selection').select(made);
        }""",
        x,
    )


def test_a_stage_is_drawn_named_undone_and_done_again_and_is_one_stage(desk: Desk) -> None:
    page = desk.page
    group(page, 400)
    desk.field("Name").fill("Demo")
    page.keyboard.press("Tab")
    assert [stage.name for stage in desk.says().stages].count("Demo") == 1
    for _ in range(2):
        page.get_by_role("button", name="Undo change").click()
    assert "Demo" not in [stage.name for stage in desk.says().stages]
    for _ in range(2):
        page.get_by_role("button", name="Redo change").click()
    stages = desk.says().stages
    assert [stage.name for stage in stages].count("Demo") == 1
    assert len({stage.id for stage in stages}) == len(stages)


def test_a_copied_stage_can_be_published(desk: Desk) -> None:
    desk.page.evaluate(
        """async () => {
            const e = await window.editor, one = e.get('elementRegistry').get('Group_proposal');
            e.get('copyPaste').copy(one);
            e.get('copyPaste').paste({ element: one.parent, point: { x: one.x, y: one.y + 2000 } });
        }"""
    )
    definitions = desk.says()
    assert len(definitions.stages) == 8
    assert checks.errors(checks.run(definitions)) == ()


def test_what_the_editor_leaves_out_is_told_before_anything_is_saved(desk: Desk, site: Site) -> None:
    odd = commercial().replace(b"<bpmn:laneSet", b"<!-- ask Ada --><bpmn:laneSet", 1)
    site.engine.drafting.save(desk.draft.id, odd, revision=1, by=site.me, now=datetime.now(UTC))
    desk.page.reload()
    desk.ready()
    expect(desk.page.locator("[data-part=warnings]")).to_contain_text("comments in the file")
    assert site.engine.drafting.source(desk.draft.id, by=site.me) == odd


def test_a_name_follows_its_label_until_it_is_asked_for(desk: Desk) -> None:
    desk.choose("Task_negotiate")
    desk.page.get_by_role("button", name="Add a field").click()
    for label, name in (("Bud", "bud"), ("Budget of the buyer", "budget_of_the_buyer"), ("Class", "class_2")):
        desk.field("Label").last.fill(label)
        form = desk.says().nodes["Task_negotiate"].form
        assert (form[-1].label, form[-1].id) == (label, name)
    assert read(desk.kept()).definitions.nodes["Task_negotiate"].form[-1].id == "class_2"
