"""The Graphviz that stays: killed when it hangs, replaced when it is gone, safe with threads and forks."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from bpmn.drawing import Style, draw, renderer
from bpmn.drawing.renderer import program, rendered
from bpmn.drawing.worker import Busy, Gone, Refused, Worker
from bpmn.errors import DrawingFailed
from tests.bpmn.drawing.maps import REAL, all_marks, shipped

SMALL = 'digraph { a [pos="10,10"] }'
CHANCE = Random(1)
EDGES = "; ".join(f"n{CHANCE.randrange(300)} -> n{CHANCE.randrange(300)}" for _ in range(3_000))
ENDLESS = f"digraph {{ {EDGES} }}"


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker(program())
    yield started
    started.stop()


def test_one_process_draws_one_graph_after_the_other(worker: Worker) -> None:
    first = worker.draw(SMALL, "nop2", "svg", time_limit=20)
    pid = worker.pid
    for format, begins in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        assert worker.draw(SMALL, "nop2", format, time_limit=20).picture.startswith(begins)
    assert worker.draw(SMALL, "nop2", "svg", time_limit=20) == first
    assert worker.pid == pid


def test_a_graph_that_takes_too_long_ends_the_worker_and_the_next_one_is_drawn(worker: Worker) -> None:
    worker.draw(SMALL, "nop2", "svg", time_limit=20)
    pid = worker.pid
    with pytest.raises(TimeoutError):
        worker.draw(ENDLESS, "dot", "svg", time_limit=0.2)
    assert not is_alive(pid)
    assert worker.draw(SMALL, "nop2", "svg", time_limit=20).picture
    assert worker.pid != pid


def is_alive(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}").exists()


def test_a_worker_that_does_not_even_read_is_given_up(worker: Worker) -> None:
    worker.draw(SMALL, "nop2", "svg", time_limit=20)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        worker.draw("digraph {" + " " * 10_000_000 + "}", "nop2", "svg", time_limit=0.2)
    assert worker.draw(SMALL, "nop2", "svg", time_limit=20).picture


def test_a_worker_that_was_killed_is_told_and_replaced(worker: Worker) -> None:
    worker.draw(SMALL, "nop2", "svg", time_limit=20)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    assert worker.draw(SMALL, "nop2", "svg", time_limit=20).picture


def test_a_worker_that_cannot_start_is_gone() -> None:
    with pytest.raises(Gone):
        Worker([sys.executable, "-c", "pass"]).draw(SMALL, "nop2", "svg", time_limit=20)


def test_what_graphviz_refuses_is_told_and_the_worker_stays(worker: Worker) -> None:
    with pytest.raises(Refused):
        worker.draw("digraph {", "nop2", "svg", time_limit=20)
    pid = worker.pid
    assert worker.draw(SMALL, "nop2", "svg", time_limit=20).said == ""
    assert worker.pid == pid
    with pytest.raises(DrawingFailed, match="Graphviz stopped"):
        rendered("digraph {", "svg")


def test_what_graphviz_says_of_one_graph_is_not_said_of_the_next(worker: Worker) -> None:
    loud = 'digraph { a [pos="10,10" label="much too long" width=0.1 fixedsize=true] }'
    assert "too small for label" in worker.draw(loud, "nop2", "svg", time_limit=20).said
    assert worker.draw(SMALL, "nop2", "svg", time_limit=20).said == ""


def test_threads_get_their_own_pictures() -> None:
    def drawn(number: int) -> bool:
        graph = f'digraph {{ a [pos="10,10" label="number {number}"] }}'
        return f"number {number}<".encode() in rendered(graph, "svg").picture

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(drawn, range(60)))


def test_a_busy_worker_sends_away(worker: Worker) -> None:
    worker._lock.acquire()
    try:
        with pytest.raises(Busy):
            worker.draw(SMALL, "nop2", "svg", time_limit=20)
    finally:
        worker._lock.release()


def test_a_forked_child_has_a_worker_of_its_own() -> None:
    # In a process of its own: this one has threads.
    script = """
import os, sys
from bpmn.drawing.renderer import rendered, worker
def drawn(name):
    graph = 'digraph { a [pos="10,10" label="%s"] }' % name
    return name.encode() in rendered(graph, "svg").picture
assert drawn("parent")
mine = worker().pid
child = os.fork()
if not child:
    good = drawn("child") and worker().pid != mine
    worker().stop()
    os._exit(0 if good else 1)
assert all(drawn(f"again{n}") for n in range(20))
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
assert worker().pid == mine
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_worker_ends_with_the_process_that_started_it() -> None:
    script = (
        "from bpmn.drawing.renderer import rendered, worker; "
        "rendered('digraph{a}', 'svg'); print(worker().pid, flush=True); import os; os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    pid = int(done.stdout)
    # The end of its standard input is all that it is told.
    if is_alive(pid):
        descriptor = os.pidfd_open(pid)
        assert select.select([descriptor], [], [], 20)[0]
        os.close(descriptor)


def test_graphviz_has_nothing_to_say_of_our_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    real = renderer.rendered

    def listen(*given: object, **named: object) -> object:
        result = real(*given, **named)  # type: ignore[arg-type]
        said.append(result.said)
        return result

    monkeypatch.setattr(renderer, "rendered", listen)
    from bpmn.drawing import cache
    from bpmn.reading import read

    cache.pictures.clear()
    found = [shipped(), shipped("fr"), *(read(path.read_bytes()).definitions for path in REAL[::12])]
    for definitions in found:
        for format in ("svg", "png", "pdf"):
            for level in ("detail", "overview"):
                marks = all_marks(definitions) if definitions.stages and len(definitions.nodes) > 20 else None
                style = Style(level=level, paper="a3", width=800)
                draw(definitions, format, style, **({"marks": marks} if marks else {}))  # type: ignore[arg-type]
    assert len(said) >= 12
    assert set(said) == {""}
