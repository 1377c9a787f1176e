"""A version is built and started once before it is published, in a process of its own that can be killed.

What a file can make the engine do at its start must not take the server along, whatever the checks have missed.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime

from engine.errors import RunFailed

#: Seconds of wall time, and bytes of memory.
TIME_LIMIT = 20
MEMORY_LIMIT = 1 << 30


def run(source: bytes, process: str, *, time_limit: float = TIME_LIMIT) -> None:
    """Raises RunFailed when the process cannot be built and started within its limits."""
    command = [sys.executable, "-m", "engine.spiff.trial", process]
    try:
        done = subprocess.run(command, input=source, capture_output=True, timeout=time_limit, check=False)
    except subprocess.TimeoutExpired:
        raise RunFailed(element=process, reason=f"it did not start within {time_limit:g} seconds.") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise RunFailed(element=process, reason=told[-1] if told else f"it stopped with {done.returncode}.")


def _main() -> None:
    from bpmn.reading import read
    from engine import spiff

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT))
    definitions = read(sys.stdin.buffer.read()).definitions
    try:
        program = spiff.build(definitions, sys.argv[1])
        for at in program.beginnings:
            spiff.start(program, now=datetime.now(UTC), services=defaultdict(lambda: lambda data: {}), at=at)
    except Exception as error:
        # A process of its own has one way to say what went wrong, whatever it was.
        sys.exit(str(error).splitlines()[0] if str(error) else type(error).__name__)


if __name__ == "__main__":
    _main()
