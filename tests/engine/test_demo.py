"""The demo data is what people would have made: run through the engine, not written into tables."""

from __future__ import annotations

from pathlib import Path

from engine import open_engine
from engine.demo import load_demo
from tests.builders import NOW, WEAK, commercial


def test_the_demo_shows_every_fate_of_a_deal(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'demo.db'}", hasher=WEAK)
    me = engine.people.local_person(now=NOW)
    engine.publishing.publish(commercial(), twins={"fr": commercial("fr")}, by=None, now=NOW)
    count = load_demo(engine, by=me, now=NOW)
    deals = engine.desk.deals(me, status="all", limit=100)
    assert deals.total == count == sum(number for number, _ in deals.figures.values())
    assert all(deals.figures[fate][0] >= 4 for fate in ("open", "won", "lost"))
    lessons, total = engine.lessons.lessons(me)
    assert total == deals.figures["won"][0] + deals.figures["lost"][0]
    assert all(lesson.shared_at and lesson.text for lesson in lessons)
    assert all(event.at <= NOW for deal in deals.deals for event in engine.desk.deal(me, deal.id).history)
    engine.close()
