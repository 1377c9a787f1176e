"""Runs Graphviz on DOT text, in a process of its own that is killed when its time is up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from graphviz.backend.dot_command import command
from graphviz.backend.execute import ExecutableNotFound, run_check

from bpmn.errors import DrawingFailed
from bpmn.text import N_, Text

TOO_SLOW = N_("it took longer than %(seconds)s seconds. Split the process.")
REFUSED = N_("Graphviz stopped: %(message)s")


def run(source: str, output: str, *, engine: str = "neato", placed: bool = True, time_limit: float = 20.0) -> bytes:
    """The drawing. ``placed``: every node and line already has its position (Graphviz calls it nop2)."""
    arguments = command(engine, output, neato_no_op=2 if placed else None)[1:]
    try:
        finished = run_check(
            [*_program(), *arguments],
            input=source.encode("utf-8"),
            capture_output=True,
            quiet=True,
            timeout=time_limit,
        )
    except subprocess.TimeoutExpired as error:
        raise DrawingFailed(reason=Text(TOO_SLOW, {"seconds": f"{time_limit:g}"})) from error
    except (subprocess.CalledProcessError, ExecutableNotFound) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:] or ["?"]
        raise DrawingFailed(reason=Text(REFUSED, {"message": last[0][:200]})) from error
    drawn: bytes = finished.stdout
    if not drawn:
        raise DrawingFailed(reason=Text(REFUSED, {"message": "?"}))
    return drawn


def _program() -> list[str]:
    """Our ``parcours-dot`` beside the Python that runs, where it is installed."""
    for name in ("parcours-dot", "parcours-dot.exe"):
        script = Path(sys.executable).with_name(name)
        if script.exists():
            return [str(script)]
    return [sys.executable, "-m", "bpmn.drawing.dot"]
