"""What `make fuzz` searches for longer holds for a few tries, always the same ones."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from bpmn.forms import Form
from tests.fuzz import expressions, files, forms

_few = settings(
    max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@_few
@given(files.changed_files())
def test_files(source: bytes) -> None:
    files.holds(source)


@_few
@given(expressions.SOURCES, expressions.SCRIPTS, expressions.VALUES)
def test_expressions(source: str, script: str, names: dict[str, object]) -> None:
    expressions.holds(source, script, names)


@_few
@given(forms.FORMS, forms.ANSWERS)
def test_forms(form: Form, raw: dict[str, object]) -> None:
    forms.holds(form, raw)
