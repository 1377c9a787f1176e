"""Answers of every odd kind to forms of every odd kind: clean and storable, or refused field by field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from hypothesis import strategies as st

from bpmn.errors import AnswersRejected
from bpmn.forms import FIELD_TYPES, Field, Form, Option, clean, in_words
from tests.fuzz import says
from tests.fuzz.files import ODD_TEXT

_TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*ODD_TEXT, "\ud800", "\0", "1,234.50", "1 234,50", "2026-02-30", "a@b.c", "javascript:alert(1)"]),
)
_LIMITS = st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False))
_FIELDS = st.builds(
    Field,
    id=st.sampled_from(["a", "b", "c", "typename", "__class__", ""]),
    type=st.sampled_from([*sorted(FIELD_TYPES), "unheard_of"]),
    label=_TEXTS,
    required=st.booleans(),
    options=st.lists(st.builds(Option, value=_TEXTS, label=_TEXTS), max_size=3).map(tuple),
    minimum=_LIMITS,
    maximum=_LIMITS,
    max_length=st.one_of(st.none(), st.integers(1, 10**30)),
)
FORMS = st.lists(_FIELDS, max_size=4, unique_by=lambda field: field.id).map(tuple)
_ONE: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    _TEXTS,
    st.binary(max_size=9),
    st.sampled_from([Decimal("sNaN"), Decimal("1e999999"), object(), 1j, len, Exception]),
    # Python refuses to write these out.
    st.builds(pow, st.sampled_from([10, -10]), st.just(5_001)),
)
_SEVERAL = st.one_of(st.lists(_ONE, max_size=3), st.tuples(_ONE), st.dictionaries(_TEXTS, _ONE, max_size=2))
_ODD = st.one_of(_ONE, _SEVERAL, st.lists(_SEVERAL, max_size=2), st.sets(st.integers(), max_size=2))
ANSWERS = st.dictionaries(st.sampled_from(["a", "b", "c", "typename", "__class__", "", "stranger"]), _ODD)


def holds(form: Form, raw: dict[str, Any]) -> None:
    people = {"ada": "Ada"}
    ids = {field.id for field in form}
    try:
        answers = clean(form, raw, people=people)
    except AnswersRejected as rejected:
        says(rejected)
        problems = rejected.problems
    else:
        problems = {}
    assert problems.keys() <= ids
    assert all(str(problem) for problem in problems.values())
    if problems:
        return
    assert answers.keys() == ids
    assert orjson.loads(orjson.dumps(answers)) == answers
    assert clean(form, answers, people=people) == answers
    for field in form:
        assert isinstance(in_words(field, answers[field.id], people), str)
