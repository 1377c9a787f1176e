"""What is kept of drawings: by content, bounded, never wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bpmn.drawing import Caption, Figures, Marks, Style, draw, making, web_map
from bpmn.drawing.cache import Cache, digest, pictures
from tests.bpmn.drawing.maps import shipped


def test_the_least_recently_asked_for_goes_first() -> None:
    kept: Cache[str] = Cache(10, len)
    for key in "abc":
        kept.get(key, lambda: "xxx")
    kept.get("a", lambda: "never")
    kept.get("d", lambda: "xxx")
    assert kept.get("a", lambda: "new") == "xxx"
    assert kept.get("b", lambda: "new") == "new"
    assert kept.size <= 10


def test_what_is_larger_than_all_that_may_be_kept_is_not_kept() -> None:
    kept: Cache[str] = Cache(10, len)
    assert kept.get("a", lambda: "x" * 11) == "x" * 11
    assert kept.size == 0
    assert kept.get("a", lambda: "y") == "y"


def test_what_fails_is_not_kept() -> None:
    kept: Cache[str] = Cache(10, len)

    def fail() -> str:
        raise ValueError("not made")

    with pytest.raises(ValueError, match="not made"):
        kept.get("a", fail)
    assert kept.get("a", lambda: "x") == "x"


def test_threads_may_ask_at_once() -> None:
    kept: Cache[str] = Cache(50, len)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: kept.get(str(n % 20), lambda: f"{n % 20:03}"), range(2_000)))
    assert found == [f"{n % 20:03}" for n in range(2_000)]
    assert kept.size <= 50


def test_equal_files_are_one_and_any_change_is_another() -> None:
    one, other = shipped(), shipped()
    assert digest(one) == digest(other)
    changed = replace(one, nodes={**one.nodes, "Task_identify": replace(one.nodes["Task_identify"], name="x")})
    assert digest(changed) != digest(one)
    assert digest(shipped("fr")) != digest(one)
    # Asked for before or not: what a file says does not change by being read.
    assert one.outgoing
    assert digest(replace(one)) == digest(one)


def test_a_picture_depends_on_all_that_is_asked_of_it() -> None:
    definitions = shipped()
    asked: list[dict[str, object]] = [
        {},
        {"style": Style(theme="dark")},
        {"style": Style(level="flow")},
        {"style": Style(width=500)},
        {"caption": Caption("x")},
        {"caption": Caption("x", words={"deal lost": "y"})},
        {"marks": Marks(frozenset({"Task_identify"}))},
        {"marks": Marks(figures={"Task_identify": Figures(1)})},
        {"marks": Marks(figures={"Task_identify": Figures(2)})},
        {"marks": Marks(comments={"Task_identify": 2})},
        {"links": {"Task_identify": "/x"}},
    ]
    drawn = [draw(definitions, **one) for one in asked]  # type: ignore[arg-type]
    assert len(set(drawn)) == len(drawn)
    assert [draw(shipped(), **one) for one in asked] == drawn  # type: ignore[arg-type]
    assert len({str(web_map(definitions, links=one)) for one in ({}, {"Task_identify": "/x"})}) == 2


def test_the_same_places_serve_every_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    draw(shipped())
    pictures.clear()

    def refuse(*given: object) -> None:
        raise AssertionError("laid out again")

    monkeypatch.setattr(making, "geometry_of", refuse)
    for theme in ("light", "dark", "print"):
        assert draw(shipped(), "png", Style(theme=theme, width=300))
