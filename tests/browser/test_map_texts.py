"""With the real font in a real browser: no text of a map stands outside its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bpmn.drawing import Caption, Style, draw, web_map
from bpmn.model import Definitions
from bpmn.reading import read
from tests.bpmn.drawing import generated, kept
from tests.bpmn.drawing.maps import all_marks, shipped, without_places
from web import app as web_app

STATIC = Path(web_app.__file__).parent / "static"
LONG = "Une dénomination particulièrement longue, qui n’en finit pas: Donaudampfschifffahrtsgesellschaft"

#: For each part: the texts that reach out of its shape, and how far (in units of the map).
OUTSIDE = """() => {
  const found = [];
  for (const part of document.querySelectorAll('svg g[class]')) {
    const names = part.className.baseVal.split(' ');
    const activity = names.includes('node') && /Task$|^task$|callActivity/.test(names[1]);
    // A designer may have put a group's name outside it; that of a stage's head is inside.
    if (!(activity || names[0] === 'stage' || names.includes('badge') || names.includes('lane'))) continue;
    const texts = [...part.querySelectorAll('text:not(.beside)')];
    const shapes = [...part.querySelectorAll('path,polygon,rect,ellipse')];
    if (!texts.length || !shapes.length) continue;
    const boxes = shapes.map(one => one.getBoundingClientRect());
    const left = Math.min(...boxes.map(b => b.left)), right = Math.max(...boxes.map(b => b.right));
    const top = Math.min(...boxes.map(b => b.top)), bottom = Math.max(...boxes.map(b => b.bottom));
    for (const text of texts) {
      const box = text.getBoundingClientRect();
      const out = Math.max(left - box.left, box.right - right, top - box.top, box.bottom - bottom);
      if (out > 1.5) found.push([part.id || part.className.baseVal, text.textContent, Math.round(out * 10) / 10]);
    }
  }
  return found;
}"""
#: Of the texts of one card or title: those that run into another one.
OVERLAPPING = """() => {
  const found = [];
  for (const part of document.querySelectorAll('svg g.stage')) {
    const boxes = [...part.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const [a, one] = boxes[i], [b, other] = boxes[j];
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 1 && down > 4) found.push([a, b]);
    }
  }
  return found;
}"""
#: Texts of a map that lie on each other, but for those of one part, and of shapes that lie on each other in the file.
ON_ANOTHER = """() => {
  const found = [];
  const holds = (a, b) => a.left <= b.left && a.right >= b.right && a.top <= b.top && a.bottom >= b.bottom;
  const collide = (one, other) => {
    const [a, b] = [one, other].map(part => part.querySelector('.shape')?.getBoundingClientRect());
    const lanes = [one, other].every(part => part.classList.contains('lane'));
    if (!a || !b || (!lanes && (holds(a, b) || holds(b, a)))) return false;
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  };
  for (const svg of document.querySelectorAll('svg')) {
    const texts = [...svg.querySelectorAll('text')]
      .map(text => [text.closest('g[class]'), text.textContent, text.getBoundingClientRect()]);
    texts.sort((a, b) => a[2].left - b[2].left);
    for (let i = 0; i < texts.length; i++) {
      const [part, text, one] = texts[i];
      for (let j = i + 1; j < texts.length && texts[j][2].left < one.right; j++) {
        const [other, second, box] = texts[j];
        if (part === other || collide(part, other)) continue;
        const across = Math.min(one.right, box.right) - box.left;
        const down = Math.min(one.bottom, box.bottom) - Math.max(one.top, box.top);
        // A line of text is as high as its letters can be; most leave a quarter of it empty.
        if (across > 2 && down > 5) found.push([text, second, Math.round(across), Math.round(down)]);
      }
    }
  }
  return found;
}"""
FONT = """async () => {
  await document.fonts.ready;
  return [...document.fonts].map(face => face.family.replaceAll('"', '') + ' ' + face.status);
}"""


def long_names(definitions: Definitions) -> Definitions:
    nodes = {key: replace(node, name=LONG) for key, node in definitions.nodes.items()}
    stages = tuple(replace(stage, owner=LONG, entry=LONG, proof=LONG) for stage in definitions.stages)
    return replace(definitions, nodes=nodes, stages=stages)


def maps() -> dict[str, Definitions]:
    return {
        "shipped": shipped(),
        "French": shipped("fr"),
        "laid out": without_places(shipped()),
        "long names": long_names(shipped("fr")),
    }


@pytest.mark.parametrize("level", ["detail", "overview"])
@pytest.mark.parametrize("name", ["shipped", "French", "laid out", "long names"])
def test_a_picture_holds_its_texts(browser: Browser, tmp_path: Path, name: str, level: str) -> None:
    definitions = maps()[name]
    picture = tmp_path / "map.svg"
    caption = Caption("Map", version="1")
    picture.write_bytes(draw(definitions, style=Style(level=level), caption=caption, marks=all_marks(definitions)))
    page = browser.new_page(viewport={"width": 3200, "height": 1800})
    page.goto(picture.as_uri())
    faces = page.evaluate(FONT)
    assert "Inter loaded" in faces
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(OVERLAPPING) == []
    page.close()


@pytest.mark.parametrize("name", ["shipped", "French", "long names"])
def test_a_page_holds_the_texts_of_its_map(browser: Browser, tmp_path: Path, name: str) -> None:
    definitions = maps()[name]
    font = (STATIC / "dist/fonts/InterVariable.woff2").as_uri()
    map_ = web_map(definitions, Style(theme="web", level="detail")).marked(all_marks(definitions))
    face = f"@font-face {{ font-family: Inter; font-weight: 100 900; src: url({font}); }}"
    css = face + (STATIC / "map.css").read_text()
    (tmp_path / "page.html").write_text(f'<!doctype html><meta charset="utf-8"><style>{css}</style>{map_}')
    page = browser.new_page(viewport={"width": 3200, "height": 1800})
    page.goto((tmp_path / "page.html").as_uri())
    assert "Inter loaded" in page.evaluate(FONT)
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(OVERLAPPING) == []
    page.close()


def test_marks_are_painted_by_the_style_sheet(browser: Browser, tmp_path: Path) -> None:
    definitions = shipped()
    marks = all_marks(definitions)
    map_ = web_map(definitions).marked(marks)
    css = (STATIC / "map.css").read_text()
    (tmp_path / "page.html").write_text(f'<!doctype html><meta charset="utf-8"><style>{css}</style>{map_}')
    page = browser.new_page(color_scheme="light")
    page.goto((tmp_path / "page.html").as_uri())

    def painted(id_: str, selector: str, what: str) -> str:
        read = "([id, selector, what]) => getComputedStyle(document.getElementById(id).querySelector(selector))[what]"
        return str(page.evaluate(read, [id_, selector, what]))

    navy, soft, path = "rgb(18, 48, 79)", "rgb(228, 238, 249)", "rgb(11, 92, 173)"
    [now] = [id_ for id_ in marks.current if definitions.nodes[id_].type.endswith("Task")][:1]
    assert (painted(now, ".shape", "fill"), painted(now, "text", "fill")) == (navy, "rgb(255, 255, 255)")
    gone = next(id_ for id_ in marks.passed if id_ in definitions.nodes and definitions.nodes[id_].type == "userTask")
    assert painted(gone, ".shape", "stroke") == path
    assert painted(gone, ".shape", "fill") in (soft, *_heats(css))
    flow = next(id_ for id_ in marks.skipped if id_ in definitions.flows)
    assert "2px" in painted(flow, ".stroke", "stroke-dasharray")
    page.close()


def _heats(css: str) -> list[str]:
    import re

    found = re.findall(r"--map-heat-\d: #(..)(..)(..);", css.split("@media")[0])
    return [f"rgb({int(r, 16)}, {int(g, 16)}, {int(b, 16)})" for r, g, b in found]


def batches(definitions: Iterable[Definitions]) -> Iterator[list[Definitions]]:
    several = iter(definitions)
    while batch := list(islice(several, 25)):
        yield batch


def made_up() -> Iterator[Definitions]:
    return map(generated.definitions, kept.SEEDS)


def real() -> Iterator[Definitions]:
    """As their designers have drawn them, and as if they had not."""
    for path in kept.REAL:
        definitions = read(path.read_bytes()).definitions
        yield from (definitions, without_places(definitions))


@pytest.mark.parametrize(
    "several",
    [
        pytest.param(made_up, id="made up"),
        pytest.param(
            real, id="real", marks=pytest.mark.skipif(not kept.REAL, reason="the real files are not beside this folder")
        ),
    ],
)
def test_no_text_is_outside_its_shape_or_on_another(
    browser: Browser, tmp_path: Path, several: Callable[[], Iterator[Definitions]]
) -> None:
    font = (STATIC / "dist/fonts/InterVariable.woff2").as_uri()
    face = f"@font-face {{ font-family: Inter; font-weight: 100 900; src: url({font}); }}"
    page, seen = browser.new_page(viewport={"width": 3200, "height": 1800}), 0
    for batch in batches(several()):
        drawn = [web_map(definitions).marked() for definitions in batch]
        seen += len(drawn)
        css = face + (STATIC / "map.css").read_text()
        (tmp_path / "maps.html").write_text(
            f'<!doctype html><meta charset="utf-8"><style>{css}</style>{"".join(drawn)}'
        )
        page.goto((tmp_path / "maps.html").as_uri())
        assert "Inter loaded" in page.evaluate(FONT)
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(ON_ANOTHER) == []
    assert seen >= 150
    page.close()
