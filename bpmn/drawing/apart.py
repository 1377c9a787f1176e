"""What may take long is drawn in a process of its own, with an end to its time and memory; a few at a time."""

from __future__ import annotations

import math
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from bpmn.drawing.words import TOO_BUSY, TOO_SLOW, TOO_WIDE
from bpmn.errors import DrawingFailed, NothingToDraw
from bpmn.model import Definitions
from bpmn.text import Text

T = TypeVar("T")

#: Bytes of memory, for each process that draws.
MEMORY_LIMIT = 1 << 30
#: So much is drawn where it was asked for: parts, the same on paper, way points, and points across. The largest of
#: 5,146 real files has 108 nodes.
_MOST_PARTS, _MOST_ON_PAPER, _MOST_POINTS, _WIDEST = 500, 300, 4_000, 30_000.0
_AT_ONCE, _WAITING = 2, 2

_places = threading.BoundedSemaphore(_AT_ONCE)
_queue = threading.BoundedSemaphore(_AT_ONCE + _WAITING)


def is_heavy(definitions: Definitions, *, on_paper: bool = False) -> bool:
    """Whether drawing it may take longer than a page can wait."""
    shapes = [shape for diagram in definitions.diagrams for shape in diagram.shapes]
    edges = [edge for diagram in definitions.diagrams for edge in diagram.edges]
    held = (definitions.nodes, definitions.joins, definitions.lanes, definitions.artifacts, definitions.participants)
    parts = max(sum(map(len, held)), len(shapes) + len(edges))
    if parts > (_MOST_ON_PAPER if on_paper else _MOST_PARTS):
        return True
    if sum(len(edge.waypoints) for edge in edges) > _MOST_POINTS:
        return True
    far = [number for shape in shapes for number in (shape.bounds.x, shape.bounds.y, *_size(shape.bounds))]
    far += [number for edge in edges for point in edge.waypoints for number in point]
    return any(not math.isfinite(number) or abs(number) > _WIDEST for number in far)


def _size(box: Any) -> tuple[float, float]:
    return box.x + box.width, box.y + box.height


def made(act: Callable[..., T], *given: Any, time_limit: float) -> T:
    """What ``act``, a function of a module, makes of what it is given; or DrawingFailed when it may not go on."""
    if not _queue.acquire(blocking=False):
        raise DrawingFailed(reason=Text(TOO_BUSY))
    try:
        if not _places.acquire(timeout=time_limit):
            raise DrawingFailed(reason=Text(TOO_BUSY))
        try:
            return _made(act, given, time_limit)
        finally:
            _places.release()
    finally:
        _queue.release()


def _made(act: Callable[..., T], given: tuple[Any, ...], time_limit: float) -> T:
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            told, _ = process.communicate(pickle.dumps((act, given)), timeout=time_limit)
        except subprocess.TimeoutExpired:
            # Its Graphviz goes with it.
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            raise DrawingFailed(reason=Text(TOO_SLOW, {"seconds": f"{time_limit:g}"})) from None
    if not told:
        raise DrawingFailed(reason=Text(TOO_WIDE))
    what, value = pickle.loads(told)
    if what == "failed":
        raise DrawingFailed(reason=value)
    if what == "nothing":
        raise NothingToDraw
    result: T = value
    return result


def _main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    act, given = pickle.load(sys.stdin.buffer)
    told: tuple[str, object]
    try:
        told = ("made", act(*given))
    except DrawingFailed as failed:
        told = ("failed", failed.reason)
    except NothingToDraw:
        told = ("nothing", None)
    except (MemoryError, RecursionError):
        told = ("failed", Text(TOO_WIDE))
    sys.stdout.buffer.write(pickle.dumps(told))


if __name__ == "__main__":
    _main()
