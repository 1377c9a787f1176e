"""Marks from a JSON file, checked against the process that they are painted on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import orjson

from bpmn.errors import MarksRefused
from bpmn.marks import Figures, Marks
from bpmn.model import Definitions
from bpmn.text import N_, Text

_SETS = ("passed", "current", "skipped", "added", "removed", "changed")
_FIGURES = tuple(field.name for field in fields(Figures))
_MOST = 10**9

_NOT_JSON = N_("it is no JSON (%(reason)s)")
_NOT_OBJECT = N_("%(where)s must be an object, in braces")
_UNKNOWN_NAME = N_("%(where)s knows no %(name)s; it knows %(known)s")
_NOT_LIST = N_("%(where)s must be a list of ids")
_UNKNOWN_ID = N_("%(where)s names %(id)s, which is not in the process")
_NOT_NUMBER = N_("%(where)s must be a whole number from 0 on")
_NOT_SHARE = N_("%(where)s must be a share from 0 to 1")
_NOT_DAYS = N_("%(where)s must be a number of days from 0 on")


def read_marks(source: bytes, definitions: Definitions) -> Marks:
    """``{"passed": [ids], ..., "comments": {id: 2}, "figures": {id: {"count": 12, "conversion": 0.4}}}``."""
    try:
        told = orjson.loads(source.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise _refused(_NOT_JSON, reason=str(error)) from None
    whole = _object("the file", told, (*_SETS, "figures", "comments"))
    known = _known(definitions)
    sets = {name: _ids(name, whole.get(name, []), known) for name in _SETS}
    comments = {
        id_: _count(f"comments of {id_}", count)
        for id_, count in _object("comments", whole.get("comments", {}), known, ids=True).items()
    }
    figures = {
        id_: _figures(f"figures of {id_}", one)
        for id_, one in _object("figures", whole.get("figures", {}), known, ids=True).items()
    }
    return Marks(**sets, figures=figures, comments=comments)


def _known(definitions: Definitions) -> frozenset[str]:
    parts = (definitions.stages, definitions.artifacts, definitions.lanes, definitions.message_flows)
    return frozenset([*definitions.nodes, *definitions.flows, *(one.id for part in parts for one in part)])


def _refused(template: str, **values: object) -> MarksRefused:
    return MarksRefused(reason=Text(template, values))


def _object(where: str, told: Any, known: frozenset[str] | tuple[str, ...], *, ids: bool = False) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise _refused(_NOT_OBJECT, where=where)
    for name in told:
        if name not in known:
            if ids:
                raise _refused(_UNKNOWN_ID, where=where, id=name)
            raise _refused(_UNKNOWN_NAME, where=where, name=name, known=", ".join(known))
    return told


def _ids(where: str, told: Any, known: frozenset[str]) -> frozenset[str]:
    if not isinstance(told, list) or not all(isinstance(id_, str) for id_ in told):
        raise _refused(_NOT_LIST, where=where)
    for id_ in told:
        if id_ not in known:
            raise _refused(_UNKNOWN_ID, where=where, id=id_)
    return frozenset(told)


def _figures(where: str, told: Any) -> Figures:
    known = _object(where, told, _FIGURES)
    values: dict[str, Any] = {}
    for name, value in known.items():
        place = f"{where}, {name},"
        if name == "conversion":
            values[name] = _number(place, value, 1, _NOT_SHARE)
        elif name == "median_days":
            values[name] = _number(place, value, _MOST, _NOT_DAYS)
        else:
            values[name] = _count(place, value)
    return Figures(**values)


def _count(where: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise _refused(_NOT_NUMBER, where=where)
    return value


def _number(where: str, value: Any, most: float, template: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
        raise _refused(template, where=where)
    return float(value)
