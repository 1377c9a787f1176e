"""A server that is sent files made to do harm: they are refused, and everybody else is answered meanwhile."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from http.cookiejar import CookieJar
from threading import Event, Thread
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.builders import Company, commercial
from tests.conftest import Visitor
from tests.hostile import BOMBS, ENDLESS
from tests.web.test_server import PATIENCE, free_port, started


class Designer:
    """Someone at a server of its own who may publish."""

    def __init__(self, link: str) -> None:
        self.home = link.split("/start/")[0]
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self._opener.open(link, timeout=PATIENCE).close()
        with self._opener.open(f"{self.home}/processes/new", timeout=PATIENCE) as page:
            found = re.search(rb'name="csrf_token" value="([^"]+)"', page.read())
        assert found is not None
        self._token = found[1].decode()

    def publish(self, source: bytes) -> tuple[int, str]:
        """The status, and what the page says first."""
        boundary, body = encode_multipart(
            {"csrf_token": self._token, "file": FileStorage(io.BytesIO(source), "process.bpmn")}
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        with pytest.raises(HTTPError) as refused:
            self._opener.open(Request(f"{self.home}/processes/new", body, kind), timeout=PATIENCE)
        with refused.value as page:
            said = re.search(r'role="alert">([^<]*)', page.read().decode())
        return refused.value.code, unescape(said[1]) if said else ""


@pytest.fixture(scope="module")
def designer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Designer]:
    folder = tmp_path_factory.mktemp("hostile")
    with started("serve", "--port", str(free_port()), data=folder, PARCOURS_LANGUAGE="en") as serving:
        yield Designer(serving.until("Open ").removeprefix("Open "))


@pytest.mark.parametrize("name", [*BOMBS, *ENDLESS])
def test_a_hostile_file_is_refused_and_others_are_answered_meanwhile(designer: Designer, name: str) -> None:
    sent = Event()
    told: list[tuple[int, str]] = []

    def publish() -> None:
        told.append(designer.publish({**BOMBS, **ENDLESS}[name]))
        sent.set()

    attack = Thread(target=publish, daemon=True)
    attack.start()
    answered = 0
    while not sent.is_set() or not answered:
        with urlopen(f"{designer.home}/", timeout=PATIENCE) as page:
            assert page.status == 200
        answered += 1
    attack.join(PATIENCE)
    [(status, says)] = told
    assert status == 422
    assert re.search("DOCTYPE|not well-formed|too large|cannot be published", says), says
    assert "root:" not in says


@pytest.mark.parametrize("name", [name for name, source in BOMBS.items() if b"<!" in source])
def test_nothing_of_an_entity_gets_into_the_page(app: Flask, staff: Company, name: str) -> None:
    """In the file itself, and in its twin."""
    dee = Visitor(app).sign_in(staff.dee)
    for field in ("file", "twin.fr"):
        good = (io.BytesIO(commercial()), "good.bpmn")
        dee.get("/processes/new")
        page = dee.post("/processes/new", {"file": good, field: (io.BytesIO(BOMBS[name]), "process.bpmn")})
        assert page.status_code == 422
        assert re.search("DOCTYPE|not well-formed", page.text)
        assert not re.search("root:|lollol|aaaa", page.text)
    assert [one.number for one in staff.engine.publishing.versions("commercial")] == [1]
