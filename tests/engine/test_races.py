"""Many at once: one wins, the others are told, and nothing is done twice. On each database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from engine import history
from engine.errors import Conflict
from tests.builders import NOW, Company
from tests.engine.test_running import kinds, open_deal, tasks, to_the_answer

MANY = 8


def at_once(act: Callable[[int], object]) -> Counter[str]:
    """Everyone starts at the same moment; what came of each, by name."""
    together = Barrier(MANY)

    def one(number: int) -> str:
        together.wait()
        try:
            act(number)
        except Conflict as told:
            return type(told).__name__
        return "done"

    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(one, range(MANY)))


def test_one_of_many_completes_a_task(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    came = at_once(
        lambda number: west.engine.running.complete_task(
            task.id, {"budget": "yes", "offer": str(number)}, ticks=["c1"], by=west.ada, now=NOW
        )
    )
    assert came["done"] == 1
    assert set(came) <= {"done", "TaskGone", "DealChanged"}
    assert kinds(west, deal).count(history.TASK_COMPLETED) == 1
    assert set(tasks(west, deal)) == {"answer"}


def test_one_of_many_loses_a_deal(west: Company) -> None:
    deal = to_the_answer(west)
    came = at_once(lambda number: west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW))
    assert came["done"] == 1
    assert kinds(west, deal).count(history.DEAL_LOST) == 1


def test_many_workers_fire_a_timer_once(west: Company) -> None:
    deal = to_the_answer(west)
    at_once(lambda number: west.engine.running.fire_due(now=NOW + timedelta(days=7)))
    assert kinds(west, deal).count(history.TIMER_FIRED) == 1
    assert sorted(tasks(west, deal)) == ["answer", "touch"]


def test_many_deals_of_one_new_account_make_one_account(west: Company) -> None:
    came = at_once(lambda number: open_deal(west, title=f"Deal {number}", account="Neue Firma GmbH"))
    assert came == {"done": MANY}
    deals = west.engine.desk.deals(west.ada).deals
    assert len(deals) == MANY
    assert len({deal.account.id for deal in deals}) == 1
    assert len({deal.id for deal in deals}) == MANY
