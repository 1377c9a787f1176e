"""A link to a map, for those who do not sign in: the picture and nothing else, until it is taken back."""

from __future__ import annotations

import html
import re
import threading

import pytest
from flask import Flask
from lxml import etree

from bpmn.errors import DrawingFailed
from tests.builders import NOW, Company, definition
from tests.conftest import Visitor
from web import sharing


@pytest.fixture
def dee(app: Flask, staff: Company) -> Visitor:
    return Visitor(app).sign_in(staff.dee)


def link(dee: Visitor) -> str:
    """Its path, without the end that names the format."""
    dee.get("/processes/small_sale/link")
    dee.post("/processes/small_sale/link")
    found = re.search(r'value="http://localhost(/maps/[^"]+)\.svg', dee.get("/processes/small_sale/link").text)
    assert found
    return found[1]


def test_anyone_with_the_link_sees_the_map_in_every_format(app: Flask, dee: Visitor) -> None:
    path, stranger = link(dee), app.test_client()
    for suffix, start in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        picture = stranger.get(f"{path}.{suffix}")
        assert picture.status_code == 200
        assert picture.data.startswith(start)
        assert picture.headers["Cache-Control"] == "public, max-age=60"
        assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in picture.headers
        again = stranger.get(f"{path}.{suffix}", headers={"If-None-Match": picture.headers["ETag"]})
        assert again.status_code == 304
    assert stranger.get(f"{path}.exe").status_code == 404


def test_it_leads_to_no_page_that_needs_a_sign_in(app: Flask, dee: Visitor) -> None:
    root = etree.fromstring(app.test_client().get(f"{link(dee)}.svg").data)
    assert list(root.iter("{http://www.w3.org/2000/svg}a")) == []


def test_it_shows_the_newest_version_in_the_language_of_the_file_or_the_one_asked_for(
    app: Flask, dee: Visitor, staff: Company
) -> None:
    path, stranger = link(dee), app.test_client()
    assert "Sign here" not in stranger.get(f"{path}.svg").text
    changed = definition("engine_small_sale").replace(b'name="Sign"', b'name="Sign here"')
    staff.engine.publishing.publish(changed, by=staff.dee, now=NOW)
    # The reader's browser does not choose: the picture is the same for everyone, and kept by others on its way.
    french = stranger.get(f"{path}.svg", headers={"Accept-Language": "fr"})
    assert "Sign here" in french.text
    assert french.data == stranger.get(f"{path}.svg").data
    assert stranger.get(f"{path}.svg?lang=fr").data != french.data
    assert stranger.get(f"{path}.svg?level=overview&theme=dark").status_code == 200


def test_a_link_that_was_ended_shows_nothing(app: Flask, dee: Visitor) -> None:
    path = link(dee)
    dee.get("/processes/small_sale/link")
    ended = dee.post("/processes/small_sale/link/end", follow=True)
    assert "The link leads nowhere now" in ended.text
    assert "There is no link yet" in ended.text
    gone = app.test_client().get(f"{path}.svg")
    assert gone.status_code == 404
    assert "leads to no map any more" in gone.text


def test_what_to_write_in_a_wiki_is_there_to_be_copied(dee: Visitor) -> None:
    path = link(dee)
    page = html.unescape(dee.get("/processes/small_sale/link").text)
    assert f'<img src="http://localhost{path}.svg?level=detail" alt="Small sale">' in page
    assert f"![Small sale](http://localhost{path}.svg?level=detail)" in page


@pytest.mark.parametrize("language", ["fr-CA", "tlh", "x-y", "zz_ZZ", "en-US", "zh-Hant-TW-x-private"])
def test_a_map_in_whatever_language_can_be_shared(app: Flask, staff: Company, dee: Visitor, language: str) -> None:
    source = definition("engine_small_sale").replace(b'xml:lang="en"', f'xml:lang="{language}"'.encode())
    assert language.encode() in source
    staff.engine.publishing.publish(source, by=staff.dee, now=NOW)
    picture = app.test_client().get(f"{link(dee)}.svg")
    assert picture.status_code == 200


def test_a_name_stays_text_where_the_link_is_copied_to(staff: Company, dee: Visitor) -> None:
    hostile = definition("engine_small_sale").replace(
        b'name="Small sale"', b'name="x&quot;&gt;&lt;img src=x onerror=alert(1)&gt;](javascript:alert(2))"'
    )
    assert hostile != definition("engine_small_sale")
    staff.engine.publishing.publish(hostile, by=staff.dee, now=NOW)
    link(dee)
    page = dee.get("/processes/small_sale/link").text
    html_text, markdown = (
        html.unescape(re.findall(rf'id="link.{kind}" readonly value="([^"]*)"', page)[0])
        for kind in ("HTML", "Markdown")
    )
    assert html_text.count("<") == 1
    assert html_text.count('"') == 4
    assert "](javascript" not in markdown


def test_strangers_do_not_keep_those_waiting_who_have_signed_in(
    app: Flask, dee: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link(dee)
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(sharing, "_places", full)
    monkeypatch.setattr(sharing, "PATIENCE", 0.01)
    assert app.test_client().get(f"{path}.svg").status_code == 503
    assert dee.get("/processes/small_sale/versions/1/map.svg").status_code == 200


def test_a_picture_that_could_not_be_drawn_is_kept_by_nobody(
    app: Flask, dee: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_more: object) -> bytes:
        raise DrawingFailed(reason="it took too long.")

    path = link(dee)
    monkeypatch.setattr("bpmn.drawing.drawn", fail)
    picture = app.test_client().get(f"{path}.svg")
    assert (picture.status_code, picture.headers["Cache-Control"]) == (200, "no-store")
    assert b"it took too long" in picture.data


def test_a_picture_that_leads_nowhere_is_the_same_under_every_name(app: Flask, dee: Visitor) -> None:
    path = link(dee)
    one, other = (
        app.test_client().get(f"{path}.svg", headers={"Host": host}).data for host in ("localhost", "localhost:7777")
    )
    assert one == other
