"""A Graphviz that stays: one process that draws graph after graph, started when first needed, ended when it hangs.

It serves one thread at a time; whoever finds it busy draws in a process of its own (renderer.py). A forked child starts
another one, since two that read from one pipe would get each other's pictures.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import selectors
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Rendered:
    picture: bytes
    #: What Graphviz said about the graph: nothing, if it was in order.
    said: str = ""

    @classmethod
    def of(cls, picture: bytes, said: bytes) -> Rendered:
        """What fontconfig says is about the machine's own settings, which it reads beside ours."""
        lines = said.decode("utf-8", "replace").splitlines()
        return cls(picture, "\n".join(line for line in lines if line and not line.startswith("Fontconfig ")))


class Busy(Exception):
    """Another thread is being served."""


class Gone(Exception):
    """The worker ended while it was asked, or before."""


class Refused(Exception):
    """Graphviz could not draw this graph."""


class Worker:
    def __init__(self, command: Sequence[str]) -> None:
        self._command = [*command, "--serve"]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def draw(self, source: str, engine: str, output: str, *, time_limit: float) -> Rendered:
        """Raises TimeoutError, and the worker is replaced, when it takes longer (seconds)."""
        if not self._lock.acquire(blocking=False):
            raise Busy
        try:
            process = self._started()
            graph = source.encode("utf-8")
            job = f"{engine} {output} {len(graph)}\n".encode("ascii") + graph
            return _read(_exchange(process, job, time.monotonic() + time_limit))
        except (TimeoutError, Gone):
            self.stop()
            raise
        finally:
            self._lock.release()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            _close(process)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _forget(self) -> None:
        """In a forked child: the process is the parent's."""
        self._lock = threading.Lock()
        process, self._process = self._process, None
        if process is not None:
            _close(process)
            # Not our child: nobody may wait for it here.
            process.returncode = 0


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _exchange(process: subprocess.Popen[bytes], job: bytes, deadline: float) -> bytearray:
    """Send the job and read its whole answer, neither waiting for the other nor beyond the deadline."""
    assert process.stdin is not None
    assert process.stdout is not None
    sending, reading = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(sending, False)
    answer, left = bytearray(), memoryview(job)
    with selectors.DefaultSelector() as ready:
        ready.register(sending, selectors.EVENT_WRITE)
        ready.register(reading, selectors.EVENT_READ)
        while not _is_whole(answer):
            waiting = deadline - time.monotonic()
            if waiting <= 0:
                raise TimeoutError
            for key, _ in ready.select(waiting):
                if key.fd == reading:
                    if not (piece := os.read(reading, _PIECE)):
                        raise Gone
                    answer += piece
                    continue
                try:
                    left = left[os.write(sending, left[:_PIECE]) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise Gone from error
                if not left:
                    ready.unregister(sending)
    return answer


def _is_whole(answer: bytearray) -> bool:
    end = answer.find(b"\n")
    return end >= 0 and len(answer) >= end + 1 + sum(map(int, answer[:end].split()[1:]))


def _read(answer: bytearray) -> Rendered:
    head, _, rest = bytes(answer).partition(b"\n")
    status, size, _ = map(int, head.split())
    found = Rendered.of(rest[:size], rest[size:])
    if status:
        raise Refused(found.said)
    return found
