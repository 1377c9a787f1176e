"""The company over a copy of its SQLite database, and its pages as a browser without scripts asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from engine.people import Person
from tests.builders import NOW, PASSWORD, Company, company
from tests.databases import SQLiteCopies
from web.app import create_app
from web.config import Config


@pytest.fixture(scope="session")
def sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> SQLiteCopies:
    return SQLiteCopies(tmp_path_factory.mktemp("company"))


@pytest.fixture
def staff(sqlite_copies: SQLiteCopies, tmp_path: Path) -> Iterator[Company]:
    """The company, with the shipped process and the small sale published."""
    built = company(sqlite_copies.copy(tmp_path))
    yield built
    built.engine.close()


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(staff: Company, clock: Clock, tmp_path: Path) -> Flask:
    config = Config(data=tmp_path / "data", secret_key="of a test", clock=clock, language="en")
    return create_app(staff.engine, config)


class Visitor:
    """Someone at the pages: forms are sent with the token that their page holds, as a browser does."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.page: TestResponse | None = None

    def sign_in(self, person: Person) -> Visitor:
        self.get("/sign-in")
        done = self.post("/sign-in", {"email": person.email, "password": PASSWORD})
        assert done.status_code == 302, done.text
        return self

    def get(self, address: str) -> TestResponse:
        self.page = self.client.get(address, buffered=True)
        return self.page

    def post(self, address: str, data: dict[str, Any] | None = None, *, follow: bool = False) -> TestResponse:
        sent: Any = {"csrf_token": self._token(), **(data or {})}
        kind = None
        if any(isinstance(value, tuple) for value in sent.values()):
            # Put together here, since the test client would leave a temporary file open for a large one.
            boundary, sent = encode_multipart({name: _file(value) for name, value in sent.items()})
            kind = f"multipart/form-data; boundary={boundary}"
        self.page = self.client.post(address, data=sent, content_type=kind, follow_redirects=follow, buffered=True)
        return self.page

    def send(self, method: str, address: str, data: bytes) -> TestResponse:
        """As a script of the page does: a body of its own, and an answer for a script."""
        headers = {"X-CSRFToken": self._token(), "Accept": "application/json", "Content-Type": "application/xml"}
        return self.client.open(address, method=method, data=data, headers=headers, buffered=True)

    def _token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page.text if self.page else "")
        if found is None:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/me").text)
        return found.group(1) if found else ""


def _file(value: Any) -> Any:
    return FileStorage(value[0], value[1]) if isinstance(value, tuple) else value


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def ada(app: Flask, staff: Company) -> Visitor:
    """Ada, a rep of the West team, signed in."""
    return Visitor(app).sign_in(staff.ada)
