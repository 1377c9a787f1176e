"""French and Japanese on a machine that has no fonts but ours."""

from __future__ import annotations

import base64
import io
import itertools
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PdfReader

from bpmn.drawing import Caption, Style, cache, draw, fonts, renderer, web_map
from bpmn.drawing.dot import FONTS
from bpmn.drawing.measure import fit
from bpmn.drawing.worker import Worker
from bpmn.model import Definitions
from tests.bpmn.drawing.maps import SVG, elements, shipped

JAPANESE = {
    "Task_identify": "見込み客を特定する",
    "Task_qualify": "案件の資格を確認する",
    "Gateway_qualified": "有望ですか？",
}
CAPTION = Caption(
    "商談プロセス", "Étapes « clés » : œuvre, ça et là", words={"deal lost": "失注", "To go on": "次へ進む条件"}
)
BARE = "from bpmn.drawing import dot; dot.SYSTEM_FONTS = (); dot.main()"


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Graphviz there finds the fonts of our folder only."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    worker = Worker([sys.executable, "-c", BARE])
    monkeypatch.setattr(renderer, "worker", lambda: worker)
    cache.pictures.clear()
    yield
    worker.stop()
    [configuration] = tmp_path.glob("parcours-fonts-*/fonts.conf")
    assert re.findall("<dir>(.*?)</dir>", configuration.read_text()) == [str(FONTS)]


def japanese() -> Definitions:
    definitions = shipped("fr")
    nodes = {key: replace(node, name=JAPANESE.get(key, node.name)) for key, node in definitions.nodes.items()}
    lanes = tuple(replace(lane, name="営業担当" if lane.id == "Lane_rep" else lane.name) for lane in definitions.lanes)
    stages = (replace(definitions.stages[0], name="発見", entry="見込み客が現れた。"), *definitions.stages[1:])
    group = next(one for one in definitions.artifacts if one.name == definitions.stages[0].name)
    artifacts = tuple(replace(one, name="発見") if one == group else one for one in definitions.artifacts)
    return replace(definitions, nodes=nodes, lanes=lanes, stages=stages, artifacts=artifacts)


@pytest.mark.usefixtures("bare_machine")
def test_a_pdf_has_the_right_letters_in_our_fonts() -> None:
    reader = PdfReader(io.BytesIO(draw(japanese(), "pdf", caption=CAPTION)))
    [page] = reader.pages
    used = {str(font.get_object()["/BaseFont"]).split("+")[-1] for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert used <= {"Inter-Regular", "Inter", "Inter-SemiBold", "NotoSansJP-Regular", "NotoSansJP-Bold"}
    assert any(font.startswith("NotoSansJP") for font in used)
    text = re.sub(r"\s+", "", page.extract_text())
    for words in ("見込み客を特定する", "商談プロセス", "失注", "次へ進む条件", "œuvre", "Négociation", "営業担当"):
        assert words in text


@pytest.mark.usefixtures("bare_machine")
def test_a_png_has_letters_and_no_boxes() -> None:
    """A letter that no font has is a box: two different ones would look the same."""

    def drawn(name: str) -> bytes:
        source = f'digraph {{ a [pos="100,20" width=2 height=0.4 label="{name}" fontname="Inter"] }}'
        picture = Image.open(io.BytesIO(renderer.run(source, "png"))).convert("L")
        return picture.tobytes()

    texts = ["見", "積", "é", "œ", "ç", "Ж", "あ", "。"]
    assert len({drawn(text) for text in texts}) == len(texts)


@pytest.mark.usefixtures("bare_machine")
def test_an_svg_brings_every_letter_that_it_shows() -> None:
    svg = draw(japanese(), caption=CAPTION)
    [style] = [element for element in elements(svg) if element.tag == f"{SVG}style"]
    rule = re.compile(r"font-family:'([^']+)';font-weight:(\d+);src:url\(data:font/woff2;base64,([^)]+)\)")
    brought: dict[str, set[int]] = {}
    for family, weight, data in rule.findall(style.text or ""):
        assert family in fonts.FAMILIES
        font = TTFont(io.BytesIO(base64.b64decode(data)))
        assert font.flavor == "woff2"
        brought.setdefault(weight, set()).update(font.getBestCmap())
    shown = {"400": "", "600": ""}
    for element in elements(svg):
        if element.tag == f"{SVG}text":
            shown[str(element.get("font-weight", "400"))] += element.text or ""
    for weight, text in shown.items():
        assert text
        assert {ord(letter) for letter in text} - {0x202F} <= brought[weight]
    # Some dozens of letters, and not a whole font.
    assert len(style.text or "") < 90_000


def test_a_page_brings_its_own_letters() -> None:
    assert "@font-face" not in web_map(shipped()).marked()


def test_turned_letters_stand_in_the_middle_of_their_strip_and_have_holes() -> None:
    text = fit("Équipe 営業", 300, 30, (12,), True)
    shapes = list(fonts.letter_shapes(text, (100.0, 200.0)))
    assert len(shapes) == len("Équipe営業")
    points = [point for contours in shapes for contour in contours for point in contour]
    assert all(92 < x < 110 for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    assert (low + high) / 2 == pytest.approx(200, abs=2)
    assert high - low == pytest.approx(text.width, rel=0.1)

    def area(contour: list[tuple[float, float]]) -> float:
        return sum(x * to_y - to_x * y for (x, y), (to_x, to_y) in itertools.pairwise(contour))

    [outer, hole] = shapes[1]
    assert area(outer) * area(hole) < 0


def test_names_of_lanes_are_drawn_in_a_png_too() -> None:
    definitions = shipped()
    without = replace(definitions, lanes=tuple(replace(lane, name="") for lane in definitions.lanes))
    one, other = (draw(one, "png", Style(level="flow", width=3000)) for one in (definitions, without))
    pictures = [Image.open(io.BytesIO(picture)).convert("L") for picture in (one, other)]
    assert pictures[0].size == pictures[1].size
    left = [picture.crop((0, 0, 110, picture.height)) for picture in pictures]
    darker = [sum(value < 100 for value in picture.tobytes()) for picture in left]
    assert darker[0] > darker[1] + 200
