"""Maps on paper: nothing is lost between pages, nothing is too small to read, words can be found, links lead on."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader

from bpmn.diagram import Bounds
from bpmn.drawing import Caption, Marks, Style, draw, geometry_of
from bpmn.drawing.geometry import Geometry, Line, Placed
from bpmn.drawing.making import geometry_of as places_of
from bpmn.drawing.paper.cutting import cut
from bpmn.drawing.paper.pages import PAPERS, SMALLEST, Cuts, Window, across, down, letters
from bpmn.model import CheckItem, Definitions
from bpmn.names import BPMN, BPMNDI, DC
from bpmn.reading import read
from tests.bpmn.drawing.maps import REAL, all_marks, shipped, without_places

CAPTION = Caption("Commercial process", version="3", date="25 November 2026", base="https://sales.example")


def pages_of(definitions: Definitions, style: Style, **more: object) -> PdfReader:
    return PdfReader(BytesIO(draw(definitions, "pdf", style, caption=CAPTION, **more)))  # type: ignore[arg-type]


def told(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.mark.parametrize("language", ["", "fr"])
@pytest.mark.parametrize("paper", ["fit", "a3", "a4"])
def test_the_words_of_a_pdf_can_be_found(paper: str, language: str) -> None:
    definitions = shipped(language)
    text = " ".join(told(pages_of(definitions, Style(paper=paper))))
    # A name that is broken into lines is found line by line, and every word of it whole.
    names = [node.name for node in definitions.nodes.values()] + [lane.name for lane in definitions.lanes]
    names += [stage.name for stage in definitions.stages] + [definitions.processes[0].goal]
    for name in names:
        assert all(word in text for word in name.split()), name
    for name in [lane.name for lane in definitions.lanes] + [pool.name for pool in definitions.participants]:
        assert name in text


@pytest.mark.parametrize("paper", ["a3", "a4"])
@pytest.mark.parametrize("level", ["detail", "flow", "overview"])
def test_no_text_is_printed_smaller_than_it_can_be_read(paper: str, level: str) -> None:
    definitions = shipped()
    # Names that are turned are drawn as shapes, over the same words so small that nobody sees them.
    turned = {lane.name for lane in definitions.lanes} | {pool.name for pool in definitions.participants}
    sizes: list[float] = []

    def note(text: str, user: list[float], matrix: list[float], font: object, size: float) -> None:
        if text.strip() and text.strip() not in turned:
            sizes.append(abs(matrix[3]) * abs(user[3]) * size)

    for page in pages_of(definitions, Style(paper=paper, level=level), marks=all_marks(definitions)).pages:
        page.extract_text(visitor_text=note)
        assert sorted(map(float, page.mediabox[2:])) == pytest.approx(sorted(PAPERS[paper]), abs=1)
    assert sizes
    assert min(sizes) >= SMALLEST - 0.01


@pytest.mark.parametrize("placed", [True, False], ids=["designed", "laid out"])
@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_every_page_says_what_it_is(paper: str, placed: bool) -> None:
    definitions = shipped() if placed else without_places(shipped())
    pages = told(pages_of(definitions, Style(paper=paper)))
    assert len(pages) > 1
    lanes = {lane.name for lane in definitions.lanes}
    for number, text in enumerate(pages, 1):
        for words in ("Commercial process", "Goal: Turn one", "Version 3 · 25 November 2026"):
            assert words in text
        assert f"Page {number} of {len(pages)}" in text
        assert "Owner" in text or lanes & {lane for lane in lanes if lane in text}


def test_a_small_process_is_one_page_and_no_larger_than_drawn() -> None:
    source = f'<definitions xmlns="{BPMN}"><process id="p"><task id="t" name="Call"/></process></definitions>'
    reader = pages_of(read(source.encode()).definitions, Style(paper="a4"))
    [text] = told(reader)
    assert "Page 1 of 1" in text
    sizes = []
    reader.pages[0].extract_text(visitor_text=lambda text, user, matrix, font, size: sizes.append(matrix[3] * size))
    assert max(map(abs, sizes)) <= 24.5


def test_a_card_that_is_longer_than_a_page_is_printed_smaller() -> None:
    definitions = shipped()
    long = "Everything that there is to say of it, and then more. " * 40
    checks = tuple(CheckItem(f"c{number}", long) for number in range(12))
    stages = tuple(
        replace(stage, entry=long, details=long, proof=long, checklist=checks) for stage in definitions.stages
    )
    for level in ("overview", "detail"):
        pages = told(pages_of(replace(definitions, stages=stages), Style(paper="a4", level=level)))
        for number, stage in enumerate(stages, 1):
            assert any(f"{number}. {stage.name}" in page for page in pages)


def test_of_pools_that_stand_side_by_side_nothing_is_lost() -> None:
    pools, shapes, processes = "", "", ""
    for pool in range(4):
        pools += f'<participant id="pool{pool}" name="Firm {pool}" processRef="p{pool}"/>'
        inside = "".join(f'<task id="t{pool}_{n}" name="Deed {pool}{n}"/>' for n in range(6))
        processes += f'<process id="p{pool}">{inside}</process>'
        left = 1100 * pool
        places = [
            (f"pool{pool}", left, 0, 1000, 400),
            *((f"t{pool}_{n}", left + 40 + 155 * n, 150, 120, 80) for n in range(6)),
        ]
        for id_, x, y, width, height in places:
            bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
            shapes += f'<di:BPMNShape bpmnElement="{id_}">{bounds}</di:BPMNShape>'
    source = (
        f'<definitions xmlns="{BPMN}" xmlns:di="{BPMNDI}" xmlns:dc="{DC}"><collaboration id="c">{pools}</collaboration>'
        f'{processes}<di:BPMNDiagram><di:BPMNPlane bpmnElement="c">{shapes}</di:BPMNPlane></di:BPMNDiagram>'
        "</definitions>"
    )
    pages = told(pages_of(read(source.encode()).definitions, Style(paper="a4")))
    assert len(pages) > 2
    for pool in range(4):
        assert any(f"Firm {pool}" in page for page in pages)
        for number in range(6):
            assert sum(f"Deed {pool}{number}" in page for page in pages) == 1


def test_pages_are_cut_at_the_borders_of_stages() -> None:
    geometry = geometry_of(shipped())
    cuts = across(geometry)
    pieces = cuts.pieces(1200)
    borders = [(one.right + other.left) / 2 for one, other in pairwise(geometry.columns)]
    assert len(pieces) == 3
    assert all(end in borders for _, end in pieces[:-1])
    assert all(end - start <= 1200 for start, end in pieces)
    assert [end for _, end in pieces[:-1]] == [start for start, _ in pieces[1:]]


def test_without_stages_pages_are_cut_where_nothing_stands() -> None:
    geometry = geometry_of(without_places(shipped()))
    bare = Geometry(geometry.frames, geometry.nodes, geometry.lines, geometry.width, geometry.height)
    pieces = across(bare).pieces(1000)
    assert len(pieces) > 2
    for _, cut_at in pieces[:-1]:
        for node in bare.nodes:
            assert not node.bounds.x < cut_at < node.bounds.x + node.bounds.width, node.id


@pytest.mark.parametrize("gaps", [(), ((-100.0, 1100.0),), ((10.0, 990.0),), ((0.0, 5.0), (995.0, 999.0))])
def test_whatever_can_be_cut_is_cut_into_equal_pages(gaps: tuple[tuple[float, float], ...]) -> None:
    pieces = Cuts(0, 1000, (), gaps).pieces(300)
    assert len(pieces) == 4
    assert all(end - start == pytest.approx(250, abs=1) for start, end in pieces)


def grid(geometry: Geometry, wide: float, high: float) -> list[Window]:
    rows = down(geometry).pieces(high)
    return [Window(*piece, *row) for row in rows for piece in across(geometry, row).pieces(wide)]


def test_nothing_is_lost_between_pages() -> None:
    geometry = geometry_of(shipped())
    windows = grid(geometry, 700, 400)
    pieces = cut(geometry, windows)
    shown = [node.id for piece in pieces for node in piece.geometry.nodes]
    assert sorted(shown) == sorted(node.id for node in geometry.nodes)
    held = [piece.window for piece in pieces]
    for line in geometry.lines:
        parts = [one for piece in pieces for one in piece.geometry.lines if one.id == line.id]
        # Pages on which only lines would be are left out.
        passed = [one for window in windows if window not in held for one in cut_lines(geometry, window)]
        left_out = sum(_length(one) for one in passed if one.id == line.id)
        assert sum(map(_length, parts)) + left_out == pytest.approx(_length(line), abs=3)


def cut_lines(geometry: Geometry, window: Window) -> list[Line]:
    from bpmn.drawing.paper.cutting import _piece

    return list(_piece(geometry, window).geometry.lines)


def _length(line: Line) -> float:
    return sum(abs(x - to_x) + abs(y - to_y) for (x, y), (to_x, to_y) in pairwise(line.points))


def test_connectors_with_the_same_letter_lead_to_each_other() -> None:
    geometry = geometry_of(shipped())
    pieces = cut(geometry, [Window(*piece, 0, geometry.height) for piece in across(geometry).pieces(900)])
    leaving = {(n, c.letter, c.page) for n, piece in enumerate(pieces) for c in piece.connectors if c.leaves}
    coming = {(c.page, c.letter, n) for n, piece in enumerate(pieces) for c in piece.connectors if not c.leaves}
    assert leaving
    assert leaving == coming
    by_letter = {c.letter: c.line.id for piece in pieces for c in piece.connectors}
    assert len(set(by_letter.values())) == len(by_letter)


def test_a_line_to_a_node_that_is_cut_through_leads_to_its_page() -> None:
    box, other = Bounds(20, 20, 100, 60), Bounds(180, 20, 100, 60)
    nodes = (Placed("a", "task", "a", box), Placed("b", "task", "b", other))
    geometry = Geometry((), nodes, (Line("f", "sequenceFlow", ((120, 50), (180, 50))),), 300, 100)
    first, second = cut(geometry, [Window(0, 200, 0, 100), Window(200, 300, 0, 100)])
    [connector] = first.connectors
    assert (connector.leaves, connector.page, connector.letter) == (True, 1, "A")
    assert [node.id for node in second.geometry.nodes] == ["b"]


def test_letters_go_on_after_z() -> None:
    assert [letters(number) for number in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_connectors_lead_to_their_page_and_elements_into_the_site() -> None:
    definitions = shipped()
    links = {
        "Task_identify": "/tasks/1",
        "Stage_contract": "/stages?a=1#x",
        "Task_qualify": "https://elsewhere.example/",
    }
    reader = pages_of(definitions, Style(paper="a3"), links=links)
    addresses, jumps = [], []
    for number, page in enumerate(reader.pages):
        for reference in page.get("/Annots", ()):
            note = reference.get_object()
            left, bottom, right, top = map(float, note["/Rect"])
            assert 0 <= left < right <= float(page.mediabox.right)
            assert 0 <= bottom < top <= float(page.mediabox.top)
            if "/A" in note:
                addresses.append(str(note["/A"]["/URI"]))
            else:
                jumps.append((number, reader.get_page_number(note["/Dest"][0].get_object())))
    assert set(addresses) == {"https://sales.example/tasks/1", "https://sales.example/stages?a=1#x"}
    assert jumps
    assert {(there, here) for here, there in jumps} == set(jumps)


def test_without_a_base_paper_leads_nowhere() -> None:
    drawn = draw(shipped(), "pdf", links={"Task_identify": "/tasks/1"})
    assert not [note for page in PdfReader(BytesIO(drawn)).pages for note in page.get("/Annots", ())]


def test_a_pdf_says_its_title_and_language_and_not_when_it_was_made() -> None:
    first = draw(shipped("fr"), "pdf", Style(paper="a4"), caption=CAPTION)
    reader = PdfReader(BytesIO(first))
    assert reader.metadata is not None
    assert reader.metadata.title == "Commercial process"
    assert reader.trailer["/Root"]["/Lang"] == "fr"  # type: ignore[index]
    assert b"CreationDate" not in first


@pytest.mark.skipif(not REAL, reason="the real files (../shared/data/bpmn) are not here")
@pytest.mark.parametrize("path", REAL[::9], ids=lambda path: path.stem)
def test_every_real_file_can_be_printed(path: object) -> None:
    definitions = read(path.read_bytes()).definitions  # type: ignore[attr-defined]
    places = places_of(definitions)
    text = " ".join(told(pages_of(definitions, Style(paper="a4"), marks=Marks())))
    words = set(re.findall(r"\w+", text))
    for node in places.nodes:
        assert set(re.findall(r"\w+", node.name)[:1]) <= words, node.name
