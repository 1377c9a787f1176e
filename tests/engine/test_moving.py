"""Deals moved to another version: seen before, done one by one, brought back; none stuck, none lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from engine import history
from engine.deals import Deal
from engine.errors import CannotMoveBack, MoveUnknown, NotAllowed, ProcessUnknown
from engine.storage import deals as deal_rows
from engine.storage import messages as message_rows
from engine.storage import tasks as task_rows
from engine.storage.stored import Stored, read_deal
from tests.builders import NOW, Company, definition
from tests.engine.many_moved import many_moved

SALE = definition("engine_small_sale").decode()


def publish(west: Company, source: str | bytes) -> int:
    data = source.encode() if isinstance(source, str) else source
    return west.engine.publishing.publish(data, by=west.dee, now=NOW).number


def opened(west: Company, process: str = "small_sale", title: str = "A deal") -> Deal:
    return west.engine.running.open_deal(process=process, title=title, account=title, by=west.ada, now=NOW)


def tasks_of(west: Company, deal: Deal) -> list[Any]:
    with west.engine.database.read() as connection:
        return task_rows.open_tasks(connection, deal.id)


def stored(west: Company, deal: Deal) -> Stored:
    with west.engine.database.read() as connection:
        found = read_deal(connection, deal.id)
    assert found is not None
    return found


def do(west: Company, deal: Deal, answers: dict[str, Any], now: datetime = NOW) -> None:
    task = tasks_of(west, deal)[0]
    west.engine.running.complete_task(task.id, answers, by=west.ben, now=now, ticks={"c1", "c2"})


def move_all(west: Company, process: str, to: int, deals: list[Deal], now: datetime = NOW, **more: Any) -> str:
    move = west.engine.moving.start(process, to, [deal.id for deal in deals], by=west.dee, now=now, **more)
    while west.engine.moving.go_on(now=now, move_id=move):
        pass
    return move


@dataclass(frozen=True)
class Snapshot:
    """What a deal is, besides its revision."""

    version_id: str
    state: bytes
    data: dict[str, Any]
    stage: tuple[str, datetime]
    tasks: list[Any]


def snapshot(west: Company, deal: Deal) -> Snapshot:
    now = stored(west, deal)
    stage = (now.deal.stage_id, now.deal.stage_since)
    return Snapshot(now.deal.version_id, now.state, now.data, stage, tasks_of(west, deal))


def test_a_deal_is_seen_moved_and_brought_back_as_it_was(west: Company) -> None:
    deal = opened(west)
    do(west, deal, {"budget": True})
    (task,) = tasks_of(west, deal)
    west.engine.running.claim(task.id, by=west.ben, now=NOW)
    before = snapshot(west, deal)
    number = publish(west, SALE.replace('name="Sign"', 'name="Sign here"').replace("R3/P7D", "R3/P9D"))
    seen = west.engine.moving.preview("small_sale", number, by=west.dee, now=NOW)
    assert [(line.deal.id, line.can) for line in seen.lines] == [(deal.id, True)]
    assert snapshot(west, deal) == before, "seeing changes nothing"
    move = move_all(west, "small_sale", number, [deal])
    after = snapshot(west, deal)
    assert west.engine.publishing.published(after.version_id).version.number == number
    assert after.tasks == before.tasks
    assert after.stage == before.stage
    told = west.engine.desk.deal(west.ada, deal.id).history[-1]
    assert (told.kind, told.by, told.data) == (history.DEAL_MOVED, west.dee.id, {"from": 1, "to": number})
    (outcome,) = west.engine.moving.outcomes(move, by=west.dee)
    assert (outcome.result, outcome.can_go_back) == ("moved", True)
    west.engine.moving.move_back(move, deal.id, by=west.dee, now=NOW)
    assert snapshot(west, deal) == before
    assert west.engine.desk.deal(west.ada, deal.id).history[-1].kind == history.DEAL_MOVED_BACK
    assert west.engine.moving.progress(move, by=west.dee).counts == {"moved_back": 1}
    with pytest.raises(CannotMoveBack):
        west.engine.moving.move_back(move, deal.id, by=west.dee, now=NOW)


def test_a_deal_that_has_gone_on_stays_where_it_is(west: Company) -> None:
    deal = opened(west)
    number = publish(west, SALE.replace('name="Sign"', 'name="Sign here"'))
    move = move_all(west, "small_sale", number, [deal])
    do(west, deal, {"budget": True})
    before = snapshot(west, deal)
    assert not west.engine.moving.outcomes(move, by=west.dee)[0].can_go_back
    with pytest.raises(CannotMoveBack):
        west.engine.moving.move_back(move, deal.id, by=west.dee, now=NOW)
    assert snapshot(west, deal) == before


def test_what_cannot_be_moved_says_why_and_goes_on_as_it_was(west: Company) -> None:
    deal = opened(west)
    before = snapshot(west, deal)
    first = tasks_of(west, deal)[0].element_id
    number = publish(west, SALE.replace(f'"{first}"', '"drawn_again"').replace(f">{first}<", ">drawn_again<"))
    seen = west.engine.moving.preview("small_sale", number, by=west.dee, now=NOW)
    assert [str(reason) for reason in seen.lines[0].reasons] == [
        "It is at 'Qualify', which that version does not have."
    ]
    assert seen.gone == {first: ["drawn_again"]}
    move = move_all(west, "small_sale", number, [deal])
    (outcome,) = west.engine.moving.outcomes(move, by=west.dee)
    assert (outcome.result, outcome.reasons) == ("cannot", seen.lines[0].reasons)
    assert snapshot(west, deal) == before
    renamed = {first: "drawn_again"}
    assert west.engine.moving.preview("small_sale", number, by=west.dee, now=NOW, renamed=renamed).lines[0].can
    move_all(west, "small_sale", number, [deal], renamed=renamed)
    assert [(one.id, one.element_id) for one in tasks_of(west, deal)] == [(before.tasks[0].id, "drawn_again")]
    move_all(west, "small_sale", 1, [deal], renamed={"drawn_again": first})
    assert tasks_of(west, deal) == before.tasks, "to an older version in the same way"


def test_the_lane_and_stage_of_a_task_are_those_of_its_version(west: Company) -> None:
    deal = opened(west)
    (before,) = tasks_of(west, deal)
    assert before.role == "rep"
    moved = SALE.replace('name="Rep"', 'name="Team leader"')
    move = move_all(west, "small_sale", publish(west, moved), [deal])
    (after,) = tasks_of(west, deal)
    assert (after.role, after.claimed_by, after.due_at) == ("team_leader", before.claimed_by, before.due_at)
    west.engine.moving.move_back(move, deal.id, by=west.max, now=NOW)
    assert tasks_of(west, deal) == [before]


def test_someone_who_works_at_the_same_moment_wins_and_the_deal_is_tried_again(
    west: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = opened(west)
    number = publish(west, SALE.replace('name="Sign"', 'name="Sign here"'))
    moving: Any = west.engine.moving
    step, times = moving._step, []

    def meanwhile(*args: Any) -> Any:
        came = step(*args)
        times.append(1)
        if len(times) == 1:
            do(west, deal, {"budget": True})
        return came

    monkeypatch.setattr(moving, "_step", meanwhile)
    move = move_all(west, "small_sale", number, [deal])
    assert len(times) == 2
    assert moving.progress(move, by=west.dee).counts == {"moved": 1}
    assert tasks_of(west, deal)[0].element_id == "answer", "what was done is done"

    def always(*args: Any) -> Any:
        came = step(*args)
        west.engine.running.change_deal(
            deal.id, title=f"{len(times)}", account="A", contact="", value=None, expected_close="", by=west.ada, now=NOW
        )
        times.append(1)
        return came

    monkeypatch.setattr(moving, "_step", always)
    move = move_all(west, "small_sale", 1, [deal])
    assert moving.progress(move, by=west.dee).counts == {"changed": 1}


def test_what_was_asked_for_goes_on_after_a_restart_and_can_be_stopped(west: Company) -> None:
    deals = [opened(west, title=f"Deal {number}") for number in range(5)]
    number = publish(west, SALE.replace('name="Sign"', 'name="Sign here"'))
    move = west.engine.moving.start("small_sale", number, [deal.id for deal in deals], by=west.dee, now=NOW)
    assert west.engine.moving.go_on(now=NOW, limit=2) == 2
    progress = west.engine.moving.progress(move, by=west.dee)
    assert (progress.counts, progress.left, progress.total) == ({"moved": 2, "waiting": 3}, 3, 5)
    again = type(west.engine.moving)(west.engine.database, west.engine.publishing)
    assert again.go_on(now=NOW, limit=1) == 1
    again.stop(move, by=west.max, now=NOW)
    assert again.go_on(now=NOW) == 0
    assert again.progress(move, by=west.dee).counts == {"moved": 3, "stopped": 2}
    on_version = [west.engine.desk.deal(west.ada, deal.id).published.version.number for deal in deals]
    assert on_version == [number] * 3 + [1] * 2
    assert [one.id for one in again.recent("small_sale", by=west.dee)] == [move]


def test_two_workers_move_each_deal_once(west: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    deals = [opened(west, title=f"Deal {number}") for number in range(3)]
    number = publish(west, SALE.replace('name="Sign"', 'name="Sign here"'))
    move = west.engine.moving.start("small_sale", number, [deal.id for deal in deals], by=west.dee, now=NOW)
    one: Any = west.engine.moving
    other = type(one)(west.engine.database, west.engine.publishing)
    step = one._step

    def meanwhile(*args: Any) -> Any:
        came = step(*args)
        other.go_on(now=NOW)
        return came

    monkeypatch.setattr(one, "_step", meanwhile)
    one.go_on(now=NOW)
    assert one.progress(move, by=west.dee).counts == {"moved": 3}
    for deal in deals:
        kinds = [event.kind for event in west.engine.desk.deal(west.ada, deal.id).history]
        assert kinds.count(history.DEAL_MOVED) == 1


def test_a_lost_deal_moves_with_its_lesson_still_to_be_written_and_an_ended_one_stays(west: Company) -> None:
    lost, ended = opened(west), opened(west, title="Ended")
    west.engine.running.lose_deal(lost.id, by=west.ada, now=NOW)
    do(west, ended, {"budget": False})
    do(west, ended, {"reason": "price", "lesson": "Ask earlier."})
    do(west, ended, {})
    number = publish(west, SALE.replace('name="Sign"', 'name="Sign here"'))
    seen = west.engine.moving.preview("small_sale", number, by=west.dee, now=NOW)
    assert [(line.deal.id, line.can) for line in seen.lines] == [(lost.id, True)]
    move = move_all(west, "small_sale", number, [lost, ended])
    assert [one.result for one in west.engine.moving.outcomes(move, by=west.dee)] == ["moved", "cannot"]
    assert stored(west, lost).deal.outcome == "lost"


def test_what_a_deal_waits_for_has_the_name_that_its_version_gives_it(west: Company) -> None:
    def waits(name: str) -> str:
        return (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><message id="m" name="NAME"/>'
            '<process id="waits" isExecutable="true"><startEvent id="s"/><receiveTask id="r" name="R" messageRef="m"/>'
            '<endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="r"/>'
            '<sequenceFlow id="f2" sourceRef="r" targetRef="e"/></process></definitions>'
        ).replace("NAME", name)

    publish(west, waits("signed"))
    deal = opened(west, "waits")
    move_all(west, "waits", publish(west, waits("contract signed")), [deal])
    with west.engine.database.read() as connection:
        assert [one.name for one in message_rows.awaited_by(connection, deal.id)] == ["contract signed"]


def test_only_designers_and_administrators_move_deals(west: Company) -> None:
    deal, moving = opened(west), west.engine.moving
    number = publish(west, SALE.replace('name="Sign"', 'name="Sign here"'))
    move = moving.start("small_sale", number, [deal.id], by=west.max, now=NOW)
    for person in (west.ada, west.ben, west.ana):
        for deed in (
            lambda by=person: moving.preview("small_sale", number, by=by, now=NOW),
            lambda by=person: moving.start("small_sale", number, [deal.id], by=by, now=NOW),
            lambda by=person: moving.stop(move, by=by, now=NOW),
            lambda by=person: moving.move_back(move, deal.id, by=by, now=NOW),
            lambda by=person: moving.progress(move, by=by),
            lambda by=person: moving.outcomes(move, by=by),
            lambda by=person: moving.recent("small_sale", by=by),
        ):
            with pytest.raises(NotAllowed):
                deed()
    with pytest.raises(MoveUnknown):
        moving.progress("none", by=west.dee)
    with pytest.raises(ProcessUnknown):
        moving.preview("small_sale", 99, by=west.dee, now=NOW)


#: 1,000 take a minute or two, and are moved by `make bench`; here it is fewer.
SOME = {"sqlite": 120, "postgresql": 28}


def test_of_many_deals_at_random_places_none_is_stuck_and_none_is_lost(west: Company, copies: Any) -> None:
    count = SOME["sqlite" if west.engine.database.is_sqlite else "postgresql"]
    told = many_moved(west.engine, west.ben, west.dee, count, seed=1)
    assert told.ended == count
    assert told.moved > count / 3, "few deals moved: this proves little"
    assert told.stayed


def test_a_state_that_cannot_be_read_is_told_and_the_others_are_moved(west: Company) -> None:
    broken, good = opened(west), opened(west, title="Another")
    known = stored(west, broken)
    with west.engine.database.write() as connection:
        assert deal_rows.step_process(connection, known.deal, known.deal, state=b"nothing", data={}, due=None)
    number = publish(west, SALE.replace('name="Sign"', 'name="Sign here"'))
    move = move_all(west, "small_sale", number, [broken, good])
    outcomes = west.engine.moving.outcomes(move, by=west.dee)
    assert [one.result for one in outcomes] == ["cannot", "moved"]
    assert "unforeseen" in str(outcomes[0].reasons[0])
