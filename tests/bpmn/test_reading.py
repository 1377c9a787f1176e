"""Whatever is well-formed BPMN is read, however odd; whatever could do harm is refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bpmn import checks
from bpmn.errors import DoctypeRefused, NotBpmn, NotXml, TooLarge
from bpmn.model import Definitions, EventDefinition, Lane, Participant, RootElement, Timer
from bpmn.reading import MAX_BYTES, MAX_ELEMENTS, read

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MINIMAL = Path(__file__).parents[1] / "definitions" / "minimal.bpmn"
#: Real files of many tools, which lie beside the repository and not in it.
REAL = sorted((Path(__file__).parents[3] / "shared" / "data" / "bpmn").rglob("*.bpmn"))
needs_real_files = pytest.mark.skipif(not REAL, reason="the real files (../shared/data/bpmn) are not here")


def definitions(inside: str, attributes: str = "") -> Definitions:
    return read(f'<definitions xmlns="{BPMN}" {attributes}>{inside}</definitions>'.encode()).definitions


def process(inside: str) -> Definitions:
    return definitions(f'<process id="p">{inside}</process>')


@pytest.mark.parametrize(
    "source", [b"", b" ", b"no xml", b"<definitions>", b"\xff\xfe\x00", b"\x00" * 100, b"<a/><b/>"]
)
def test_not_xml(source: bytes) -> None:
    with pytest.raises(NotXml, match="Export it again"):
        read(source)


@pytest.mark.parametrize(
    "source", [b"<html><body/></html>", b"<process id='p'/>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_not_bpmn(source: bytes) -> None:
    with pytest.raises(NotBpmn, match="not <definitions>"):
        read(source)


def test_doctype_is_refused() -> None:
    for doctype in (
        "<!DOCTYPE definitions>",
        '<!DOCTYPE definitions SYSTEM "http://localhost:1/x.dtd">',
        "<!DOCTYPE html>",
    ):
        with pytest.raises(DoctypeRefused):
            read(f'{doctype}<definitions xmlns="{BPMN}"/>'.encode())


def test_no_file_gets_in_by_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    source = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><definitions xmlns="{BPMN}" name="n">&x;</definitions>'
    )
    with pytest.raises(DoctypeRefused):
        read(source.encode())
    source = f'<!DOCTYPE d [<!ENTITY % x SYSTEM "{secret.as_uri()}"> %x;]><definitions xmlns="{BPMN}"/>'
    with pytest.raises((DoctypeRefused, NotXml)):
        read(source.encode())


@pytest.mark.parametrize("where", ["<documentation>&l9;</documentation>", '<process id="p" name="&l9;"/>'])
def test_billion_laughs_are_refused_at_once(where: str) -> None:
    entities = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    began = time.perf_counter()
    with pytest.raises((DoctypeRefused, NotXml)):
        read(f'<!DOCTYPE d [{entities}]><definitions xmlns="{BPMN}">{where}</definitions>'.encode())
    assert time.perf_counter() - began < 2


def test_too_large() -> None:
    with pytest.raises(TooLarge, match=r"3\.0 MB, and at most 2 MB"):
        read(b"<definitions>" + b" " * (3 * 1024 * 1024))
    with pytest.raises(TooLarge, match="30,002 elements, and at most 20,000"):
        process("<task/>" * 30_000)
    assert MAX_BYTES == 2 * 1024 * 1024


def test_largest_file_is_read_and_checked_in_time() -> None:
    tasks = "".join(f'<task id="t{n}"/>' for n in range((MAX_ELEMENTS - 10) // 2))
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range((MAX_ELEMENTS - 10) // 2)
    )
    began = time.perf_counter()
    found = definitions(f'<process id="p" isExecutable="true">{tasks}{flows}</process>')
    assert "too_many_nodes" in {finding.rule for finding in checks.run(found)}
    assert time.perf_counter() - began < 10


def test_deepest_nesting_that_xml_allows() -> None:
    inside = "".join(f'<subProcess id="s{n}">' for n in range(240)) + "</subProcess>" * 240
    assert len(process(inside).nodes) == 240
    with pytest.raises(NotXml):
        process("<subProcess>" * 5_000 + "</subProcess>" * 5_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    inside = '<process id="p" name="Qualité élevée"/>'
    source = f'<?xml version="1.0" encoding="{declared}"?><definitions xmlns="{BPMN}">{inside}</definitions>'
    assert read(source.encode(encoding)).definitions.processes[0].name == "Qualité élevée"


def test_byte_order_mark_without_a_declaration() -> None:
    source = f'<definitions xmlns="{BPMN}"><process id="p" name="été"/></definitions>'
    assert read(b"\xef\xbb\xbf" + source.encode()).definitions.processes[0].name == "été"


def test_encoding_that_does_not_exist() -> None:
    with pytest.raises(NotXml):
        read(b'<?xml version="1.0" encoding="klingon"?><definitions/>')


def test_without_a_namespace() -> None:
    found = read(b'<definitions><process id="p"><task id="t" name="T"/></process></definitions>').definitions
    assert found.nodes["t"].name == "T"
    assert [note.rule for note in found.notes] == ["namespace"]


def test_other_prefixes() -> None:
    source = f'<b:definitions xmlns:b="{BPMN}"><b:process id="p"><b:task id="t"/></b:process></b:definitions>'
    assert list(read(source.encode()).definitions.nodes) == ["t"]


def test_duplicate_and_missing_ids_get_stand_ins_and_notes() -> None:
    found = process('<task id="a"/>\n<task id="a"/>\n<task/><task/>')
    assert len(found.nodes) == 4
    assert found.nodes["a"].line == 1
    assert [(note.rule, note.line) for note in found.notes] == [
        ("duplicate_id", 2),
        ("missing_id", 3),
        ("missing_id", 3),
    ]


def test_names_with_line_breaks() -> None:
    assert process('<task id="a" name="Send&#10;the  &#xA;offer "/>').nodes["a"].name == "Send the offer"


def test_nested_lanes() -> None:
    found = process(
        '<laneSet id="ls"><lane id="sales" name="Sales"><flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef>'
        '<childLaneSet id="c"><lane id="rep" name="Sales rep"><flowNodeRef> b </flowNodeRef></lane></childLaneSet>'
        '</lane></laneSet><task id="a"/><task id="b"/><boundaryEvent id="e" attachedToRef="b"/>'
        '<subProcess id="s"><task id="c1"/></subProcess>'
    )
    assert found.lanes == (
        Lane("sales", "Sales", "p", "", frozenset({"a", "b"}), "rep", 1),
        Lane("rep", "Sales rep", "p", "sales", frozenset({"b"}), "rep", 1),
    )
    assert [lane and lane.id for lane in map(found.lane_of, ("a", "b", "e", "c1"))] == ["sales", "rep", "rep", None]


def test_black_box_pools_and_message_flows() -> None:
    found = definitions(
        '<collaboration id="c"><participant id="us" name="Us" processRef="ns:p"/><participant id="buyer" name="Buyer"/>'
        '<messageFlow id="m" sourceRef="buyer" targetRef="t" name="asks"/></collaboration>'
        '<process id="p"><task id="t"/></process>'
    )
    assert found.participants == (Participant("us", "Us", "p"), Participant("buyer", "Buyer", ""))
    assert [(flow.source, flow.target, flow.name) for flow in found.message_flows] == [("buyer", "t", "asks")]


def test_events() -> None:
    found = definitions(
        '<message id="m" name="deal lost"/><error id="e" name="No" errorCode="42"/><process id="p">'
        '<startEvent id="a"><messageEventDefinition messageRef="x:m"/></startEvent>'
        '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><timerEventDefinition>'
        "<timeCycle>R7/P7D</timeCycle></timerEventDefinition></boundaryEvent>"
        '<endEvent id="c"><errorEventDefinition errorRef="gone"/><terminateEventDefinition/></endEvent></process>'
    )
    assert found.roots == {"m": RootElement("m", "message", "deal lost"), "e": RootElement("e", "error", "No", "42")}
    assert found.nodes["a"].events == (EventDefinition("message", "x:m", "deal lost"),)
    assert found.nodes["b"].events == (EventDefinition("timer", timer=Timer("cycle", "R7/P7D")),)
    assert not found.nodes["b"].interrupting
    assert [(event.kind, event.name) for event in found.nodes["c"].events] == [("error", None), ("terminate", None)]


def test_what_sales_adds() -> None:
    found = read(MINIMAL.read_bytes()).definitions
    qualify, stage = found.nodes["qualify"], found.stages[0]
    assert [(field.id, field.type, field.sets) for field in qualify.form] == [("budget", "money", "value")]
    assert (qualify.time_limit, found.stage_of("qualify"), found.role_of("qualify")) == ("P2D", stage, "rep")
    assert (stage.name, stage.buyer_step, stage.time_limit, [item.id for item in stage.checklist]) == (
        "Qualification", "awareness", "P7D", ["need"])  # fmt: skip
    assert found.lost_process is found.nodes["lost_path"]
    assert found.nodes["why"].lesson is not None
    assert found.role_of("why") == "rep"
    assert found.nodes["won"].outcome == "won"
    assert found.notes == ()


def test_comments_and_processing_instructions_are_passed_over() -> None:
    found = process("<!-- a --><?pi b?><task id='t'><!-- c --><documentation>A<!-- d -->B</documentation></task>")
    assert list(found.nodes) == ["t"]
    assert found.notes == ()


@pytest.mark.parametrize("number", ["NaN", "inf", "1e99", "", "12px"])
def test_impossible_coordinates_are_no_shape(number: str) -> None:
    found = definitions(
        f'<BPMNDiagram id="d"><BPMNPlane><BPMNShape bpmnElement="t"><Bounds x="{number}" y="0" width="1" height="1"/>'
        "</BPMNShape></BPMNPlane></BPMNDiagram>"
    )
    assert found.diagrams[0].shapes == ()


@needs_real_files
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_file_is_read_and_checked(path: Path) -> None:
    found = read(path.read_bytes()).definitions
    assert found.nodes
    findings = checks.run(found)
    # None of them was made for us, so none may pass for something that can be published without a word.
    assert findings
    if not any(process.executable for process in found.processes):
        assert [finding.rule for finding in checks.errors(findings)] == ["not_executable"]


def test_the_fixed_spaces_of_french_stay_and_line_breaks_go() -> None:
    found = process('<task id="t" name=" Qualifié\u202f?\n  Oui\u00a0: "/>').nodes["t"].name
    assert found == "Qualifié\u202f? Oui\u00a0:"


def test_a_length_of_thousands_of_digits_is_no_limit() -> None:
    source = MINIMAL.read_bytes().replace(
        b'id="budget" type="money"', b'id="budget" type="text" maxLength="%s"' % (b"9" * 5_000)
    )
    [field] = read(source).definitions.nodes["qualify"].form
    assert field.longest == 2_000
