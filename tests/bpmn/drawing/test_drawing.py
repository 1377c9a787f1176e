"""Maps: every real file is drawn, marks move nothing, and no label does harm."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from bpmn.drawing import LEVELS, PAPERS, THEMES, WEB_COLOURS, Caption, Marks, Style, cache, draw, outline, web_map
from bpmn.drawing.designed import designed
from bpmn.drawing.renderer import run
from bpmn.errors import DrawingFailed, NothingToDraw
from bpmn.model import Definitions
from bpmn.names import BPMN
from bpmn.reading import read
from tests.bpmn.drawing.maps import REAL, elements, ids, other_words, shipped, without_places, words_of
from tests.builders import definition

needs_real_files = pytest.mark.skipif(not REAL, reason="the real files (../shared/data/bpmn) are not here")
HOSTILE = [
    '"quotes" and \\N \\G \\n backslashes',
    "</text><script>alert(1)</script>",
    '<b onclick="x()">&lt;&amp;&#60;</b>',
    "javascript:alert(1) http://elsewhere.example/x.png",
    "control \x01\x02\x1f characters \u202e turned \ufeff",
    "見積書を送付する قيمة العرض 🙂🙂",
    "x" * 20_000,
    "",
]


def named(definitions: Definitions, name: str) -> Definitions:
    """The same, with every name in it changed to this one."""
    nodes = {key: replace(node, name=name) for key, node in definitions.nodes.items()}
    flows = {key: replace(flow, name=name) for key, flow in definitions.flows.items()}
    lanes = tuple(replace(lane, name=name) for lane in definitions.lanes)
    return replace(definitions, nodes=nodes, flows=flows, lanes=lanes)


@needs_real_files
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_every_real_file_is_drawn_with_all_that_its_diagram_shows(path: Path) -> None:
    definitions = read(path.read_bytes()).definitions
    for number, diagram in enumerate(definitions.diagrams):
        geometry = designed(definitions, diagram)
        if geometry is None:
            continue
        drawn = draw(definitions, style=Style(diagram=number))
        nodes, frames, lines = geometry.nodes, geometry.frames, geometry.lines
        shown = {one.id for one in nodes} | {one.id for one in frames} | {one.id for one in lines}
        assert shown <= ids(drawn)


@needs_real_files
@pytest.mark.parametrize("path", REAL[::6], ids=lambda path: path.stem)
def test_every_real_file_is_drawn_without_its_diagram_too(path: Path) -> None:
    definitions = without_places(read(path.read_bytes()).definitions)
    assert set(definitions.nodes) <= ids(draw(definitions))


def test_the_shipped_map_shows_lanes_stages_labels_and_the_two_ways() -> None:
    for language in ("", "fr"):
        definitions = shipped(language)
        drawn = draw(definitions)
        text = words_of(drawn)
        words = set(text.split())
        for name in [lane.name for lane in definitions.lanes] + [stage.name for stage in definitions.stages]:
            assert set(name.split()) <= words, name
        classes = {str(element.get("id")): str(element.get("class")) for element in elements(drawn)}
        assert "path" in classes["Flow_qualified_yes"]
        assert "losing" in classes["Flow_qualified_no"]
        assert "current" not in drawn.decode()


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name[:12]))
@pytest.mark.parametrize("placed", [True, False], ids=["designed", "laid out"])
def test_names_do_no_harm(name: str, placed: bool) -> None:
    definitions = read(definition("engine_small_sale")).definitions if not placed else shipped()
    hostile, links = named(definitions, name), {"Task_identify": "/deals/1"}
    marked = web_map(hostile, links=links).marked(Marks(comments={"Task_identify": 1}))
    for level in LEVELS:
        for drawn in (draw(hostile, style=Style(level=level), links=links), marked.encode()):
            does_no_harm(drawn)
    assert {key for key in definitions.nodes if placed} <= ids(marked.encode())


def does_no_harm(drawn: bytes) -> None:
    shapes = {"path", "polygon", "polyline", "ellipse", "rect"}
    for element in elements(drawn):
        tag = etree.QName(element).localname
        assert tag in {"svg", "g", "title", "desc", "style", "a", "text", *shapes}
        if tag == "style":
            # The letters that it brings, and nothing else.
            rule = r"@font-face\{font-family:'[A-Za-z ]+';font-weight:\d+;src:url\(data:font/woff2;base64,[\w+/=]+\) "
            assert re.fullmatch(rf"({rule}format\('woff2'\)\}})*", element.text or "")
        for key, value in element.attrib.items():
            local = etree.QName(str(key)).localname
            assert not local.startswith("on")
            assert local not in {"style", "src"}
            assert local != "href" or value == "/deals/1"
            assert "url(" not in str(value)
            assert str(key) in {"lang", "aria-label"} or "://" not in str(value)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name[:12]))
def test_hostile_stages_do_no_harm_on_their_cards(name: str, level: str) -> None:
    definitions = shipped()
    stages = tuple(
        replace(stage, name=name, entry=name, details=name, proof=name, owner=name) for stage in definitions.stages
    )
    hostile = replace(named(definitions, name), stages=stages)
    caption = Caption(name, name, version=name, date=name, goal=name)
    does_no_harm(draw(hostile, style=Style(level=level), caption=caption))
    for paper in PAPERS:
        assert draw(hostile, "pdf", Style(level=level, paper=paper), caption=caption).startswith(b"%PDF")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/ /elsewhere.example",
        "/\t/elsewhere.example",
        "\n//elsewhere.example",
        "https://elsewhere.example",
        "x",
    ],
)
def test_links_lead_into_the_application_only(address: str) -> None:
    links = {"Task_identify": address}
    for drawn in (draw(shipped(), links=links).decode(), web_map(shipped(), links=links).marked()):
        assert "href" not in drawn
    pages = PdfReader(BytesIO(draw(shipped(), "pdf", caption=Caption(base="https://sales.example"), links=links))).pages
    assert not [note for page in pages for note in page.get("/Annots", ()) if address != "x"]


def test_a_picture_for_a_page_has_the_page_s_colours_only() -> None:
    for level in LEVELS:
        drawn = web_map(shipped(), Style(theme="web", level=level)).marked()
        assert not re.findall(r"#[0-9a-fA-F]{6}", drawn)
        used = set(re.findall(r"var\((--map-[a-z0-9-]+)\)", drawn))
        assert used
        assert used <= set(WEB_COLOURS["light"]) == set(WEB_COLOURS["dark"])


def test_each_theme_is_another_picture() -> None:
    assert len({draw(shipped(), style=Style(theme=theme)) for theme in THEMES}) == len(THEMES)


def test_a_png_is_as_wide_as_asked() -> None:
    drawn = draw(shipped(), "png", Style(width=1800))
    width, _height = struct.unpack(">II", drawn[16:24])
    assert abs(width - 1800) <= 2


def test_a_file_without_places_is_laid_out_in_its_lanes() -> None:
    definitions = read(definition("engine_small_sale")).definitions
    drawn = draw(definitions)
    text = words_of(drawn)
    for words in ("Rep", "Account", "yes", "again", "Given up"):
        assert words in text
    unnamed = replace(definitions, flows={key: replace(flow, name="") for key, flow in definitions.flows.items()})
    assert "answer == 'yes'" in " ".join(draw(unnamed).decode().split()).replace("&#39;", "'")


def test_a_drawing_that_takes_too_long_is_stopped() -> None:
    edges = "; ".join(f"n{i % 200} -> n{(i * 7919) % 200}" for i in range(3000))
    with pytest.raises(DrawingFailed, match=r"longer than 0\.05 seconds"):
        run(f"digraph {{ {edges} }}", "svg", engine="dot", placed=False, time_limit=0.05)


def test_nothing_to_draw_is_said_in_a_line() -> None:
    empty = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"/></definitions>'
    with pytest.raises(NothingToDraw):
        draw(read(empty).definitions)
    with pytest.raises(NothingToDraw):
        draw(shipped(), style=Style(diagram=3))


def test_the_outline_says_what_the_map_shows() -> None:
    definitions = shipped()
    rows = {row.id: row for row in outline(definitions)}
    assert set(rows) == set(definitions.nodes)
    gateway = rows["Gateway_qualified"]
    assert (gateway.stage, gateway.lane) == ("Qualification", "Rep")
    assert ("yes", "Prepare the proposal") in gateway.leads


def test_a_flow_back_into_its_own_sub_process_does_not_turn_the_outline_in_circles() -> None:
    definitions = read(
        definition("engine_small_sale").replace(b'targetRef="touched"', b'targetRef="follow"')
    ).definitions
    assert {row.id for row in outline(definitions)} == set(definitions.nodes)


def _process(inside: str) -> Definitions:
    return read(f'<definitions xmlns="{BPMN}"><process id="p">{inside}</process></definitions>'.encode()).definitions


def test_a_file_with_too_many_elements_is_told_in_a_plain_picture() -> None:
    tasks = _process("".join(f'<task id="t{number}" name="Task {number}"/>' for number in range(2_001)))
    flows = "".join(f'<sequenceFlow id="f{number}" sourceRef="t" targetRef="t"/>' for number in range(4_001))
    for found, most in ((tasks, 2_000), (_process(f'<task id="t" name="Task 0"/>{flows}'), 4_000)):
        for drawn in (draw(found), web_map(found).marked().encode()):
            told = words_of(drawn)
            assert f"at most {most} are drawn" in told
            assert "1. Task 0" in told
    told = words_of(draw(tasks, caption=Caption(words=other_words())))
    assert "¤This map could not be drawn: ¤it has 2001 elements" in told
    assert draw(tasks, "png").startswith(b"\x89PNG")
    [page] = PdfReader(BytesIO(draw(tasks, "pdf"))).pages
    assert "at most 2000 are drawn" in " ".join(page.extract_text().split())


@pytest.mark.parametrize(
    "inside",
    [
        "".join(f'<task id="t{n}"/>' for n in range(60))
        + "".join(
            f'<sequenceFlow id="f{n}_{m}" sourceRef="t{n}" targetRef="t{m}"/>' for n in range(60) for m in range(60)
        ),
        "".join(f'<subProcess id="s{n}"><startEvent id="a{n}"/>' for n in range(100)) + "</subProcess>" * 100,
        '<task id="t0"/>' + "".join(f'<boundaryEvent id="b{n}" attachedToRef="t0"/>' for n in range(400)),
        f'<task id="t" name="{"x" * 500_000}"/>',
    ],
    ids=["each to each", "one in the other", "borders full of events", "a name like a book"],
)
def test_a_hostile_graph_is_drawn_or_told_and_never_holds_on(inside: str) -> None:
    found = _process(inside)
    cache.pictures.clear()
    told = words_of(draw(found, time_limit=0.0))
    assert "could not be drawn: it took longer than 0 seconds" in told
    # What failed once is tried again.
    assert "could not be drawn" not in words_of(draw(found))
    with pytest.raises(DrawingFailed, match="longer than"):
        run("digraph { a }", "svg", time_limit=0.0)
