"""The language of conditions and scripts: what it says, and that nothing gets out of it."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn import expressions
from bpmn.errors import ExpressionRefused
from bpmn.expression_values import MAX_SIZE
from bpmn.text import Text

DEAL = {"amount": 1200.5, "country": "FR", "tags": ["new", "big"], "decided": True, "note": None, "name": "Ana"}
NAMES = {**DEAL, "deal": DEAL, "n": 3}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("amount >= 1000 and country == 'FR'", True),
        ("not decided", False),
        ("decided == true and note is null", True),
        ("decided is True and note is None", True),
        ("country in ['FR', 'BE']", True),
        ("'big' in tags and 'old' not in tags", True),
        ("'F' in country", True),
        ("deal.amount > 5", True),
        ("deal['country']", "FR"),
        ("tags[0] + '/' + tags[-1]", "new/big"),
        ("1000 < amount < 2000", True),
        ("'high' if amount > 5000 else 'low'", "low"),
        ("(n + 1) * 2 - 7 // 2 % 2 + -n", 4),
        ("n / 2", 1.5),
        ("note or 'nothing'", "nothing"),
        ("{'city': 'Lyon'}.city", "Lyon"),
        ("[n, [n]]", [3, [3]]),
        ("len(tags) + len(country)", 4),
        ("min(3, 1, 2) + max([4, 5])", 6),
        ("max(note, 2)", 2),
        ("min([])", None),
        ("max('a', 'b')", "b"),
        ("round(amount) + round(1.25, 1) + abs(-1)", 1202.2),
        ("str(n) + str(note)", "3"),
        ("int('42') + float(' 1.5 ') + int(2.9)", 45.5),
        ("bool(tags) and any([false, true]) and all([])", True),
        ("sum([1, 2.5])", 3.5),
        ("  amount > 1\n  and n < 5  ", True),
        ("amount > 1  # big enough", True),
        ("'#1' in '#12'", True),
    ],
)
def test_says(expression: str, value: object) -> None:
    assert expressions.evaluate(expression, NAMES) == value


@pytest.mark.parametrize("expression", ["note > 1", "note <= 1", "1 < note", "note >= 'a'", "'a' in note", "1 in 'a'"])
def test_empty_answer_is_neither_more_nor_less(expression: str) -> None:
    assert expressions.evaluate(expression, NAMES) is False


def test_names_that_are_used() -> None:
    assert expressions.check("deal.amount > limit and len(tags) > 0 or true") == {"deal", "limit", "tags"}
    assert expressions.check("1 == 1") == frozenset()


def test_missing_name_is_named_with_what_to_do() -> None:
    with pytest.raises(ExpressionRefused, match=r"'budget' has no value yet; ask for it in a form"):
        expressions.evaluate("budget > 3", NAMES)
    assert expressions.evaluate("decided or budget > 3", NAMES) is True


def test_reason_can_be_translated() -> None:
    with pytest.raises(ExpressionRefused) as refused:
        expressions.check("lambda: 1")
    reason = refused.value.text.values["reason"]
    assert isinstance(reason, Text)
    assert reason.values["what"] == "Lambda"


OUTSIDE = [
    "",
    " ",
    "# nothing",
    "amount >",
    "amount = 5",
    "x := 5",
    "(x := 5)",
    "import os",
    "__import__('os')",
    "__builtins__",
    "_hidden",
    "deal._hidden",
    "().__class__",
    "().__class__.__base__.__subclasses__()",
    "''.__class__.__mro__[1]",
    "deal.__init__.__globals__",
    "tags.append.__self__",
    "tags.append(1)",
    "''.join(tags)",
    "'{0.__class__}'.format(n)",
    "f'{n}'",
    "f'{n.__class__}'",
    "lambda: 1",
    "(lambda: 1)()",
    "[x for x in tags]",
    "{x for x in tags}",
    "{x: 1 for x in tags}",
    "sum(x for x in tags)",
    "(yield)",
    "(await n)",
    "*tags",
    "[*tags]",
    "{**deal}",
    "max(*tags)",
    "max(tags, key=len)",
    "{1: 2}",
    "{n: 2}",
    "{'__class__': 2}",
    "{1, 2}",
    "tags[0:1]",
    "tags[0, 1]",
    "tags[:]",
    "9 ** 9",
    "2 ** 2",
    "1 << 9",
    "n | 1",
    "n @ n",
    "~n",
    "n is 3",
    "n is n",
    "b'bytes'",
    "3j",
    "...",
    "9" * 100,
    "1e999",
    "getattr(n, 'real')",
    "eval('1')",
    "open('x')",
    "print(1)",
    "type(n)",
    "vars()",
    "len",
    "[len]",
    "len()",
    "len(1, 2)",
    "sum([], [])",
    "int('1', 36)",
    "true()",
    "(len)(tags)(1)",
    "deal.amount()",
    "'\\x5f'",
    "＿＿class＿＿",
    "deal.＿＿class＿＿",
    "_ｃlass",
    "𝓁𝑒𝓃",
    "ｅval('1')",
    "\0",
    "\ud800",
    "1;2",
    "n\nn",
    "${n}",
    "n && n",
    "!n",
    "n == “FR”",
    "-" * 1999 + "1",
    "not " * 499 + "n",
    "(" * 999 + "1" + ")" * 999,
    "[" * 999 + "]" * 999,
    "n" + ".n" * 900,
    "n" + "[0]" * 600,
    "n" + "()" * 900,
    "1" + "+1" * 900,
    "1 if n else " * 160 + "1",
    "{'a':" * 300 + "1" + "}" * 300,
    "[" + "1," * 500 + "]",
    "n or " * 399 + "n",
    "lambda:" * 250 + "1",
    "n" * 3000,
    " " * 3000 + "n",
]


@pytest.mark.parametrize("expression", OUTSIDE, ids=lambda expression: ascii(expression[:30]))
def test_outside_of_the_language(expression: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        expressions.check(expression)
    assert isinstance(refused.value.text.values["reason"], Text)
    with pytest.raises(ExpressionRefused):
        expressions.evaluate(expression, NAMES)


@pytest.mark.parametrize(
    "expression",
    [
        "deal['__class__']",
        "deal['missing']",
        "deal.missing",
        "deal[0]",
        "n.real",
        "country.upper",
        "note.amount",
        "tags['__len__']",
        "tags[2]",
        "tags[n]",
        "tags[1.0]",
        "tags[tags]",
        "deal[tags]",
        "tags in deal",
        "n in n",
        "country < n",
        "tags < tags",
        "deal > deal",
        "n + country",
        "country + n",
        "tags + country",
        "note + 1",
        "-country",
        "+tags",
        "country * 3",
        "3 * country",
        "tags * 3",
        "'%s' % n",
        "country % n",
        "n / 0",
        "n // 0",
        "n % 0",
        "n / (n - 3)",
        "int(country)",
        "int(note)",
        "int(tags)",
        "len(n)",
        "len(note)",
        "sum(tags)",
        "sum(n)",
        "min(n)",
        "max(n, country)",
        "max([tags, tags])",
        "any(n)",
        "all(country)",
        "abs(country)",
        "round(country)",
        "round(n, 999999999)",
        "round(n, country)",
        "str(tags)",
        "str(deal)",
        "huge",
        "huge + 1",
        "nan",
        "thing",
        "thing == 1",
        "long + long",
        "[long, long]",
        "{'a': long, 'b': long}",
        "lists + lists",
    ],
)
def test_refused_when_it_is_computed(expression: str) -> None:
    expressions.check(expression)
    odd = {
        "huge": 10**400,
        "nan": float("nan"),
        "thing": object(),
        "long": "x" * (MAX_SIZE - 5),
        "lists": [1] * MAX_SIZE,
    }
    with pytest.raises(ExpressionRefused):
        expressions.evaluate(expression, {**NAMES, **odd})


@pytest.mark.parametrize(
    "expression",
    [
        "1000000000 * 1000000000",
        "900000000000000 + 900000000000000",
        "float('nan')",
        "float('inf')",
        "int('" + "9" * 500 + "')",
        "int('1_0')",
        "int('٣')",
        "'x' * 1000000000",
        "'%s' % 'x'",
        "1 / 0",
        "{'a': 1}.b",
        "amount > 1 and max([], 'x') == 2",
        "len(5) if amount > 1 else 2",
        "str([1] + [2])",
    ],
)
def test_what_could_never_be_computed_is_refused_before_it_runs(expression: str) -> None:
    for check, source in ((expressions.check, expression), (expressions.check_script, f"a = {expression}")):
        with pytest.raises(ExpressionRefused):
            check(source)
    with pytest.raises(ExpressionRefused):
        expressions.evaluate(expression, {"amount": 2})


def test_deep_data_is_refused_not_followed_for_ever() -> None:
    deep: list[object] = []
    other: list[object] = []
    for _ in range(100_000):
        deep, other = [deep], [other]
    with pytest.raises(ExpressionRefused):
        expressions.evaluate("deep == other", {"deep": deep, "other": other})
    with pytest.raises(ExpressionRefused):
        expressions.evaluate("[deep]", {"deep": deep})


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("${amount > 5}", "without ${ }"),
        ("amount > 5 && decided", "and, or, not in words"),
        ("country = 'FR'", "two equal signs"),
        ("country == ‘FR’", "straight quotes"),
        ("amount >", "not well written"),
        ("amount ** 2", "of arithmetic"),
        ("__x", "underscore"),
    ],
)
def test_slips_get_a_hint(expression: str, hint: str) -> None:
    with pytest.raises(ExpressionRefused, match=re.escape(hint)):
        expressions.check(expression)


def test_script_assigns() -> None:
    script = """
        # what the deal is worth
        discount = amount * 0.1

        net = amount - discount; label = 'net'
        """
    assert expressions.check_script(script) == {"discount", "net", "label"}
    assert expressions.script_names(script) == {"amount"}
    names = {"amount": 100}
    assert expressions.execute(script, names) == {"discount": 10.0, "net": 90.0, "label": "net"}
    assert names == {"amount": 100}


def test_script_as_xml_has_it() -> None:
    assert expressions.execute("a = 1\r\n      b = a + 1", {}) == {"a": 1, "b": 2}
    assert expressions.execute("", {}) == {}
    assert expressions.execute("total = [\n 1,\n 2]", {}) == {"total": [1, 2]}


@pytest.mark.parametrize(
    "script",
    [
        "a",
        "a += 1",
        "a: int = 1",
        "a = b = 1",
        "a, b = 1, 2",
        "a.b = 1",
        "a['b'] = 1",
        "_a = 1",
        "__builtins__ = 1",
        "len = 1",
        "true = 1",
        "del a",
        "import os",
        "from os import path",
        "def f(): pass",
        "class A: pass",
        "if a: b = 1",
        "for a in b: c = 1",
        "while true: a = 1",
        "with a: pass",
        "try:\n a = 1\nexcept: b = 1",
        "global a",
        "pass",
        "return 1",
        "a = lambda: 1",
        "a = 1 \\\n + 1",
        "a = (b := 1)",
        "\n".join(f"a{i} = 1" for i in range(2_000)),
        "a = " + "-" * 9_900 + "1",
        "a = " + "[" * 4_900 + "]" * 4_900,
        "a = 1" + "+1" * 4_900,
        "raise a",
        "print(1)",
        "＿a = 1",
    ],
    ids=lambda script: ascii(script[:20]),
)
def test_script_outside_of_the_language(script: str) -> None:
    with pytest.raises(ExpressionRefused):
        expressions.check_script(script)
    with pytest.raises(ExpressionRefused):
        expressions.execute(script, NAMES)


@pytest.mark.parametrize(
    "script",
    [
        "a = 'x'\n" + "a = a + a\n" * 60,
        "a = [1]\n" + "a = a + a\n" * 60,
        "a = [1]\n" + "a = [a, a]\n" * 60,
        "a = {'x': 1}\n" + "a = {'x': a, 'y': a}\n" * 60,
        "a = [1]\n" + "a = [a]\n" * 60,
        "a = 2\n" + "a = a * a\n" * 60,
        "a = long\nb = long\nc = long",
        "a = missing",
    ],
    ids=lambda script: script[-20:],
)
def test_script_cannot_grow(script: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ExpressionRefused):
        expressions.execute(script, {"long": "x" * 40_000})
    assert time.perf_counter() - began < 1


@given(st.text(alphabet="ab1._()[]{}'\"=<>+-*/%,: \nandornotin", max_size=60))
def test_any_text_is_taken_or_refused(text: str) -> None:
    for use in (expressions.evaluate, expressions.execute):
        with contextlib.suppress(ExpressionRefused):
            use(text, {"a": 1, "b": "x"})
