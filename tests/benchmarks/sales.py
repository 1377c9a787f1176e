"""Deals on the shipped process, driven along one path of 13 completions to a won deal: by the engine, and naively."""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import Connection

from bpmn.reading import read
from engine import Engine, open_engine
from engine.storage import tasks as task_rows
from tests.benchmarks.dialect import lower, unmarked
from tests.benchmarks.table import timed
from tests.builders import NOW, commercial

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
#: So many completions bring a deal to where it waits for an answer, with a timer that reminds of it every week.
TO_THE_TIMER = 4


@dataclass(frozen=True)
class Doing:
    """A deal's next completion."""

    deal: int
    task: str
    answers: dict[str, Any]


class Ours:
    """The engine's public methods, over a database of its own."""

    def __init__(self, url: str, now: datetime = NOW) -> None:
        self.engine: Engine = open_engine(url)
        self.now = now
        self.me = self.engine.people.local_person(now=now)
        self.engine.publishing.publish(commercial(), by=self.me, now=now)
        stages = self.engine.publishing.latest("commercial").definitions.stages
        self.ticks = [item.id for stage in stages for item in stage.checklist]
        self.opened = 0
        self.last = 0
        self._processes: list[float] = []

    def open(self) -> int:
        self.opened += 1
        return self.engine.running.open_deal(
            process="commercial",
            title=f"Deal {self.opened}",
            account=f"Account {self.opened}",
            by=self.me,
            now=self.now,
        ).id

    def next(self, deal: int, step: int) -> Doing:
        element, answers = PATH[step]
        with self.engine.database.read() as connection:
            [task] = task_rows.open_tasks(connection, deal)
        assert task.element_id == element, (task.element_id, element)
        if element == "Task_hand_over":
            answers = {**answers, "account_manager": self.me.id}
        return Doing(deal, task.id, answers)

    def do(self, doing: Doing) -> None:
        self.engine.running.complete_task(doing.task, doing.answers, ticks=self.ticks, by=self.me, now=self.now)

    def drive(self, deals: int, steps: int = len(PATH), *, after: Callable[[], None] = lambda: None) -> list[float]:
        """Seconds of each completion. ``after``: what is done after each, outside of its time."""
        taken = []
        for _ in range(deals):
            deal = self.last = self.open()
            for step in range(steps):
                doing = self.next(deal, step)
                taken.append(timed(self.do, doing))
                after()
                with self.engine.database.read() as connection:
                    self._processes.append(_one(connection, _PROCESS, deal))
            if steps == len(PATH):
                assert self.engine.desk.deal(self.me, deal).deal.outcome == "won"
        return taken

    def bytes_a_completion(self) -> int:
        """What a completion has to make durable: the process, what is known, and the row of history that it adds."""
        with self.engine.database.read() as connection:
            history = _one(connection, f"SELECT avg({_lengths(connection, 'history')}) FROM history")
        return round(statistics.mean(self._processes) + history)

    def close(self) -> None:
        self.engine.close()


@contextmanager
def in_one_transaction(engine: Engine) -> Iterator[None]:
    """Everything that is done within is committed at the end: for stocking a database, never for what is measured."""
    database = engine.database
    own = database.ask, database.read, database.write
    with database.write() as connection:

        @contextmanager
        def held() -> Iterator[Connection]:
            yield connection

        database.ask = database.read = database.write = held  # type: ignore[method-assign]
        try:
            yield
        finally:
            database.ask, database.read, database.write = own  # type: ignore[method-assign]


class Naive:
    """SpiffWorkflow as its own examples use it: the whole workflow as JSON, loaded and stored for each completion."""

    def __init__(self, path: Path) -> None:
        definitions = read(commercial()).definitions
        # The same lowered process, with timers as SpiffWorkflow wants them.
        text = lower(definitions, "commercial").replace(">unused<", '>"R7/P7D"<')
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(text.encode())
        self.spec, self.inner = parser.get_spec("commercial"), parser.get_subprocess_specs("commercial")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.database = durable(path)
        self.database.execute("CREATE TABLE deals (id INTEGER PRIMARY KEY, state TEXT)")

    def drive(self, deals: int) -> list[float]:
        taken = []
        for _ in range(deals):
            run = BpmnWorkflow(self.spec, self.inner)
            run.do_engine_steps()
            state = self.serializer.serialize_json(run)
            deal = self.database.execute("INSERT INTO deals (state) VALUES (?)", (state,)).lastrowid
            for element, answers in PATH:
                given = {name: _typed(value) for name, value in answers.items()}
                taken.append(timed(self._complete, deal, element, given))
        return taken

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
        self.database.execute("BEGIN IMMEDIATE")
        self.database.execute("UPDATE deals SET state = ? WHERE id = ?", (saved, deal))
        self.database.execute("COMMIT")

    def close(self) -> None:
        self.database.close()


class Bare:
    """Nothing but one commit of so many bytes: what the disk and SQLite take in any case."""

    ROWS = 1_000

    def __init__(self, path: Path, size: int) -> None:
        self.size, self.turn = size, 0
        self.database = durable(path)
        self.database.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, bytes BLOB)")
        self.database.executemany("INSERT OR IGNORE INTO bare VALUES (?, '')", [(row,) for row in range(self.ROWS)])

    def commit(self) -> None:
        self.turn += 1
        content = self.turn.to_bytes(8) * (self.size // 8)
        self.database.execute("BEGIN IMMEDIATE")
        self.database.execute("UPDATE bare SET bytes = ? WHERE id = ?", (content, self.turn * 7 % self.ROWS))
        self.database.execute("COMMIT")

    def close(self) -> None:
        self.database.close()


def durable(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=30)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    return database


_PROCESS = "SELECT length(state) + length(data) FROM instances WHERE deal_id = ?"


def _one(connection: Connection, asked: str, *given: int) -> float:
    return float(connection.exec_driver_sql(asked, given).scalar_one())


def _lengths(connection: Connection, table: str) -> str:
    columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    return " + ".join(f'coalesce(length("{column}"), 0)' for column in columns)


def _typed(value: Any) -> Any:
    if value in ("yes", "no"):
        return value == "yes"
    return int(value) if str(value).isdigit() else value
