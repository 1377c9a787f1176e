"""A designer draws and defines a process in the browser: what is done there is in the file on the server, and valid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bpmn.model import Definitions
from bpmn.reading import read
from engine.drafts import Draft
from tests.bpmn.schema import complaints
from tests.browser.conftest import Site, Tab, tab_at
from tests.builders import commercial


class Desk:
    """The editor with a draft of the commercial process in it."""

    def __init__(self, tab: Tab, draft: Draft) -> None:
        self.tab, self.page, self.draft = tab, tab.page, draft
        self.page.goto(f"{tab.site.address}/drafts/{draft.id}")
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_selector("#editor[data-ready]")

    def choose(self, element: str) -> None:
        """As a click on its middle does; without the mouse, which may meet the buttons of what was chosen before."""
        self.page.evaluate(
            """async id => {
                const editor = await window.editor, element = editor.get('elementRegistry').get(id);
                editor.get('canvas').scrollToElement(element);
                editor.get('selection').select(element);
            }""",
            element,
        )

    def middle(self, element: str) -> tuple[float, float]:
        self.choose(element)
        box = self.page.locator(f'[data-element-id="{element}"]').first.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def field(self, label: str, exact: bool = True):  # type: ignore[no-untyped-def]
        return self.page.locator("[data-part=panel]").get_by_label(label, exact=exact)

    def open(self, title: str) -> None:
        section = self.page.locator(f'[data-part=panel] details[data-title="{title}"]')
        if section.get_attribute("open") is None:
            section.locator("summary").first.click()

    def kept(self) -> bytes:
        """The file on the server, once what is done has come there; valid whatever was done."""
        self.page.evaluate("document.activeElement?.blur()")
        expect(self.page.locator("[data-part=state]")).to_have_text("Saved")
        self.page.wait_for_function("document.querySelector('[data-part=state]').classList.contains('kept')")
        source = self.tab.site.engine.drafting.source(self.draft.id, by=self.tab.site.me)
        assert complaints(source) == []
        return source

    def says(self) -> Definitions:
        return read(self.kept()).definitions


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Tab]:
    site.engine.people.set_language(site.me.id, "en")
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        tab = tab_at(context, site)
        tab.page.goto(site.link())
        yield tab


def drafted(site: Site) -> Draft:
    version = site.engine.publishing.version("commercial", 1).version
    now = datetime.now(UTC)
    return site.engine.drafting.begin(commercial(), version_id=version.id, by=site.me, now=now)


@pytest.fixture
def desk(tab: Tab, site: Site) -> Iterator[Desk]:
    yield Desk(tab, drafted(site))
    assert tab.complaints == []


def test_a_draft_opens_from_its_process_and_says_the_same(tab: Tab, site: Site) -> None:
    page = tab.open("/processes/commercial")
    page.get_by_role("button", name="Change it in a draft").click()
    page.wait_for_selector("#editor[data-ready]")
    expect(page.locator("[data-part=findings]")).to_contain_text("Nothing is found")
    assert page.locator('[data-element-id="Task_identify"]').first.is_visible()
    draft = site.engine.drafting.drafts(by=site.me)[0]
    # The drawing library writes the file in its own way: everything that we read of it stays.
    desk = Desk(tab, draft)
    desk.choose("Task_identify")
    desk.field("Name").fill("Identify the lead!")
    desk.field("Name").fill("Identify the lead")
    page.keyboard.press("Tab")
    before, after = read(commercial()).definitions, desk.says()
    assert set(before.nodes) == set(after.nodes)
    assert [node for node in before.nodes if not _same(before, after, node)] == []
    assert [stage.id for stage in after.stages] == [stage.id for stage in before.stages]
    assert (after.language, after.processes[0].goal) == (before.language, before.processes[0].goal)
    assert {flow.id: flow.condition for flow in after.flows.values()} == {
        flow.id: flow.condition for flow in before.flows.values()
    }
    assert tab.complaints == []


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_nothing_of_the_drawing_opens_under_the_palette(desk: Desk, size: tuple[int, int]) -> None:
    page = desk.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.reload()
    desk.ready()
    for whole in (False, True):
        if whole:
            page.get_by_role("button", name="Whole map").click()
        canvas, pool, palette = (
            page.locator(place).first.bounding_box()
            for place in ("[data-part=canvas]", "[data-element-id=Pool_sales] .djs-visual", ".djs-palette")
        )
        assert canvas
        assert pool
        assert palette
        assert pool["x"] >= palette["x"] + palette["width"]
        assert pool["y"] >= canvas["y"]
        beyond = pool["x"] + pool["width"] > canvas["x"] + canvas["width"]
        assert beyond is not whole


def _same(before: Definitions, after: Definitions, node: str) -> bool:
    one, other = before.nodes[node], after.nodes[node]
    told = (
        "name",
        "type",
        "stage",
        "questions",
        "events",
        "default",
        "time_limit",
        "touch",
        "lesson",
        "outcome",
        "mail",
    )
    fields = [[(f.id, f.type, f.label, f.required, f.options, f.sets) for f in side.form] for side in (one, other)]
    return all(getattr(one, name) == getattr(other, name) for name in told) and fields[0] == fields[1]


def test_a_stage_gets_its_card(desk: Desk) -> None:
    desk.choose("Group_proposal")
    desk.field("A deal is in it when").fill("The four criteria are met.")
    desk.field("Proof that the buyer is there").fill("They sign off the budget.")
    desk.page.get_by_role("button", name="Add an item").click()
    desk.field("Item 4").fill("A second reader has seen the proposal")
    desk.field("Late after: how many").fill("2")
    desk.field("Late after: unit").select_option(label="weeks")
    desk.field("The buyer’s step").select_option(label="decision")
    desk.field("Viable from here").uncheck()
    stage = desk.says().stage("Stage_proposal")
    assert stage
    assert stage.entry == "The four criteria are met."
    assert stage.proof == "They sign off the budget."
    assert [item.text for item in stage.checklist][-1] == "A second reader has seen the proposal"
    assert len({item.id for item in stage.checklist}) == 4
    assert (stage.time_limit, stage.buyer_step, stage.viable) == ("P2W", "decision", False)


def test_a_process_says_what_it_is_measured_by_and_whom_it_is_made_for(desk: Desk) -> None:
    page = desk.page
    page.evaluate("window.editor.then(e => e.get('selection').select(e.get('elementRegistry').get('Pool_sales')))")
    desk.open("Measured by")
    page.get_by_role("button", name="Add an indicator").click()
    desk.field("Indicators 1").fill("Win rate by value")
    desk.open("Client profiles")
    page.get_by_role("button", name="Add a profile").click()
    group = page.locator("[data-title='Client profiles']")
    group.get_by_label("Name").fill("Plant manager")
    group.get_by_label("What troubles them").fill("Stops on the line")
    group.get_by_label("Who decides").fill("The head of operations")
    process = desk.says().processes[0]
    assert process.kpis == ("Win rate by value",)
    assert [(one.name, one.pains, one.decides) for one in process.profiles] == [
        ("Plant manager", "Stops on the line", "The head of operations")
    ]
    desk.choose("Task_qualify")
    desk.field("At hand: Plant manager").check()
    definitions = desk.says()
    assert definitions.profiles_at("Task_qualify") == definitions.processes[0].profiles


def test_a_form_is_made_and_seen_as_the_rep_will_see_it(desk: Desk) -> None:
    desk.choose("Task_hand_over")
    before = len(read(commercial()).definitions.nodes["Task_hand_over"].form)
    desk.page.get_by_role("button", name="Add a field").click()
    desk.field("Label").last.fill("How sure are they?")
    desk.field("Kind of answer").last.select_option(label="one choice")
    for number, word in enumerate(("Quite sure", "Not at all"), 1):
        desk.page.get_by_role("button", name="Add a choice").last.click()
        desk.field(f"Choice {number}").last.fill(word)
    desk.field("Needed").last.check()
    form = desk.says().nodes["Task_hand_over"].form
    assert len(form) == before + 1
    assert (form[-1].id, form[-1].type, form[-1].label, form[-1].required) == (
        "how_sure_are_they", "choice", "How sure are they?", True,
    )  # fmt: skip
    assert [(one.value, one.label) for one in form[-1].options] == [
        ("quite_sure", "Quite sure"),
        ("not_at_all", "Not at all"),
    ]
    expect(desk.page.locator(".preview")).to_contain_text("Not at all")
    assert desk.page.locator(".preview input:enabled").count() == 0


def test_a_condition_is_put_together_from_answers_and_can_be_text(desk: Desk) -> None:
    desk.choose("Gateway_qualified")
    rows = desk.page.locator(".compare")
    assert rows.count() == 4
    rows.nth(3).get_by_role("button", name="Remove").click()
    desk.page.get_by_role("button", name="Add a comparison").click()
    row = rows.nth(3)
    row.get_by_label("Answer").select_option("source")
    row.get_by_label("Comparison").select_option("!=")
    row.get_by_label("Value").select_option("cold_call")
    flow = next(one for one in desk.says().flows.values() if one.source == "Gateway_qualified" and one.condition)
    assert flow.condition == "really_needs and sees_value and has_budget and source != 'cold_call'"
    desk.field("As text").fill("really_needs and (sees_value or has_budget)")
    desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_text("Too rich for the rows above")).to_be_visible()
    assert desk.says().flows[flow.id].condition == "really_needs and (sees_value or has_budget)"
    desk.field("As text").fill("really_needs and (")
    desk.page.keyboard.press("Tab")
    expect(desk.page.locator("[data-part=findings]")).to_contain_text("error")
    expect(desk.page.locator(".finding.error").first).to_be_visible()


def test_a_timer_is_said_in_words_with_the_standards_text_beside_it(desk: Desk) -> None:
    timer = next(node.id for node in read(commercial()).definitions.nodes.values() if node.type == "boundaryEvent")
    desk.choose(timer)
    assert desk.field("As it stands in the file (ISO 8601)").input_value() == "R7/P7D"
    desk.field("Every: how many").fill("5")
    desk.page.keyboard.press("Tab")
    desk.field("How many times; empty for always").fill("8")
    desk.page.keyboard.press("Tab")
    event = desk.says().nodes[timer].event
    assert event
    assert event.timer
    assert (event.timer.kind, event.timer.text) == ("cycle", "R8/P5D")


def test_what_is_dropped_in_a_stage_belongs_to_it(desk: Desk) -> None:
    page = desk.page
    x, y = desk.middle("Group_qualification")
    box = page.locator('[data-element-id="Group_qualification"]').first.bounding_box()
    assert box
    page.evaluate("window.editor.then(e => e.get('selection').select([]))")
    page.locator('.djs-palette [data-action="create.task"]').click()
    page.mouse.move(x, y)
    page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.8, steps=5)
    page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.8)
    # Its name is asked for on the canvas.
    name = page.locator(".djs-direct-editing-parent")
    expect(name).to_be_visible()
    page.keyboard.type("Call the buyer again")
    page.keyboard.press("Enter")
    expect(name).to_be_hidden()
    made = next(node for node in desk.says().nodes.values() if node.name == "Call the buyer again")
    assert made.stage == "Stage_qualification"
    expect(page.locator("[data-part=findings]")).to_contain_text("Call the buyer again")
    page.locator("[data-part=findings] button").first.click()
    assert page.evaluate("window.editor.then(e => e.get('selection').get().length)") == 1


def test_a_finding_is_mended_with_a_click_or_silenced_with_a_reason(desk: Desk) -> None:
    page, found = desk.page, desk.page.locator("[data-part=findings]")
    timer = next(node.id for node in read(commercial()).definitions.nodes.values() if node.type == "boundaryEvent")
    desk.choose(timer)
    desk.field("How many times; empty for always").fill("2")
    page.keyboard.press("Tab")
    expect(found).to_contain_text("asks for too few follow-ups")
    expect(page.locator("[data-part=panel] .told")).to_contain_text("It takes six to eight touches")
    page.locator("[data-part=panel] .told").get_by_role("button", name="Every 7 days, 7 times").click()
    expect(found).to_contain_text("Nothing is found")
    event = desk.says().nodes[timer].event
    assert event
    assert event.timer
    assert event.timer.text == "R7/P7D"
    desk.choose("Task_identify")
    desk.field("Name").fill("The lead")
    page.keyboard.press("Tab")
    expect(page.locator("[data-part=panel] .told")).to_contain_text("does not say what to do")
    page.get_by_text("Silence it here…").click()
    page.get_by_label("Why it does not matter here").fill("Everyone here calls it so.")
    page.get_by_role("button", name="Silence", exact=True).click()
    expect(found).to_contain_text("Nothing is found")
    assert desk.says().nodes["Task_identify"].silenced == {"vague_name"}


def test_a_step_back_takes_back_one_change_and_forward_does_it_again(desk: Desk) -> None:
    desk.choose("Task_negotiate")
    desk.field("Name").fill("Negotiate as partners")
    desk.page.keyboard.press("Tab")
    assert desk.says().nodes["Task_negotiate"].name == "Negotiate as partners"
    desk.page.get_by_role("button", name="Undo").click()
    assert desk.says().nodes["Task_negotiate"].name == read(commercial()).definitions.nodes["Task_negotiate"].name
    desk.page.get_by_role("button", name="Redo").click()
    assert desk.says().nodes["Task_negotiate"].name == "Negotiate as partners"


def test_what_is_copied_keeps_its_form(desk: Desk) -> None:
    desk.page.evaluate(
        """async () => {
            const e = await window.editor, one = e.get('elementRegistry').get('Task_negotiate');
            e.get('copyPaste').copy(one);
            e.get('copyPaste').paste({ element: one.parent, point: { x: one.x + 60, y: one.y + 150 } });
        }"""
    )
    copies = [node for node in desk.says().nodes.values() if node.type == "userTask" and "negotiate" not in node.id]
    original = read(commercial()).definitions.nodes["Task_negotiate"]
    assert any([field.id for field in node.form] == [field.id for field in original.form] for node in copies)


def test_nothing_is_lost_while_the_server_cannot_be_reached(desk: Desk) -> None:
    page = desk.page
    page.route("**/source.bpmn?revision=*", lambda route: route.abort())
    desk.choose("Task_negotiate")
    desk.field("Name").fill("Negotiate by the sea")
    page.keyboard.press("Tab")
    expect(page.locator("[data-part=state]")).to_contain_text("The server cannot be reached")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    desk.ready()
    page.unroute("**/source.bpmn?revision=*")
    page.get_by_role("button", name="Bring them back").click()
    assert desk.says().nodes["Task_negotiate"].name == "Negotiate by the sea"
    # The browser itself says that a request failed.
    assert [told for told in desk.tab.complaints if "Failed to load resource" not in told] == []
    desk.tab.complaints.clear()


def test_two_designers_are_told_and_both_keep_their_work(desk: Desk, site: Site) -> None:
    theirs = commercial().replace(b'name="Identify the lead"', b'name="Meet the lead"')
    site.engine.drafting.save(desk.draft.id, theirs, revision=1, by=site.me, now=datetime.now(UTC))
    desk.choose("Task_negotiate")
    desk.field("Name").fill("Negotiate in May")
    desk.page.keyboard.press("Tab")
    expect(desk.page.locator("[data-part=state]")).to_contain_text("changed this draft after you opened it")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.get_by_role("button", name="Keep mine apart").click()
    desk.page.wait_for_url(lambda address: desk.draft.id not in address)
    desk.ready()
    drafts = {draft.id for draft in site.engine.drafting.drafts(by=site.me)}
    mine = site.engine.drafting.source(desk.page.url.rsplit("/", 1)[1], by=site.me)
    assert desk.draft.id in drafts
    assert b"Negotiate in May" in mine
    assert site.engine.drafting.source(desk.draft.id, by=site.me) == theirs
    desk.tab.complaints.clear()


def test_a_draft_is_published_from_the_editor(desk: Desk, site: Site) -> None:
    desk.choose("Task_negotiate")
    desk.field("Name").fill("Negotiate as partners")
    desk.page.get_by_role("link", name="Publish…").click()
    expect(desk.page.locator("h1")).to_contain_text("change to version")
    desk.page.get_by_label("What changed, in a sentence").fill("As partners")
    desk.page.get_by_role("button", name="Publish").click()
    expect(desk.page.locator(".flash")).to_contain_text("is published as version")
    newest = site.engine.publishing.latest("commercial")
    assert newest.definitions.nodes["Task_negotiate"].name == "Negotiate as partners"
    assert newest.version.languages == ("en", "fr")


@pytest.mark.parametrize(("size", "scheme"), [((1440, 900), "light"), ((390, 844), "dark")], ids=["desk", "phone"])
def test_the_editor_is_accessible_beside_its_canvas(
    browser: Browser, site: Site, size: tuple[int, int], scheme: str
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    with browser.new_context(viewport=viewport, color_scheme=scheme) as context:  # type: ignore[arg-type]
        tab = tab_at(context, site)
        tab.page.goto(site.link())
        desk = Desk(tab, drafted(site))
        for element in ("Task_identify", "Gateway_qualified", "Group_proposal", "Lane_rep"):
            desk.choose(element)
            expect(tab.page.locator("[data-part=panel] h2")).to_be_visible()
            assert _violations(tab.page) == [], element
            wider = tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, context={"exclude": [["[data-part=canvas]"]]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
