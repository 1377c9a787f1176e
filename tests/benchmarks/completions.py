"""Durable task completions per second: through the engine, and in a naive loop of SpiffWorkflow, in turns.

Both drive the shipped process along one path of 13 completions to a won deal, in SQLite with synchronous=FULL: load,
complete, save, commit. The engine also checks who may, the form, the stage's checklist, and keeps history, open tasks
and lessons; the naive loop stores the whole workflow as SpiffWorkflow's own JSON and nothing else.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from bpmn.reading import read
from engine import open_engine
from tests.benchmarks.dialect import lower, unmarked
from tests.builders import NOW, commercial

ROUNDS, DEALS = 5, 10
_PROPOSAL: list[tuple[str, dict[str, Any]]] = [
    (
        "Task_prepare_proposal",
        {"problem_to_solve": "Late trucks", "offer_value": "48000", "expected_close": "2026-06-30"},
    ),
    ("Task_send_proposal", {"sent_to": "M. Brandt", "sent_on": "2026-03-02"}),
]
PATH: list[tuple[str, dict[str, Any]]] = [
    ("Task_identify", {"company": "Hanse Logistik", "contact_name": "M. Brandt", "source": "referral"}),
    (
        "Task_qualify",
        {
            "what_was_said": "They lose two trucks a week.",
            "really_needs": "yes",
            "sees_value": "yes",
            "has_budget": "yes",
            "decides": "yes",
        },
    ),
    *_PROPOSAL,
    ("Task_record_answer", {"answer": "new_proposal"}),
    *_PROPOSAL,
    ("Task_record_answer", {"answer": "positive"}),
    ("Task_hand_over", {"handover_notes": "Likes short mails."}),
    ("Task_negotiate", {"outcome": "agreed"}),
    ("Task_draw_up", {"discount_percent": "5"}),
    ("Task_get_signed", {"signed_on": "2026-05-02", "final_value": "47000"}),
    ("Task_write_lesson", {"win_reason": "trust", "won_lesson": "One page was enough."}),
]


def main() -> None:
    ours: list[float] = []
    naive: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = _Ours(Path(folder) / "parcours.db")
        loop = _Naive(Path(folder) / "naive.db")
        for _ in range(ROUNDS):
            ours += engine.drive(DEALS)
            naive += loop.drive(DEALS)
        sizes = engine.bytes_per_state(), loop.bytes_per_state()
        engine.close()
    print(f"Task completions, SQLite synchronous=FULL, {len(ours)} each, in turns")
    print(f"  {'':8}{'per second':>12}{'median ms':>12}{'p95 ms':>10}{'state bytes':>13}")
    for name, times, size in (("engine", ours, sizes[0]), ("naive", naive, sizes[1])):
        times.sort()
        print(
            f"  {name:8}{len(times) / sum(times):12.0f}{statistics.median(times) * 1e3:12.2f}"
            f"{times[int(len(times) * 0.95)] * 1e3:10.2f}{size:13.0f}"
        )
    print(f"  engine / naive: {statistics.median(naive) / statistics.median(ours):.1f}x")


class _Ours:
    def __init__(self, path: Path) -> None:
        self.engine = open_engine(f"sqlite:///{path}")
        self.me = self.engine.people.local_person(now=NOW)
        self.engine.publishing.publish(commercial(), by=self.me, now=NOW)
        stages = self.engine.publishing.latest("commercial").definitions.stages
        self.ticks = [item.id for stage in stages for item in stage.checklist]
        self.sizes: list[int] = []

    def drive(self, deals: int) -> Iterator[float]:
        taken = []
        for number in range(deals):
            deal = self.engine.running.open_deal(
                process="commercial", title=f"Deal {number}", account=f"Account {number}", by=self.me, now=NOW
            )
            for element, answers in PATH:
                [row] = self.engine.desk.deal(self.me, deal.id).tasks
                assert row.task.element_id == element, (row.task.element_id, element)
                given = {**answers, "account_manager": self.me.id} if element == "Task_hand_over" else answers
                begun = time.perf_counter()
                self.engine.running.complete_task(row.task.id, given, ticks=self.ticks, by=self.me, now=NOW)
                taken.append(time.perf_counter() - begun)
                with self.engine.database.read() as connection:
                    size = connection.exec_driver_sql(
                        "SELECT length(state) FROM instances WHERE deal_id = ?", (deal.id,)
                    ).scalar_one()
                self.sizes.append(size)
            assert self.engine.desk.deal(self.me, deal.id).deal.outcome == "won"
        return iter(taken)

    def bytes_per_state(self) -> float:
        return statistics.mean(size for size in self.sizes if size)

    def close(self) -> None:
        self.engine.close()


class _Naive:
    def __init__(self, path: Path) -> None:
        definitions = read(commercial()).definitions
        # The same lowered process, with timers as SpiffWorkflow wants them.
        text = lower(definitions, "commercial").replace(">unused<", '>"R7/P7D"<')
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(text.encode())
        self.spec, self.inner = parser.get_spec("commercial"), parser.get_subprocess_specs("commercial")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.database.execute(f"PRAGMA {pragma}")
        self.database.execute("CREATE TABLE deals (id INTEGER PRIMARY KEY, state TEXT)")
        self.sizes: list[int] = []

    def drive(self, deals: int) -> Iterator[float]:
        taken = []
        for _ in range(deals):
            run = BpmnWorkflow(self.spec, self.inner)
            run.do_engine_steps()
            state = self.serializer.serialize_json(run)
            deal = self.database.execute("INSERT INTO deals (state) VALUES (?)", (state,)).lastrowid
            for element, answers in PATH:
                begun = time.perf_counter()
                self._complete(deal, element, {name: _typed(value) for name, value in answers.items()})
                taken.append(time.perf_counter() - begun)
        return iter(taken)

    def _complete(self, deal: int | None, element: str, answers: Mapping[str, Any]) -> None:
        [state] = self.database.execute("SELECT state FROM deals WHERE id = ?", (deal,)).fetchone()
        run = self.serializer.deserialize_json(state)
        run.refresh_timers()
        run.do_engine_steps()
        [task] = run.get_tasks(state=TaskState.READY, manual=True)
        assert unmarked(task.task_spec.bpmn_id) == element
        task.data.update(answers)
        task.run()
        run.do_engine_steps()
        saved = self.serializer.serialize_json(run)
        self.sizes.append(len(saved))
        self.database.execute("BEGIN IMMEDIATE")
        self.database.execute("UPDATE deals SET state = ? WHERE id = ?", (saved, deal))
        self.database.execute("COMMIT")

    def bytes_per_state(self) -> float:
        return statistics.mean(self.sizes)


def _typed(value: Any) -> Any:
    if value in ("yes", "no"):
        return value == "yes"
    return int(value) if str(value).isdigit() else value


if __name__ == "__main__":
    main()
