"""python -m tests.fuzz [SECONDS]: search each target for its share of the time.

What is found is shown as small as it gets, and is tried first the next time (.hypothesis). A finding becomes a test of
its own before it is mended.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
from types import FrameType

from hypothesis import HealthCheck, Phase, given, settings

from bpmn.forms import Form
from tests.fuzz import expressions, files, forms

#: A single input that takes longer, or a process that takes more memory, is a finding.
SECONDS_EACH, MEMORY = 10, 3 << 30

_searching = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate, Phase.shrink],
)


@_searching
@given(files.changed_files())
def _files(source: bytes) -> None:
    with Limit():
        files.holds(source)


@_searching
@given(expressions.SOURCES, expressions.SCRIPTS, expressions.VALUES)
def _expressions(source: str, script: str, names: dict[str, object]) -> None:
    with Limit():
        expressions.holds(source, script, names)


@_searching
@given(forms.FORMS, forms.ANSWERS)
def _forms(form: Form, raw: dict[str, object]) -> None:
    with Limit():
        forms.holds(form, raw)


class Limit:
    """Stops what runs in it, by a signal, when it takes too long."""

    def __enter__(self) -> None:
        signal.alarm(SECONDS_EACH)

    def __exit__(self, *told: object) -> None:
        signal.alarm(0)


def _too_long(number: int, frame: FrameType | None) -> None:
    raise AssertionError(f"it takes longer than {SECONDS_EACH} seconds")


def main(seconds: float) -> None:
    signal.signal(signal.SIGALRM, _too_long)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name, target, share in (("files", _files, 0.6), ("expressions", _expressions, 0.25), ("forms", _forms, 0.15)):
        begun, rounds = time.monotonic(), 0
        while time.monotonic() - begun < seconds * share:
            target()
            rounds += 1
        print(
            f"{name}: {rounds * _searching.max_examples:,} tried in {time.monotonic() - begun:.0f} seconds", flush=True
        )


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 60.0)
