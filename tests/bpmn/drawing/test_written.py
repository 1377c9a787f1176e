"""The layout in the designer's own file: valid, the same picture when it is read again, and nothing else changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from bpmn.drawing import geometry_of, laid_out_anew
from bpmn.drawing.geometry import Geometry
from bpmn.drawing.layout.laid_out import laid_out
from bpmn.names import BPMN, BPMNDI
from bpmn.reading import read
from bpmn.writing import write
from tests.bpmn.drawing import generated, kept
from tests.bpmn.schema import complaints

needs_real_files = pytest.mark.skipif(not kept.REAL, reason="the real files (../shared/data/bpmn) are not here")
DIAGRAM = f"{{{BPMNDI}}}BPMNDiagram"


def anew(source: bytes) -> bytes:
    return write(laid_out_anew(read(source)))


def places(geometry: Geometry) -> Geometry:
    """Without the lines of the file that nodes were read from."""
    frames = tuple(replace(frame, node=None) for frame in geometry.frames)
    return replace(geometry, frames=frames, nodes=tuple(replace(node, node=None) for node in geometry.nodes))


def comes_back(source: bytes) -> None:
    """Read again, what was written is the same picture to the pixel."""
    bare = replace(read(source).definitions, diagrams=())
    again = read(anew(source)).definitions
    assert len(again.diagrams) == 1
    assert places(geometry_of(again)) == places(laid_out(bare))


def rest(source: bytes) -> bytes:
    """All but the diagrams, and the white space around them."""
    root = etree.fromstring(source)
    for diagram in root.findall(DIAGRAM):
        root.remove(diagram)
    root[-1].tail = None
    return etree.tostring(root.getroottree(), method="c14n", with_comments=True)


@pytest.mark.parametrize("path", kept.SHIPPED, ids=lambda path: path.name)
def test_a_shipped_process_comes_back_the_same(path: Path) -> None:
    comes_back(path.read_bytes())
    assert rest(anew(path.read_bytes())) == rest(path.read_bytes())


@needs_real_files
@pytest.mark.parametrize("path", kept.REAL, ids=kept.name_of)
def test_a_real_file_comes_back_the_same(path: Path) -> None:
    comes_back(path.read_bytes())


@pytest.mark.parametrize("seed", range(40))
def test_a_made_up_process_comes_back_the_same(seed: int) -> None:
    comes_back(generated.document(seed))


@pytest.mark.parametrize("seed", range(40))
def test_what_is_written_is_valid(seed: int) -> None:
    source = generated.document(seed)
    assert complaints(source) == complaints(anew(source)) == []


@needs_real_files
@pytest.mark.parametrize("path", [*kept.SHIPPED, *kept.REAL], ids=kept.name_of)
def test_a_valid_file_stays_valid(path: Path) -> None:
    if complaints(path.read_bytes()):
        pytest.skip("not valid as its tool wrote it")
    assert complaints(anew(path.read_bytes())) == []


def _file(before: str = "", after: str = "") -> bytes:
    inside = '<process id="p"><task id="t"/><subProcess id="s"><task id="u"/></subProcess></process>'
    return f'<definitions xmlns="{BPMN}" id="d">{before}{inside}{after}</definitions>'.encode()


def test_nothing_else_in_the_file_changes() -> None:
    source = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- before --><?tool keep?>
<b:definitions xmlns:b="{BPMN}" xmlns:acme="urn:acme" acme:version="7" id="d">
    <b:process id="p"><!-- in between --><b:task id="t" name="a&#10;b" acme:colour="blue"/></b:process>
    <b:relationship type="x"><b:source>a</b:source><b:target>b</b:target></b:relationship>
</b:definitions>
<!-- after -->""".encode()
    written = anew(source)
    assert rest(written) == rest(source)
    lines = written.decode().splitlines()
    # In its place and in the file's own indentation.
    assert next(line for line in lines if "BPMNDiagram" in line).startswith("    <bpmndi:BPMNDiagram ")
    assert next(line for line in lines if "BPMNPlane" in line).startswith("      <bpmndi:BPMNPlane ")
    children = [etree.QName(child).localname for child in etree.fromstring(written)]
    assert children == ["process", "BPMNDiagram", "relationship"]


def test_ids_are_new_and_what_has_none_is_left_out() -> None:
    source = _file(after='<process id="t_di"><task/><task id="an odd id"/><task id="another"/></process>')
    root = etree.fromstring(anew(source))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    shown = {element.get("bpmnElement") for element in root.iter(f"{{{BPMNDI}}}BPMNShape")}
    assert shown == {"t", "s", "u", "an odd id", "another"}


def test_a_diagram_that_was_there_is_replaced() -> None:
    once = anew(_file())
    assert anew(once) == once
    assert once.count(b"<bpmndi:BPMNDiagram") == 1


def test_other_tools_are_told_what_stands_open() -> None:
    shapes = {one.get("bpmnElement"): one for one in etree.fromstring(anew(_file())).iter(f"{{{BPMNDI}}}BPMNShape")}
    assert shapes["s"].get("isExpanded") == "true"
    assert shapes["t"].get("isExpanded") is None
    participant = '<collaboration id="c"><participant id="pool" processRef="p"/></collaboration>'
    pooled = etree.fromstring(anew(_file(before=participant)))
    pool = next(one for one in pooled.iter(f"{{{BPMNDI}}}BPMNShape") if one.get("bpmnElement") == "pool")
    assert pool.get("isHorizontal") == "true"
    assert next(pooled.iter(f"{{{BPMNDI}}}BPMNPlane")).get("bpmnElement") == "c"
