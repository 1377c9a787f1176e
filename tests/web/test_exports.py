"""A map as a file: what can be asked for, what it is previewed as, and what comes."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from flask import Flask
from lxml import etree
from PIL import Image
from pypdf import PdfReader

from tests.builders import NOW, Company
from tests.conftest import Visitor
from web import maps

VERSION = "/processes/commercial/versions/1"
SVG = "{http://www.w3.org/2000/svg}"


def pictures(page: str) -> list[str]:
    return [address.replace("&amp;", "&") for address in re.findall(r'<img src="([^"]+)"', page)]


def svg(visitor: Visitor, address: str) -> etree._Element:
    return etree.fromstring(visitor.get(address).data)


@pytest.mark.parametrize("paper", ["a4", "a3", "fit"])
def test_a_pdf_has_the_pages_that_its_preview_shows(ada: Visitor, paper: str) -> None:
    page = ada.get(f"{VERSION}/export?format=pdf&paper={paper}").text
    shown = pictures(page)
    written = PdfReader(io.BytesIO(ada.get(f"{VERSION}/map.pdf?paper={paper}").data)).pages
    assert len(shown) == len(written)
    assert (len(written) > 1) == (paper != "fit")
    for address, of_pdf in zip(shown, written, strict=True):
        small = ada.get(address)
        assert small.mimetype == "image/png"
        picture = Image.open(io.BytesIO(small.data))
        assert picture.width == pytest.approx(720, abs=1)
        box = of_pdf.mediabox
        assert picture.height / picture.width == pytest.approx(float(box.height) / float(box.width), rel=0.01)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("level=overview", "What happens"),
        ("level=overview&lang=fr", "Ce qui s’y passe"),
        ("level=overview&lang=ja", "行うこと"),
        ("level=flow", "Qualify the lead"),
        ("level=flow&lang=fr", "Qualifier le prospect"),
    ],
)
def test_level_and_language_are_the_ones_asked_for(ada: Visitor, asked: str, holds: str) -> None:
    picture = ada.get(f"{VERSION}/map.svg?{asked}")
    words = " ".join("".join(map(str, text.itertext())) for text in etree.fromstring(picture.data).iter(f"{SVG}text"))
    assert holds in re.sub(r"\s+", " ", words)
    shown = ada.get(f"{VERSION}/export?format=svg&{asked}").text
    for name, value in (part.split("=") for part in asked.split("&")):
        assert re.search(rf'name="{name}" value="{value}" checked', shown)


def test_colours_and_width_are_the_ones_asked_for(ada: Visitor) -> None:
    for theme, dark in (("light", False), ("dark", True), ("print", False)):
        png = ada.get(f"{VERSION}/map.png?theme={theme}&width=1280")
        picture = Image.open(io.BytesIO(png.data)).convert("L")
        assert picture.width == pytest.approx(1280, abs=1)
        corner = picture.getpixel((2, 2))
        assert isinstance(corner, int)
        assert (corner < 128) == dark


@pytest.mark.parametrize(
    "asked", ["format=exe", "level=x", "theme=<b>", "paper=a0", "width=-1", "width=99999", "lang=xx"]
)
def test_what_is_not_known_is_as_if_it_were_not_said(ada: Visitor, asked: str) -> None:
    page = ada.get(f"{VERSION}/export?{asked}")
    assert page.status_code == 200
    assert "<b>" not in page.text
    assert ada.get(f"{VERSION}/map.pdf?{asked}").data.startswith(b"%PDF")


def test_what_is_chosen_is_downloaded_under_a_name_that_says_what_it_is(ada: Visitor) -> None:
    chosen = ada.get(f"{VERSION}/export?format=png&level=flow&theme=dark&width=1280&lang=fr&download=yes")
    assert chosen.status_code == 302
    file = ada.get(chosen.headers["Location"])
    assert file.headers["Content-Disposition"] == 'attachment; filename="commercial-v1-fr.png"'
    assert Image.open(io.BytesIO(file.data)).width == pytest.approx(1280, abs=1)
    assert "inline" in ada.get(f"{VERSION}/map.png?width=1280").headers["Content-Disposition"]


def test_elements_of_a_file_lead_to_their_cards(ada: Visitor) -> None:
    links = {link.get("href") for link in svg(ada, f"{VERSION}/map.svg").iter(f"{SVG}a")}
    assert f"http://localhost{VERSION}/elements/Task_qualify" in links
    assert all(str(address).startswith(f"http://localhost{VERSION}/elements/") for address in links)
    pages = PdfReader(io.BytesIO(ada.get(f"{VERSION}/map.pdf?paper=a4").data)).pages
    addresses = {
        link.get_object()["/A"]["/URI"]
        for page in pages
        for link in page.get("/Annots", ())
        if "/A" in link.get_object()
    }
    assert links <= addresses


def test_a_file_that_is_opened_by_itself_runs_nothing_and_is_asked_for_once(ada: Visitor) -> None:
    first = ada.get(f"{VERSION}/map.svg")
    assert first.headers["Content-Security-Policy"].startswith("default-src 'none'")
    again = ada.client.get(f"{VERSION}/map.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_deal_is_exported_with_its_name_and_where_it_is(app: Flask, staff: Company) -> None:
    deal = staff.engine.running.open_deal(
        process="commercial", title="Étude & <devis>", account="Hanse", by=staff.ada, now=NOW
    )
    ada = Visitor(app).sign_in(staff.ada)
    assert "Étude &amp; &lt;devis&gt;" in ada.get(f"/deals/{deal.id}/export").text
    picture = svg(ada, f"/deals/{deal.id}/map.svg")
    assert "Étude & <devis>" in "".join(map(str, picture.itertext()))
    current = [group.get("id") for group in picture.iter(f"{SVG}g") if "current" in (group.get("class") or "").split()]
    assert current
    assert ada.get(f"/deals/{deal.id}/pages/1.png?format=pdf&paper=a3").status_code == 200


@pytest.mark.parametrize("address", ["map.gif", "map.", "pages/99.png", "pages/0.png"])
def test_what_there_is_not_is_not_found(ada: Visitor, address: str) -> None:
    assert ada.get(f"{VERSION}/{address}").status_code == 404
    assert ada.get("/processes/commercial/versions/9/map.svg").status_code == 404
    assert ada.get("/processes/nothing/versions/1/export").status_code == 404


@pytest.mark.parametrize(
    "odd", ["../../../../../processes/x/source.bpmn", "a/b", "..", "a?deal=1", "//elsewhere.example"]
)
def test_whatever_an_element_is_called_its_link_leads_to_its_card(app: Flask, staff: Company, odd: str) -> None:
    published = staff.engine.publishing.latest("small_sale")
    node = replace(published.definitions.nodes["sign"], id=odd)
    with app.test_request_context():
        links = maps._links(published, replace(published.definitions, nodes={odd: node}))
    base = "/processes/small_sale/versions/1/elements/"
    assert urljoin(base, links.get(odd, base)).startswith(base)
    assert "/" not in links.get(odd, base).removeprefix(base)
