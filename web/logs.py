"""What is logged: ids of deals, tasks, people and requests; no name, answer or address, nor what an error quotes.

As text, warnings and errors. As JSON (``PARCOURS_LOG=json``), one object a line, and each request and deed as well.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from engine.watching import Deed

#: What a record may carry besides its message.
FIELDS = ("request", "person", "deal", "task", "route", "method", "status", "end", "error", "moved", "seconds")
#: Errors whose message is the system's own, and what someone needs who is to mend it.
_SAY = (OSError, MemoryError)
_SAY_TOO = frozenset({"OperationalError", "InterfaceError"})

#: What is logged with everything during a request.
about: ContextVar[Mapping[str, str] | None] = ContextVar("about", default=None)

_deeds = logging.getLogger("parcours.deeds")


def set_up(format: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if format == "json" else Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("parcours").setLevel(logging.INFO if format == "json" else logging.WARNING)


def deed(done: Deed) -> None:
    if not done.is_idle:
        told = {"deal": done.deal_id, "task": done.task_id, "person": done.person_id, "error": done.error}
        more = {"end": done.end, "seconds": round(done.seconds, 6), "moved": done.moved}
        _deeds.info(done.name, extra={**told, **more})


class Lines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        # Another formatter's idea of the trace may be kept in the record.
        record.exc_text = None
        told = super().format(record)
        carried = " ".join(f"{name}={value}" for name, value in _carried(record).items())
        return f"{told} ({carried})" if carried and "\n" not in told else told

    def formatException(self, ei: Any) -> str:
        return "\n".join(_trace(ei[1]))


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_carried(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["trace"] = _trace(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=str)


def _carried(record: logging.LogRecord) -> dict[str, Any]:
    own = {name: value for name in FIELDS if (value := getattr(record, name, None)) not in (None, "")}
    return {**(about.get() or {}), **own}


def _trace(error: BaseException | None) -> list[str]:
    """Where it went wrong. Its message is left out, since that may quote what someone wrote."""
    lines: list[str] = []
    while error is not None:
        says = isinstance(error, _SAY) or type(error).__name__ in _SAY_TOO
        lines.append(f"{type(error).__name__}: {' '.join(str(error).split())}" if says else type(error).__name__)
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines
