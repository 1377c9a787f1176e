"""What may take long is done in a process of its own, with an end to its time and memory; a few at a time."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

#: Bytes of memory, for each process.
MEMORY_LIMIT = 1 << 30


class Ended(Exception):
    """It was ended. ``why`` is ``busy`` (others are being served), ``slow``, or ``large``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Places:
    """So many are done at once, and so many wait; others are turned away."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.places = threading.BoundedSemaphore(at_once)
        self.queue = threading.BoundedSemaphore(at_once + waiting)

    def made(self, act: Callable[..., T], *given: Any, time_limit: float) -> T:
        """What ``act``, a function of a module, makes of what it is given within so many seconds, waiting included.

        Raises Ended when it may not go on, and RuntimeError with what ``act`` raised.
        """
        end = time.monotonic() + time_limit
        if not self.queue.acquire(blocking=False):
            raise Ended("busy")
        try:
            if not self.places.acquire(timeout=time_limit):
                raise Ended("busy")
            try:
                return _made(act, given, end - time.monotonic())
            finally:
                self.places.release()
        finally:
            self.queue.release()


def _made(act: Callable[..., T], given: tuple[Any, ...], time_limit: float) -> T:
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            told, _ = process.communicate(pickle.dumps((act, given)), timeout=time_limit)
        except subprocess.TimeoutExpired:
            # What it has started goes with it.
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            raise Ended("slow") from None
    # Nothing, or half of it, is left of a process that had no more memory.
    if not told or told[-1:] != b".":
        raise Ended("large")
    what, value = pickle.loads(told)
    if what == "failed":
        raise RuntimeError(value)
    if what == "large":
        raise Ended("large")
    result: T = value
    return result


def _main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    act, given = pickle.load(sys.stdin.buffer)
    with suppress(MemoryError, RecursionError):
        sys.stdout.buffer.write(pickle.dumps(_told(act, given)))


def _told(act: Callable[..., Any], given: tuple[Any, ...]) -> tuple[str, Any]:
    """What it made; an error of ours, which does not travel well, as it would be printed."""
    try:
        return "made", act(*given)
    except (MemoryError, RecursionError):
        return "large", None
    except Exception:
        return "failed", traceback.format_exc()


if __name__ == "__main__":
    _main()
