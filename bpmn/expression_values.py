"""What an expression works with: values of bounded size, and the few functions that can be called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bpmn.text import N_, Text

#: Deepest nesting, of an expression and of a value.
MAX_DEPTH = 40
#: Largest number, either side of zero.
MAX_NUMBER = 10**15
#: Most characters and items, together, of a value that an expression makes, or of all that a script assigns.
MAX_SIZE = 100_000

TOO_DEEP = N_("it is nested too deeply; split it, or compute a part of it in a script task before")


class Refused(Exception):
    """Why an expression cannot be used; expressions.py says of which."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template)
        self.reason = Text(template, values)


def bounded(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # Written so that "not a number" is refused as well.
        if not -MAX_NUMBER <= value <= MAX_NUMBER:
            raise Refused(N_("it makes a number that is too large"))
        return value
    if isinstance(value, str | list | tuple | dict):
        if len(value) > MAX_SIZE:
            raise Refused(N_("it makes a value that is too long"))
        return value
    raise Refused(N_("it uses a value that is neither text, number, yes or no, list nor record"))


def weighed(value: object) -> object:
    """The value, if all that is in it, however deep, is of a size to keep."""
    left = MAX_SIZE
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        for item in level:
            left -= 1 + (len(item) if isinstance(item, str | list | tuple | dict) else 0)
        if left < 0:
            raise Refused(N_("it makes a value that is too long"))
        level = [inner for item in level for inner in _inside(item)]
        if not level:
            return value
    raise Refused(TOO_DEEP)


def _inside(item: object) -> Iterator[object]:
    if isinstance(item, dict):
        yield from item
        yield from item.values()
    elif isinstance(item, list | tuple):
        yield from item


def number(value: object) -> Any:
    if not isinstance(value, int | float):
        raise Refused(N_("it calculates with %(kind)s, where a number is needed"), kind=kind_of(value))
    return value


def kind_of(value: object) -> Text:
    match value:
        case None:
            return Text(N_("nothing"))
        case bool():
            return Text(N_("yes or no"))
        case int() | float():
            return Text(N_("a number"))
        case str():
            return Text(N_("text"))
        case dict():
            return Text(N_("a record"))
    return Text(N_("a list"))


def _items(values: tuple[object, ...]) -> Any:
    """``min(a, b)`` and ``min([a, b])`` alike; empty answers do not count."""
    given = values[0] if len(values) == 1 else list(values)
    if not isinstance(given, list | tuple):
        raise Refused(N_("a list is needed, and here is %(kind)s"), kind=kind_of(given))
    return [value for value in given if value is not None]


def _extreme(pick: Callable[[Any], object]) -> Callable[..., object]:
    def run(*values: object) -> object:
        items = _items(values)
        if not items:
            return None
        if not all(isinstance(item, str) for item in items):
            items = [number(item) for item in items]
        return pick(items)

    return run


def _length(value: object) -> int:
    if not isinstance(value, str | list | tuple | dict):
        raise Refused(N_("a list is needed, and here is %(kind)s"), kind=kind_of(value))
    return len(value)


def _rounded(value: object, places: object = 0) -> object:
    if not isinstance(places, int) or not -12 <= places <= 12:
        raise Refused(N_("round() goes from -12 to 12 places"))
    return round(number(value), places) if places else round(number(value))


def _as_text(value: object) -> str:
    if isinstance(value, list | tuple | dict):
        raise Refused(N_("str() makes text of one value, not of %(kind)s"), kind=kind_of(value))
    return str(value) if value is not None else ""


def _from_text(make: Callable[[Any], object]) -> Callable[[object], object]:
    def run(value: object) -> object:
        if isinstance(value, str):
            if not re.fullmatch(r"[-+]?[0-9]{1,16}(\.[0-9]{1,16})?", value.strip()):
                raise Refused(N_("'%(text)s' is not a number"), text=value[:40])
            value = float(value) if "." in value else int(value)
        return make(number(value))

    return run


#: What can be called: the function, and the least and most values it takes.
FUNCTIONS: Mapping[str, tuple[Callable[..., object], int, int]] = {
    "abs": (lambda value: abs(number(value)), 1, 1),
    "all": (lambda value: all(_items((value,))), 1, 1),
    "any": (lambda value: any(_items((value,))), 1, 1),
    "bool": (bool, 1, 1),
    "float": (_from_text(float), 1, 1),
    "int": (_from_text(int), 1, 1),
    "len": (_length, 1, 1),
    "max": (_extreme(max), 1, 20),
    "min": (_extreme(min), 1, 20),
    "round": (_rounded, 1, 2),
    "str": (_as_text, 1, 1),
    "sum": (lambda value: sum(number(item) for item in _items((value,))), 1, 1),
}
