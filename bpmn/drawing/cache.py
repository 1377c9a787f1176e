"""What is kept of drawings: by a digest of all that they depend on, and no more than so many bytes."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import fields
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

import orjson

from bpmn.drawing.geometry import Geometry
from bpmn.drawing.webmap import WebMap
from bpmn.errors import DrawingBusy, DrawingFailed
from bpmn.model import Definitions

T = TypeVar("T")


#: What took longer than so many seconds and failed is not tried again for a while, so that nobody who asks again and
#: again keeps a machine busy with it.
_LONG, _AFTER = 5.0, 60.0


class Cache(Generic[T]):
    """The least recently asked for goes first. What is asked for by several at the same time is made once."""

    def __init__(self, most: int, size_of: Callable[[T], int] = lambda value: 1) -> None:
        self._most, self._size_of = most, size_of
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._failed: dict[str, tuple[float, str]] = {}
        self._making: dict[str, Future[T]] = {}
        self._lock = threading.Lock()
        self.size = 0

    def get(self, key: str, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            until, reason = self._failed.get(key, (0.0, ""))
            if time.monotonic() < until:
                raise DrawingFailed(reason=reason)
            making = self._making.get(key)
            mine = self._making.setdefault(key, Future())
        if making is not None:
            return making.result()
        begun = time.monotonic()
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
                if isinstance(error, DrawingFailed):
                    self._remember(key, error, begun)
            mine.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            self._keep(key, value)
        mine.set_result(value)
        return value

    def _keep(self, key: str, value: T) -> None:
        self._kept[key] = value
        self.size += self._size_of(value)
        while self.size > self._most:
            self.size -= self._size_of(self._kept.popitem(last=False)[1])

    def _remember(self, key: str, failed: DrawingFailed, begun: float) -> None:
        now = time.monotonic()
        self._failed = {known: one for known, one in self._failed.items() if one[0] > now}
        if now - begun > _LONG and not isinstance(failed, DrawingBusy):
            self._failed[key] = (now + _AFTER, failed.reason)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._failed.clear()
            self.size = 0


_digests: WeakKeyDictionary[Definitions, str] = WeakKeyDictionary()
#: Where everything stands, by number of nodes and lines; and pictures, by bytes.
geometries: Cache[Geometry] = Cache(20_000, lambda geometry: len(geometry.nodes) + len(geometry.lines))
pictures: Cache[bytes] = Cache(32 * 1024 * 1024, len)
counts: Cache[int] = Cache(1_000)
web_maps: Cache[WebMap] = Cache(32 * 1024 * 1024, lambda kept: sum(map(len, kept.pieces)))


def digest(definitions: Definitions, *others: object) -> str:
    """Of all that a file says, and of these values."""
    if definitions not in _digests:
        said = {field.name: getattr(definitions, field.name) for field in fields(definitions)}
        _digests[definitions] = _digest(said)
    return _digest((_digests[definitions], others)) if others else _digests[definitions]


def _digest(value: object) -> str:
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    return hashlib.sha256(orjson.dumps(value, default=_plain, option=options)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, str):
        # A sentence that remembers how it was made.
        return str.__str__(value)
    if hasattr(value, "items"):
        return dict(value.items())
    return str(value)
