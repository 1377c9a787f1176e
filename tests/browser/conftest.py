"""A real browser at a real server: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from engine import Engine, open_engine
from engine.demo import load_demo
from engine.people import Person
from tests.builders import WEAK, commercial, definition
from web.app import create_app
from web.config import Config

#: Without the networking flags chromium asks the outside for updates at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The program, where it is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        told = "there is no chromium here; on Debian and Ubuntu: apt install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@dataclass
class Site:
    """A fresh installation that is being served, with the demo in it."""

    engine: Engine
    address: str
    me: Person

    def link(self) -> str:
        return f"{self.address}/start/{self.engine.people.new_link(now=datetime.now(UTC))}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from _served(tmp_path_factory.mktemp("site"), demo=True)


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    yield from _served(tmp_path, demo=False)


def _served(folder: Path, *, demo: bool) -> Iterator[Site]:
    engine = open_engine(f"sqlite:///{folder / 'parcours.db'}", hasher=WEAK)
    now = datetime.now(UTC)
    engine.publishing.publish(commercial(), twins={"fr": commercial("fr")}, by=None, now=now)
    engine.publishing.publish(definition("engine_small_sale"), by=None, now=now)
    me = engine.people.local_person(now=now)
    if demo:
        load_demo(engine, by=me, now=now)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(engine, Config(data=folder, secret_key="x")), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(engine, f"http://127.0.0.1:{server.server_port}", me)
    server.shutdown()
    thread.join()
    server.server_close()
    engine.close()


@dataclass
class Tab:
    """A page, and everything that it complained about."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site.address + path)
        return self.page


def tab_at(context: BrowserContext, site: Site) -> Tab:
    tab = Tab(context.new_page(), site)
    tab.page.set_default_timeout(10_000)
    tab.page.on("console", lambda told: tab.complaints.append(told.text) if told.type in {"error", "warning"} else None)
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    return tab
