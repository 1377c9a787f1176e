"""Processes: read by everyone, published by designers, refused with their findings."""

from __future__ import annotations

import io
from pathlib import Path

from flask import Flask

from bpmn.drawing import WEB_COLOURS
from tests.builders import Company, commercial, definition
from tests.conftest import Visitor
from tests.hostile import ENDLESS
from web import app as web_app


def upload(visitor: Visitor, source: bytes, **more: object) -> str:
    visitor.get("/processes/new")
    page = visitor.post("/processes/new", {"file": (io.BytesIO(source), "process.bpmn"), **more})
    return f"{page.status_code} {page.text}"


def test_the_map_is_there_as_a_picture_and_in_words(ada: Visitor, staff: Company) -> None:
    page = ada.get("/processes/commercial").text
    words = staff.engine.publishing.latest("commercial").definitions
    assert "<svg" in page
    for stage in words.stages:
        for text in (stage.name, stage.entry, stage.details, stage.checklist[-1].text):
            assert text.replace("'", "&#39;") in page
    for node in words.nodes.values():
        assert node.name.replace("'", "&#39;") in page


def test_a_designer_publishes_a_next_version(app: Flask, staff: Company) -> None:
    dee = Visitor(app).sign_in(staff.dee)
    changed = definition("engine_small_sale").replace(b'name="Sign"', b'name="Sign here"')
    upload(dee, changed, note="A clearer name")
    page = dee.get("/processes/small_sale").text
    assert "A clearer name" in page
    assert [one.number for one in staff.engine.publishing.versions("small_sale")] == [2, 1]
    assert dee.get("/processes/small_sale/versions/2/source.bpmn").data == changed


def test_what_is_wrong_is_told_with_its_line_and_nothing_is_published(app: Flask, staff: Company) -> None:
    dee = Visitor(app).sign_in(staff.dee)
    told = upload(dee, definition("engine_small_sale").replace(b' default="f_no"', b""))
    assert told.startswith("422")
    assert "gateway_condition" in told
    assert "Qualified?" in told
    for source, says in [
        (b"not xml", "not well-formed XML"),
        (b"<!DOCTYPE x><definitions/>", "DOCTYPE"),
        (b"<html/>", "not BPMN 2.0"),
        (b"<definitions>" + b" " * (3 << 20) + b"</definitions>", "too large"),
        (b"<definitions>" + b"<a/>" * 30_000 + b"</definitions>", "too large"),
        (b"", "Choose a BPMN file first"),
    ]:
        told = upload(dee, source)
        assert told.startswith("422"), told[:300]
        assert says in told
    assert len(staff.engine.publishing.versions("small_sale")) == 1


def test_a_twin_that_is_another_process_is_refused(app: Flask, staff: Company) -> None:
    dee = Visitor(app).sign_in(staff.dee)
    twin = (io.BytesIO(definition("engine_small_sale")), "twin.bpmn")
    assert "is not the same process" in upload(
        dee, commercial().replace(b"Commercial process", b"Our process"), **{"twin.fr": twin}
    )


def test_versions_and_files_that_do_not_exist(ada: Visitor) -> None:
    for address in (
        "/processes/none",
        "/processes/commercial/versions/99",
        "/processes/commercial/versions/1/map.exe",
        "/processes/none/versions/1/source.bpmn",
    ):
        assert ada.get(address).status_code == 404, address


def test_the_colours_of_a_map_on_a_page_are_those_of_the_drawing() -> None:
    css = (Path(web_app.__file__).parent / "static" / "map.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    for part, colours in ((light, WEB_COLOURS["light"]), (dark, WEB_COLOURS["dark"])):
        for name, value in colours.items():
            assert f"{name}: {value};" in part


def test_of_thousands_of_findings_the_first_are_listed(app: Flask, staff: Company) -> None:
    dee = Visitor(app).sign_in(staff.dee)
    told = upload(dee, ENDLESS["all gateways to all"])
    assert "The first 200 are listed" in told
    assert len(told) < 200_000
