"""Nothing in a file can make a drawing go on for ever or take all memory; who asks gets a picture that says why."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bpmn import drawing
from bpmn.drawing import Caption, Marks, Style, apart, cache
from bpmn.drawing.apart import is_heavy
from bpmn.errors import DrawingBusy, DrawingFailed
from bpmn.model import Definitions
from bpmn.reading import read
from tests.bpmn.drawing import generated
from tests.builders import commercial

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="d" targetNamespace="t">'
)


def file(inside: str, shapes: str = "") -> Definitions:
    plane = f'<bpmndi:BPMNPlane id="l" bpmnElement="p">{shapes}</bpmndi:BPMNPlane>'
    plane = f'<bpmndi:BPMNDiagram id="g">{plane}</bpmndi:BPMNDiagram>'
    source = f'{HEAD}<process id="p">{inside}</process>{plane if shapes else ""}</definitions>'
    return read(source.encode()).definitions


def shape(element: str, x: float, y: float, width: float, height: float) -> str:
    box = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape id="{element}_s" bpmnElement="{element}">{box}</bpmndi:BPMNShape>'


def crowd(tasks: int, flows: int) -> Definitions:
    """Every task leads to the ones after it, for as many flows as there are."""
    lines = [
        f'<sequenceFlow id="f{number}" sourceRef="t{number % tasks}" targetRef="t{(number * 7 + 1) % tasks}"/>'
        for number in range(flows)
    ]
    return file("".join(f'<task id="t{number}" name="Task {number}"/>' for number in range(tasks)) + "".join(lines))


def tall(lanes: int) -> Definitions:
    held = "".join(f'<lane id="l{n}" name="Lane {n}"><flowNodeRef>t{n}</flowNodeRef></lane>' for n in range(lanes))
    return file(f"<laneSet>{held}</laneSet>" + "".join(f'<task id="t{n}" name="Task {n}"/>' for n in range(lanes)))


def forget() -> None:
    cache.pictures.clear()
    cache.web_maps.clear()
    cache.counts.clear()
    cache.geometries.clear()


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget()


def test_what_people_draw_is_drawn_where_it_is_asked_for() -> None:
    assert not is_heavy(read(commercial()).definitions, on_paper=True)
    assert not is_heavy(crowd(150, 100), on_paper=True)
    assert not is_heavy(generated.of_size(300))
    for heavy in (
        crowd(400, 3_000),
        file('<task id="t"/>', shape("t", 0, 0, 999_999, 999_999)),
        file('<task id="t"/>', shape("t", 500_000, 0, 100, 80)),
    ):
        assert is_heavy(heavy)


def test_a_shape_as_large_as_a_country_is_drawn_in_little_memory() -> None:
    picture = drawing.draw(file('<task id="t" name="Vast"/>', shape("t", 0, 0, 999_999, 999_999)), "svg")
    assert b"Vast" in picture


def test_what_takes_too_long_is_ended_and_told_in_the_picture() -> None:
    definitions = crowd(400, 3_000)
    with pytest.raises(DrawingFailed, match="took longer than 1 seconds"):
        drawing.drawn(definitions, "pdf", Style(paper="a4"), caption=Caption(), marks=Marks(), time_limit=1)
    assert children() == []
    assert drawing.draw(definitions, "pdf", Style(paper="a4"), time_limit=1).startswith(b"%PDF")


def children() -> list[str]:
    """Processes of ours that draw apart."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [pid for pid in found if "bpmn.apart" in Path(f"/proc/{pid}/cmdline").read_text()]


def test_a_heavy_map_is_the_same_picture_apart_as_here(monkeypatch: pytest.MonkeyPatch) -> None:
    definitions = read(commercial()).definitions
    here = drawing.draw(definitions, "svg"), drawing.page_count(definitions, Style(paper="a4"))
    web_map = drawing.web_map(definitions)
    forget()
    monkeypatch.setattr("bpmn.drawing.making.is_heavy", lambda *_given, **_more: True)
    assert (drawing.draw(definitions, "svg"), drawing.page_count(definitions, Style(paper="a4"))) == here
    assert drawing.web_map(definitions) == web_map


def test_others_are_turned_away_while_as_many_are_drawn_as_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(apart.places, "queue", full)
    with pytest.raises(DrawingFailed, match="other maps are being drawn"):
        drawing.drawn(crowd(400, 600), "svg", Style(), caption=Caption(), marks=Marks())


def test_what_failed_after_long_is_not_tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fail() -> bytes:
        tried.append(1)
        raise DrawingFailed(reason="too much")

    kept: cache.Cache[bytes] = cache.Cache(10)
    for limit, times in ((60.0, 2), (-1.0, 3)):
        monkeypatch.setattr(cache, "_LONG", limit)
        for _ in range(2):
            with pytest.raises(DrawingFailed):
                kept.get("key", fail)
        assert len(tried) == times


def test_what_several_ask_for_at_once_is_drawn_once() -> None:
    made, begun = [], threading.Event()

    def make() -> bytes:
        begun.wait(5)
        made.append(1)
        return b"picture"

    kept: cache.Cache[bytes] = cache.Cache(10)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(kept.get("key", make))) for _ in range(5)]
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join()
    assert (found, made) == ([b"picture"] * 5, [1])


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_a_tall_map_without_stages_is_printed(paper: str) -> None:
    assert drawing.page_count(tall(20), Style(paper=paper)) > 1
    assert drawing.draw(tall(20), "pdf", Style(paper=paper)).startswith(b"%PDF")


def test_an_event_on_its_own_border_ends_nothing() -> None:
    ring = '<boundaryEvent id="a" attachedToRef="b"/><boundaryEvent id="b" attachedToRef="a"/>'
    picture = drawing.draw(file(f'{ring}<boundaryEvent id="c" attachedToRef="c"/><task id="t" name="Lone"/>'), "svg")
    assert b"Lone" in picture


def test_a_picture_in_points_has_no_more_than_can_be_opened() -> None:
    far = shape("t", 0, 0, 100, 80) + shape("u", 25_000, 25_000, 100, 80)
    picture = drawing.draw(file('<task id="t"/><task id="u"/>', far), "png")
    width, height = int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    assert width * height <= 65_000_000


def test_names_far_away_make_a_map_heavy_too() -> None:
    label = '<bpmndi:BPMNLabel><dc:Bounds x="900000" y="900000" width="90" height="20"/></bpmndi:BPMNLabel>'
    far = shape("s", 0, 0, 36, 36).replace("</bpmndi:BPMNShape>", f"{label}</bpmndi:BPMNShape>")
    assert is_heavy(file('<startEvent id="s" name="Far"/>', far))
    spread = "".join(shape(f"t{n}", n * 100, n * 100, 100, 80) for n in range(150))
    tasks = "".join(f'<task id="t{n}"/>' for n in range(150))
    assert is_heavy(file(tasks, spread), on_paper=True)
    assert not is_heavy(file(tasks, spread))


def test_a_map_that_had_to_wait_for_others_is_not_remembered_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_LONG", -1.0)
    kept: cache.Cache[bytes] = cache.Cache(10)

    def busy() -> bytes:
        raise DrawingBusy(reason="others")

    with pytest.raises(DrawingBusy):
        kept.get("key", busy)
    assert kept.get("key", lambda: b"drawn") == b"drawn"


def test_who_comes_while_a_map_fails_and_who_comes_after_are_counted_once() -> None:
    kept: cache.Cache[bytes] = cache.Cache(100, len)
    begun, go_on = threading.Event(), threading.Event()

    def fail() -> bytes:
        begun.set()
        go_on.wait(5)
        raise DrawingFailed(reason="too much")

    failed: list[DrawingFailed] = []

    def ask() -> None:
        with pytest.raises(DrawingFailed) as told:
            kept.get("key", fail)
        failed.append(told.value)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
        begun.wait(5)
    go_on.set()
    for thread in threads:
        thread.join()
    assert len(failed) == 3
    assert kept.get("key", lambda: b"x" * 40) == kept.get("key", fail) == b"x" * 40
    assert kept.size == 40
