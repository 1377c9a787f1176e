"""The editor in Chromium on a hundred elements: until it is drawn, until findings come, and what it weighs."""

from __future__ import annotations

import gzip
import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

import web
from bpmn.drawing import editable
from bpmn.starting import Plan, PlannedStage, begun
from engine import open_engine
from tests.benchmarks.table import Line, at_most, ms, p50
from tests.browser.conftest import FLAGS, chromium
from web.app import create_app
from web.config import Config

ROUNDS = 7
#: Bytes that may be sent for the editor's scripts, compressed.
MOST_BYTES = 600 * 1024
#: In milliseconds, from a pause in typing.
FINDINGS = 300.0


def run() -> Iterator[Line]:
    built = Path(web.__file__).parent / "static/dist"
    size = sum(len(gzip.compress((built / name).read_bytes(), 9)) for name in ("app.js", "editor.js"))
    yield at_most("the editor's scripts, compressed", size / 1024, MOST_BYTES / 1024, "KB")
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/parcours.db")
        now = datetime.now(UTC)
        me = engine.people.local_person(now=now)
        source = editable(begun(_plan()))
        draft = engine.drafting.begin(source, by=me, now=now)
        app = create_app(engine, Config(data=Path(folder), secret_key="x"))
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{address}/start/{engine.people.new_link(now=datetime.now(UTC))}")
            opened = [_opened(page, f"{address}/drafts/{draft.id}") for _ in range(ROUNDS)]
            found = [_found(page, number) for number in range(ROUNDS)]
            browser.close()
        server.shutdown()
        thread.join()
        server.server_close()
        engine.close()
    elements = source.count(b"<bpmndi:BPMNShape") + source.count(b"<bpmndi:BPMNEdge")
    yield Line(f"opening the editor with {elements} elements", ms(p50(opened)))
    yield at_most("findings after a pause in typing", p50(found) * 1e3, FINDINGS, "ms")


def _plan() -> Plan:
    stages = tuple(
        PlannedStage(f"Stage {n}", "They said so.", "We talk.", ("Agreed", "Dated"), f"Talk about part {n}")
        for n in range(14)
    )
    return Plan("en", "A large sale", "Sell 40 by December.", "Buyer asks", stages, 1, 12)


def _opened(page: Page, address: str) -> float:
    begun_at = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("#editor[data-ready]")
    return time.perf_counter() - begun_at


def _found(page: Page, number: int) -> float:
    """From the last letter of a name to the answer about it."""
    page.evaluate(
        "async id => { const e = await window.editor; e.get('selection').select(e.get('elementRegistry').get(id)); }",
        "Task_stage_5",
    )
    name = page.locator("[data-part=panel] [data-key=name]")
    name.press("End")
    with page.expect_response("**/findings"):
        begun_at = time.perf_counter()
        name.press(str(number))
    return time.perf_counter() - begun_at
