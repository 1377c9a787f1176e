"""Marks: none moves anything; those of a page cost no drawing; those in a file are checked."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import fields

import pytest
from lxml import etree

from bpmn.drawing import Figures, Marks, Style, draw, geometry_of, renderer, web_map
from bpmn.drawing.painting.badges import badges_of, spots_of
from bpmn.errors import MarksRefused
from bpmn.marks_reading import read_marks
from tests.bpmn.drawing.maps import SVG, all_marks, classes, elements, parts, shipped, words_of

SOME = all_marks(shipped())


def places(svg: bytes) -> dict[str, list[str]]:
    """Element to where its texts and shapes are."""
    kept = ("x", "y", "cx", "cy", "points", "d")
    found = {}
    for part in parts(svg):
        if part.get("id"):
            shown = [one for one in part.iter() if str(one.get("class", "")).split()[:1] in (["shape"], ["beside"], [])]
            inside = [one for one in shown if one.tag in (f"{SVG}text", f"{SVG}path", f"{SVG}polygon", f"{SVG}ellipse")]
            found[str(part.get("id"))] = [str([one.get(name) for name in kept]) for one in inside]
    return found


@pytest.mark.parametrize("level", ["detail", "flow", "overview"])
def test_marks_move_nothing(level: str) -> None:
    definitions, style = shipped(), Style(level=level)
    plain, marked = draw(definitions, style=style), draw(definitions, style=style, marks=SOME)
    assert places(plain) == places(marked)
    assert plain != marked
    page = web_map(definitions, Style(theme="web", level=level))
    assert places(page.marked().encode()) == places(page.marked(SOME).encode())


def test_exported_pictures_and_pages_mark_the_same() -> None:
    definitions = shipped()
    drawn = draw(definitions, marks=SOME)
    page = web_map(definitions, Style(theme="web", level="detail")).marked(SOME).encode()
    assert classes(drawn) == classes(page)
    states = ("passed", "current", "skipped", "added", "removed", "changed")
    for state in states:
        assert {id_ for id_, found in classes(page).items() if state in found} == getattr(SOME, state)

    def badges(svg: bytes) -> list[tuple[str, str]]:
        found = [part for part in parts(svg) if str(part.get("class")).startswith("badge")]
        return [(str(part.get("class")), "".join(map(str, part.itertext()))) for part in found]

    assert badges(drawn) == badges(page)
    assert {"badge comment", "badge late", "badge lost", "badge token", "badge added"} <= {
        kind for kind, _ in badges(page)
    }


def test_a_number_is_always_printed_beside_its_colour() -> None:
    definitions = shipped()
    drawn = draw(definitions, marks=SOME)
    for part in parts(drawn):
        kind = str(part.get("class"))
        if kind.startswith(("badge heat", "badge lost", "badge late", "badge comment")):
            assert re.search(r"\d", "".join(map(str, part.itertext()))), kind


def test_marks_on_a_page_run_no_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    page = web_map(shipped())

    def refuse(*given: object, **named: object) -> object:
        raise AssertionError("drawn again")

    monkeypatch.setattr(renderer, "rendered", refuse)
    assert page is web_map(shipped())
    assert 'class="node userTask path passed"' in page.marked(Marks(passed=frozenset({"Task_identify"})))


def test_marks_of_elements_that_are_not_on_the_map_are_passed_over() -> None:
    strange = Marks(frozenset({"nobody"}), figures={"nobody": Figures(3)}, comments={'"><script>': 1})
    page = web_map(shipped())
    assert page.marked(strange) == page.marked()
    assert draw(shipped(), marks=strange).count(b"badge") == 0


def test_a_marked_page_is_well_formed_and_shows_its_badges_over_the_map() -> None:
    page = etree.fromstring(web_map(shipped(), Style(theme="web", level="detail")).marked(SOME).encode())
    box = [float(number) for number in str(page.get("viewBox")).split()]
    badges = [part for part in page.iter(f"{SVG}g") if str(part.get("class", "")).startswith("badge")]
    assert badges
    for badge in badges:
        rect = next(badge.iter(f"{SVG}rect"))
        x, y = float(str(rect.get("x"))), float(str(rect.get("y")))
        assert 0 <= x <= box[2]
        assert 0 <= y <= box[3]
        held = badge.getparent()
        assert held is not None
        assert held.getparent() is page


def test_marks_are_read_from_a_file() -> None:
    told = {
        **{
            name: sorted(getattr(SOME, name))
            for name in ("passed", "current", "skipped", "added", "removed", "changed")
        },
        "comments": SOME.comments,
        "figures": {
            id_: {field.name: value for field in fields(one) if (value := getattr(one, field.name)) is not None}
            for id_, one in SOME.figures.items()
        },
    }
    assert read_marks(json.dumps(told).encode(), shipped()) == SOME
    assert read_marks(b"{}", shipped()) == Marks()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("{", "no JSON"),
        ("[]", "the file must be an object"),
        ('{"pased": []}', "the file knows no pased; it knows passed, current"),
        ('{"passed": "Task_identify"}', "passed must be a list of ids"),
        ('{"passed": [1]}', "passed must be a list of ids"),
        ('{"passed": ["Task_nowhere"]}', "passed names Task_nowhere, which is not in the process"),
        ('{"comments": {"Task_nowhere": 1}}', "comments names Task_nowhere"),
        ('{"comments": {"Task_identify": -1}}', "comments of Task_identify must be a whole number"),
        ('{"comments": {"Task_identify": true}}', "must be a whole number"),
        ('{"figures": {"Task_identify": {"kount": 1}}}', "figures of Task_identify knows no kount"),
        ('{"figures": {"Task_identify": {"count": 1.5}}}', "count, must be a whole number"),
        ('{"figures": {"Task_identify": {"count": 1e300}}}', "count, must be a whole number"),
        ('{"figures": {"Task_identify": {"conversion": 40}}}', "conversion, must be a share from 0 to 1"),
        ('{"figures": {"Task_identify": {"median_days": "3"}}}', "median_days, must be a number of days"),
        ('{"figures": []}', "figures must be an object"),
    ],
)
def test_bad_marks_are_refused_in_a_line(told: str, says: str) -> None:
    with pytest.raises(MarksRefused) as refused:
        read_marks(told.encode(), shipped())
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_node_and_flow_carries_its_id_type_title_and_description() -> None:
    definitions = shipped()
    for svg in (draw(definitions), web_map(definitions).marked().encode()):
        groups = {str(part.get("id")): part for part in parts(svg)}
        for id_, node in definitions.nodes.items():
            assert node.type in str(groups[id_].get("class")).split()
            assert groups[id_].findtext(f"{SVG}title", "") == node.name
            lane = definitions.lane_of(id_)
            assert lane is None or lane.name in groups[id_].findtext(f"{SVG}desc", "")
            assert any("shape" in str(element.get("class", "")) for element in groups[id_].iter())
        for id_ in definitions.flows:
            assert "sequenceFlow" in str(groups[id_].get("class")).split()
        assert len([element for element in elements(svg) if element.get("id")]) == len(groups)
    assert "Lead identified" in words_of(draw(definitions))


def test_badges_of_one_element_stand_apart_and_none_hides_the_name_of_a_host() -> None:
    definitions = shipped()
    geometry = geometry_of(definitions)
    spots = {spot.id: spot for spot in spots_of(geometry)}
    hosts = {node.id: node.bounds for node in geometry.nodes}
    for id_, spot in spots.items():
        everything = Marks(
            figures={id_: Figures(count=120, lost=12, late=3)},
            comments={id_: 7},
            added=frozenset({id_}),
            changed=frozenset({id_}),
        )
        badges = [badge.box for badge in badges_of(everything, {id_: spot}, {}, ())]
        assert len(badges) == 6
        for one, other in itertools.combinations(badges, 2):
            assert one.x + one.width <= other.x or other.x + other.width <= one.x or abs(one.y - other.y) >= one.height
        node = definitions.nodes[id_]
        if node.type == "boundaryEvent":
            host = hosts[node.attached_to]
            figures = badges[:3]
            assert all(box.y >= host.y + host.height - 5 for box in figures)
