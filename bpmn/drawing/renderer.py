"""Runs Graphviz on DOT text, never in this process: a worker that stays, or a process for one drawing. Either is killed
when its time is up."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from graphviz.backend.dot_command import command
from graphviz.backend.execute import ExecutableNotFound, run_check

from bpmn.drawing.words import REFUSED, TOO_SLOW
from bpmn.drawing.worker import Busy, Gone, Refused, Rendered, Worker
from bpmn.errors import DrawingFailed
from bpmn.text import Text


def run(source: str, output: str, *, engine: str = "neato", placed: bool = True, time_limit: float = 20.0) -> bytes:
    """The drawing. ``placed``: every node and line already has its position (Graphviz calls it nop2)."""
    return rendered(source, output, engine=engine, placed=placed, time_limit=time_limit).picture


def rendered(
    source: str, output: str, *, engine: str = "neato", placed: bool = True, time_limit: float = 20.0
) -> Rendered:
    """The drawing, and what Graphviz said about it."""
    try:
        # Windows cannot wait for two pipes at once.
        if os.name != "nt":
            try:
                return worker().draw(source, "nop2" if placed else engine, output, time_limit=time_limit)
            except (Busy, Gone):
                pass
        return _in_a_process_of_its_own(source, output, engine, placed, time_limit)
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        raise DrawingFailed(reason=Text(TOO_SLOW, {"seconds": f"{time_limit:g}"})) from error
    except (Refused, subprocess.CalledProcessError, ExecutableNotFound) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:] or ["?"]
        raise DrawingFailed(reason=Text(REFUSED, {"message": last[0][:200]})) from error


def _in_a_process_of_its_own(source: str, output: str, engine: str, placed: bool, time_limit: float) -> Rendered:
    arguments = command(engine, output, neato_no_op=2 if placed else None)[1:]
    finished = run_check(
        [*program(), *arguments],
        input=source.encode("utf-8"),
        capture_output=True,
        quiet=True,
        timeout=time_limit,
    )
    return Rendered.of(finished.stdout, finished.stderr)


@cache
def worker() -> Worker:
    return Worker(program())


def program() -> list[str]:
    """Our ``parcours-dot`` beside the Python that runs, where it is installed."""
    for name in ("parcours-dot", "parcours-dot.exe"):
        script = Path(sys.executable).with_name(name)
        if script.exists():
            return [str(script)]
    return [sys.executable, "-m", "bpmn.drawing.dot"]
