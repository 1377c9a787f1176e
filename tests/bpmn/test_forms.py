"""Answers of every type, made clean or refused field by field."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.errors import AnswersRejected
from bpmn.forms import FIELD_TYPES, MAX_LONG_TEXT, MAX_NUMBER, MAX_TEXT, Field, Option, clean
from bpmn.text import Text

PEOPLE = {"7": "Ana", "8": "Bob"}
OPTIONS = (Option("a", "A"), Option("b", "B"), Option("c", "C"))


def field(kind: str, **more: Any) -> Field:
    return Field("x", kind, "X", options=OPTIONS if kind in {"choice", "choices"} else (), **more)


def answer(given: object, asked: Field) -> object:
    return clean((asked,), {"x": given}, people=PEOPLE)["x"]


def refusal(given: object, asked: Field) -> str:
    with pytest.raises(AnswersRejected) as rejected:
        clean((asked,), {"x": given}, people=PEOPLE)
    assert isinstance(rejected.value.problems["x"], Text)
    return str(rejected.value.problems["x"])


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  Ana   Maria ", "Ana Maria"),
        ("text", "a\nb\tc", "a b c"),
        ("text", "nul\x00 and\x1b bell\x07", "nul and bell"),
        ("text", 12, "12"),
        ("text", True, "true"),
        ("long_text", " a\r\n\r\nb  c ", "a\n\nb  c"),
        ("number", "12", 12),
        ("number", "-12,5", -12.5),
        ("number", "1 200", 1200),
        ("number", "1,200", 1200),
        ("number", "1.200,50", 1200.5),
        ("number", "1,200.50", 1200.5),
        ("number", "1'200", 1200),
        ("number", 3.5, 3.5),
        ("number", 3.0, 3),
        ("number", 1e-7, 1e-7),
        ("number", "0.0", 0),
        ("money", "1 234,56 €", 1234.56),
        ("money", "$1,234.5", 1234.5),
        ("money", 0, 0.0),
        ("date", "2026-03-31", "2026-03-31"),
        ("choice", "a", "a"),
        ("choices", ["c", "a", "c"], ["a", "c"]),
        ("choices", " b ", ["b"]),
        ("choices", [], []),
        ("choices", None, []),
        ("yes_no", "yes", True),
        ("yes_no", "off", False),
        ("yes_no", True, True),
        ("yes_no", "0", False),
        ("person", "7", "7"),
        ("person", 7, "7"),
        ("email", "ana@example.com", "ana@example.com"),
        ("phone", "+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("link", "https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("link", "HTTP://EXAMPLE.COM", "HTTP://EXAMPLE.COM"),
    ],
)
def test_good_answer(kind: str, given: object, kept: object) -> None:
    assert answer(given, field(kind)) == kept


@pytest.mark.parametrize("kind", sorted(FIELD_TYPES))
@pytest.mark.parametrize("empty", [None, "", "  ", "\x00"])
def test_empty_answer(kind: str, empty: str | None) -> None:
    if kind == "choices":
        assert answer(empty, field(kind)) == []
        assert "needed" in refusal(None, field(kind, required=True))
    else:
        assert answer(empty, field(kind)) is None
        assert "needed" in refusal(empty, field(kind, required=True))


@pytest.mark.parametrize(
    ("kind", "given", "problem"),
    [
        ("text", "x" * (MAX_TEXT + 1), "At most 2000 characters; these are 2001."),
        ("long_text", "x" * (MAX_LONG_TEXT + 1), "At most 20000 characters"),
        ("text", ["a", "b"], "one answer"),
        ("text", {"a": 1}, "one answer"),
        ("text", b"bytes", "one answer"),
        ("number", "twelve", "Write a number"),
        ("number", "nan", "Write a number"),
        ("number", float("inf"), "Write a number"),
        ("number", "1e5", "Write a number"),
        ("number", "0x10", "Write a number"),
        ("number", "9" * 19, "Write a number"),
        ("number", MAX_NUMBER + 1, "At most"),
        ("number", 1e300, "Write a number"),
        ("number", -MAX_NUMBER - 1, "At least"),
        ("number", "1,2,3.4.5", "Write a number"),
        ("money", "-1", "At least 0."),
        ("money", "1.005", "two decimals"),
        ("date", "31/03/2026", "year-month-day"),
        ("date", "2026-02-30", "year-month-day"),
        ("choice", "d", "listed"),
        ("choice", "A", "listed"),
        ("choices", ["a", "d"], "listed"),
        ("choices", [1], "listed"),
        ("choices", {"a": 1}, "listed"),
        ("choices", 5, "listed"),
        ("yes_no", "maybe", "yes or no"),
        ("person", "9", "people listed"),
        ("email", "ana", "e-mail"),
        ("email", "a@b@example.com", "e-mail"),
        ("email", "ana@localhost", "e-mail"),
        ("email", "ana@example.com\nbcc: x@example.com", "e-mail"),
        ("link", "javascript:alert(1)", "http"),
        ("link", "example.com", "http"),
        ("link", "https://a b", "http"),
        ("colour", "red", "type that is not known"),
    ],
)
def test_bad_answer(kind: str, given: object, problem: str) -> None:
    assert problem in refusal(given, field(kind))


def test_number_too_long_to_be_written_out() -> None:
    assert "At most" in refusal(10**5000, field("number"))
    assert "At least" in refusal(-(10**5000), field("number"))


def test_limits_of_the_designer() -> None:
    limited = field("number", minimum=Decimal("1"), maximum=Decimal("5"))
    assert [answer(number, limited) for number in (1, 5)] == [1, 5]
    assert refusal(0, limited) == "At least 1."
    assert refusal(6, limited) == "At most 5."
    assert answer("-3", field("money", minimum=Decimal("-10"))) == -3.0
    assert "At most 3 characters" in refusal("abcd", field("text", max_length=3))


def test_every_problem_is_told_at_once_and_strangers_are_left_out() -> None:
    form = (Field("a", "text", "A", required=True), Field("b", "number", "B"), Field("c", "text", "C"))
    with pytest.raises(AnswersRejected) as rejected:
        clean(form, {"b": "x", "c": "fine"})
    assert set(rejected.value.problems) == {"a", "b"}
    assert clean(form, {"a": "1", "typename": "evil", "c": None}) == {"a": "1", "b": None, "c": None}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
LIKELY = st.text(alphabet="0123456789.,-+ '€$eExna@:/\n\x00abc", max_size=25)


@given(st.sampled_from([*sorted(FIELD_TYPES), "unknown"]), st.booleans(), ANYTHING | LIKELY)
def test_any_answer_is_clean_or_rejected(kind: str, required: bool, given: object) -> None:
    asked = (field(kind, required=required),)
    try:
        cleaned = clean(asked, {"x": given}, people=PEOPLE)
    except AnswersRejected:
        return
    assert clean(asked, cleaned, people=PEOPLE) == cleaned
    assert json.loads(json.dumps(cleaned, allow_nan=False)) == cleaned


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1 234,50", 1234.5),
        ("1\u202f234", 1234),
        ("1.234.567", 1234567),
        ("1,234", 1234),
        ("0,500", 0.5),
        ("12,5", 12.5),
        ("-0", 0),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: float) -> None:
    assert clean((Field("x", "number", "X"),), {"x": text}) == {"x": number}


@pytest.mark.parametrize(
    "text", ["1,2,3", "12,34,56", "1,50,00", "1,,5", "1,5.0", "1 2 3", "2,500.", "1e5", "١٢", "- 5"]
)
def test_a_number_is_never_guessed(text: str) -> None:
    with pytest.raises(AnswersRejected):
        clean((Field("x", "number", "X"),), {"x": text})
