"""Maps: every real file is drawn, marks move nothing, and no label does harm."""

from __future__ import annotations

import contextlib
import re
import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from bpmn.drawing import THEMES, WEB_COLOURS, Marks, draw, outline
from bpmn.drawing.designed import designed
from bpmn.drawing.renderer import run
from bpmn.errors import DrawingFailed, NothingToDraw
from bpmn.model import Definitions
from bpmn.names import BPMN
from bpmn.reading import read
from tests.builders import commercial, definition

#: Real files of many tools, which lie beside the repository and not in it.
REAL = sorted((Path(__file__).parents[4] / "shared" / "data" / "bpmn").rglob("*.bpmn"))
needs_real_files = pytest.mark.skipif(not REAL, reason="the real files (../shared/data/bpmn) are not here")
SVG = "{http://www.w3.org/2000/svg}"
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


def shipped(language: str = "") -> Definitions:
    return read(commercial(language)).definitions


def without_places(definitions: Definitions) -> Definitions:
    return replace(definitions, diagrams=())


def named(definitions: Definitions, name: str) -> Definitions:
    """The same, with every name in it changed to this one."""
    nodes = {key: replace(node, name=name) for key, node in definitions.nodes.items()}
    flows = {key: replace(flow, name=name) for key, flow in definitions.flows.items()}
    lanes = tuple(replace(lane, name=name) for lane in definitions.lanes)
    return replace(definitions, nodes=nodes, flows=flows, lanes=lanes)


def elements(svg: bytes) -> list[etree._Element]:
    return [element for element in etree.fromstring(svg).iter() if isinstance(element.tag, str)]


def words_of(svg: bytes) -> str:
    return " ".join("".join(map(str, one.itertext())) for one in elements(svg) if one.tag == f"{SVG}text")


def ids(svg: bytes) -> set[str]:
    return {str(element.get("id")) for element in elements(svg) if element.get("id")}


@needs_real_files
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_every_real_file_is_drawn_with_all_that_its_diagram_shows(path: Path) -> None:
    definitions = read(path.read_bytes()).definitions
    for number, diagram in enumerate(definitions.diagrams):
        geometry = designed(definitions, diagram)
        if geometry is None:
            continue
        drawn = draw(definitions, diagram=number)
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


def test_marks_move_nothing() -> None:
    definitions = shipped()
    some = sorted(definitions.nodes)
    marks = Marks(frozenset([*some[:8], "Flow_to_identify"]), frozenset([some[9]]), frozenset(some[10:14]))

    def places(svg: bytes) -> dict[str, list[str]]:
        found = {}
        for group in elements(svg):
            if group.get("id") and group.get("class"):
                texts = group.iter(f"{SVG}text")
                found[str(group.get("id"))] = [f"{text.get('x')},{text.get('y')}" for text in texts]
        return found

    plain, marked = draw(definitions), draw(definitions, marks=marks)
    assert places(plain) == places(marked)
    assert plain != marked
    classes = {str(element.get("id")): str(element.get("class")) for element in elements(marked)}
    assert "passed" in classes[some[0]]
    assert "passed" in classes["Flow_to_identify"]
    assert "current" in classes[some[9]]
    assert "skipped" in classes[some[10]]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name[:12]))
@pytest.mark.parametrize("placed", [True, False], ids=["designed", "laid out"])
def test_names_do_no_harm(name: str, placed: bool) -> None:
    definitions = read(definition("engine_small_sale")).definitions if not placed else shipped()
    drawn = draw(named(definitions, name), theme="web", links={"Task_identify": "/deals/1"})
    tags = {etree.QName(element).localname for element in elements(drawn)}
    assert tags <= {"svg", "g", "title", "desc", "a", "path", "polygon", "polyline", "ellipse", "text", "tspan", "rect"}
    for element in elements(drawn):
        for key, value in element.attrib.items():
            local = etree.QName(str(key)).localname
            assert not local.startswith("on")
            assert local != "href" or value == "/deals/1"
    assert {key for key in definitions.nodes if placed} <= ids(drawn)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//elsewhere.example", "https://elsewhere.example", "x"])
def test_links_lead_into_the_application_only(address: str) -> None:
    drawn = draw(shipped(), links={"Task_identify": address}).decode()
    assert "elsewhere" not in drawn
    assert "javascript" not in drawn


def test_a_picture_for_a_page_has_the_page_s_colours_only() -> None:
    drawn = draw(
        shipped(), theme="web", marks=Marks(frozenset(["Task_identify"]), frozenset(["Task_qualify"]))
    ).decode()
    assert not re.findall(r"#[0-9a-fA-F]{6}", drawn)
    used = set(re.findall(r"var\((--map-[a-z-]+)\)", drawn))
    assert used
    assert used <= set(WEB_COLOURS["light"]) == set(WEB_COLOURS["dark"])


def test_each_theme_is_another_picture() -> None:
    assert len({draw(shipped(), theme=theme) for theme in THEMES}) == len(THEMES)


def test_a_png_is_as_wide_as_asked() -> None:
    drawn = draw(shipped(), "png", width=1800)
    width, _height = struct.unpack(">II", drawn[16:24])
    assert abs(width - 1800) <= 2


def test_the_words_of_a_pdf_can_be_found() -> None:
    [page] = PdfReader(BytesIO(draw(shipped("fr"), "pdf", title="Processus commercial"))).pages
    text = re.sub(r"\s+", " ", page.extract_text())
    for words in ("Processus commercial", "Qualification", "Négociation"):
        assert words in text


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
        draw(shipped(), diagram=3)


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


def test_a_file_with_too_many_elements_is_refused_in_a_line() -> None:
    tasks = "".join(f'<task id="t{number}"/>' for number in range(2_001))
    with pytest.raises(DrawingFailed, match="at most 2000 are drawn"):
        draw(_process(tasks))
    flows = "".join(f'<sequenceFlow id="f{number}" sourceRef="t" targetRef="t"/>' for number in range(4_001))
    with pytest.raises(DrawingFailed, match="at most 4000 are drawn"):
        draw(_process(f'<task id="t"/>{flows}'))


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
def test_a_hostile_graph_is_drawn_or_refused_and_never_holds_on(inside: str) -> None:
    found = _process(inside)
    with contextlib.suppress(DrawingFailed):
        assert draw(found).startswith(b"<")
    with pytest.raises(DrawingFailed, match="longer than"):
        draw(found, time_limit=0.01)
