"""Expressions and scripts made by a grammar that knows every attack: they are refused, or come to a plain value."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bpmn import expressions
from bpmn.errors import ExpressionRefused
from bpmn.expression_values import MAX_DEPTH, MAX_NUMBER, MAX_SIZE, weighed
from tests.fuzz import says

_NAMES = ["a", "b", "deal", "tags", "note", "n", "text", "trap", "missing"]
_LEAVES = [
    *_NAMES,
    "1",
    "0",
    "-1",
    "1.5",
    "999999999999999",
    "1e308",
    "9" * 400,
    "1e999",
    "0x" + "f" * 300,
    "1_000",
    "2j",
    "true",
    "null",
    "None",
    "''",
    "'x'",
    "'%s%s%n'",
    "'{0.__class__}'",
    "'" + "x" * 1_500 + "'",
    "b'x'",
    "...",
    "[]",
    "{}",
    "()",
    "__import__",
    "__builtins__",
    "_",
    "len",
    "eval",
    "open",
    "getattr",
]
_ATTRIBUTES = [
    "x",
    "amount",
    "__class__",
    "__mro__",
    "__globals__",
    "__init__",
    "__subclasses__",
    "gi_frame",
    "f_back",
    "f_builtins",
    "format",
    "format_map",
    "join",
    "keys",
    "real",
    "＿＿class＿＿",
]
_CALLS = [*expressions.FUNCTIONS, "eval", "exec", "getattr", "type", "vars", "print", "__import__", "deal.keys"]
_BINARY = [
    *["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "@", "|", "&", "^", "==", "!=", "<", "<=", ">", ">="],
    *["in", "not in", "is", "is not", "and", "or", ":="],
]


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(_BINARY), inner),
        st.builds("{} {} {}".format, inner, st.sampled_from(_BINARY), inner),
        st.builds("{}.{}".format, inner, st.sampled_from(_ATTRIBUTES)),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:{}]".format, inner, inner, inner),
        st.builds("deal['{}']".format, st.sampled_from(_ATTRIBUTES)),
        st.builds("{}({})".format, st.sampled_from(_CALLS), inner),
        st.builds("{}({}, {})".format, st.sampled_from(_CALLS), inner, inner),
        st.builds("{}({}, key={})".format, st.sampled_from(_CALLS), inner, inner),
        st.builds("{}()".format, inner),
        st.builds("{}(*{})".format, st.sampled_from(_CALLS), inner),
        st.builds("{} if {} else {}".format, inner, inner, inner),
        st.builds("{}{}".format, st.sampled_from(["-", "+", "~", "not ", "*", "await ", "yield ", "lambda: "]), inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("[{} for x in {}]".format, inner, inner),
        st.builds("({} for x in {})".format, inner, inner),
        st.builds("{{'{}': {}}}".format, st.sampled_from(_ATTRIBUTES), inner),
        st.builds("{{{}: {}}}".format, inner, inner),
        st.builds("f'{{{}}}'".format, inner),
        st.builds("'{{0.{}}}'.format({})".format, st.sampled_from(_ATTRIBUTES), inner),
        st.builds("'%s' % {}".format, inner),
        # The same again and again, side by side and inside itself.
        st.builds(lambda part, sign, times: f" {sign} ".join([part] * times), inner, st.sampled_from(_BINARY), _TIMES),
        st.builds(lambda part, times: "[" * times + part + "]" * times, inner, _TIMES),
        st.builds(lambda part, times: "not " * times + part, inner, _TIMES),
        st.builds(lambda part, name, times: part + f".{name}" * times, inner, st.sampled_from(_ATTRIBUTES), _TIMES),
    )


_TIMES = st.integers(1, 60)
SOURCES = st.recursive(st.sampled_from(_LEAVES), _grown, max_leaves=12)
SCRIPTS = st.lists(
    st.builds("{} = {}".format, st.sampled_from([*_NAMES, "_x", "len", "a.b", "a[0]", "a, b", "a: int"]), SOURCES),
    min_size=1,
    max_size=12,
).map("\n".join)
#: By their places, since the strategy itself is written out now and then.
_BIG: list[object] = ["x" * MAX_SIZE, [0] * MAX_SIZE, [[[]]] * 1_000, {"a": {"b": {"c": 1}}}, {"__class__": 1}]
_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**15), 10**15, float("nan"), float("inf"), 1e-320, object(), b"x", 1j, {1, 2}]),
    st.floats(),
    st.text(max_size=20),
    st.integers(0, len(_BIG) - 1).map(_BIG.__getitem__),
)
VALUES = st.fixed_dictionaries(
    {name: st.one_of(_ODD, st.lists(_ODD, max_size=3)) for name in _NAMES if name not in ("trap", "missing")}
)


class Tripwire(dict[str, object]):
    """A record that tells when anything asks for an attribute of it that its language does not need."""

    def __getattribute__(self, name: str) -> Any:
        assert name in ("__class__", "values"), f"the attribute {name} was asked for"
        return super().__getattribute__(name)


def holds(source: str, script: str, names: dict[str, object]) -> None:
    known = {**names, "trap": Tripwire(x=1, __class__=2)}
    try:
        used = expressions.check(source)
    except ExpressionRefused as refused:
        says(refused)
        used = None
    try:
        came_to = expressions.evaluate(source, known)
    except ExpressionRefused as refused:
        says(refused)
    else:
        assert used is not None, "refused at publish time, and evaluated at run time"
        _plain(came_to)
    before = dict(known)
    try:
        assigned = expressions.execute(script, known)
    except ExpressionRefused as refused:
        says(refused)
    else:
        assert assigned.keys() == expressions.check_script(script)
        for value in assigned.values():
            _plain(value)
        weighed(assigned)
    assert known.keys() == before.keys()
    assert all(known[name] is before[name] for name in before)


def _plain(value: object, depth: int = 0) -> None:
    """Nothing but text, numbers, yes and no, lists and records: no function, no class, no frame."""
    assert depth <= MAX_DEPTH
    if isinstance(value, Tripwire):
        return
    assert type(value) in (type(None), bool, int, float, str, list, tuple, dict), type(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        assert -MAX_NUMBER <= value <= MAX_NUMBER
