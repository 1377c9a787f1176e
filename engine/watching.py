"""Tells an observer of every step of a deal: what was done, how it ended and how long it took; nothing of its words."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from bpmn.errors import BpmnError
from engine import Engine
from engine.deals import Deal, Task
from engine.errors import Conflict, DatabaseAway, EngineError, RunFailed
from engine.running import Running

#: ``conflict``: someone was quicker. ``refused``: it may not be done, or not like this. ``failed``: it should work.
End = Literal["done", "conflict", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Deed:
    """A method of ``Running`` that was called."""

    name: str
    end: End
    seconds: float
    #: The class of what was raised.
    error: str = ""
    #: 0 where none was named.
    deal_id: int = 0
    task_id: str = ""
    person_id: str = ""
    #: How many deals a look for due timers moved.
    moved: int | None = None

    @property
    def is_idle(self) -> bool:
        """Nothing was due: a look that is taken every few seconds."""
        return self.moved == 0 and self.end == "done"


Tell = Callable[[Deed], None]


def watched(engine: Engine, tell: Tell) -> Engine:
    """The same engine, whose deals tell."""
    return replace(engine, running=cast(Running, _Watched(engine.running, tell)))


class _Watched:
    def __init__(self, running: Running, tell: Tell) -> None:
        self._running, self._tell = running, tell

    def __getattr__(self, name: str) -> Any:
        deed = getattr(self._running, name)
        if not inspect.ismethod(deed):
            return deed

        def told(*given: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            result, error = None, None
            try:
                result = deed(*given, **named)
                return result
            except BaseException as raised:
                error = raised
                raise
            finally:
                about = _about(inspect.signature(deed), given, named, result)
                seconds = time.perf_counter() - begun
                self._tell(Deed(name, _end(error), seconds, type(error).__name__ if error else "", **about))

        return told


def _about(signature: inspect.Signature, given: Any, named: Any, result: object) -> dict[str, Any]:
    try:
        asked = signature.bind(*given, **named).arguments
    except TypeError:
        return {}
    about = {"deal_id": asked.get("deal_id", 0), "task_id": asked.get("task_id", "")}
    about["person_id"] = getattr(asked.get("by"), "id", "")
    match result:
        case Deal():
            about["deal_id"] = result.id
        case Task():
            about["deal_id"] = result.deal_id
        case int() if not isinstance(result, bool):
            about["moved"] = result
    return about


def _end(error: BaseException | None) -> End:
    match error:
        case None:
            return "done"
        case Conflict():
            return "conflict"
        case RunFailed() | DatabaseAway():
            return "failed"
        case EngineError() | BpmnError():
            return "refused"
    return "failed"
