"""Expressions made to do harm: refused when a version is published, and again if one ever came to be run."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from sqlalchemy import update

from bpmn.errors import InvalidDefinition
from bpmn.reading import read
from engine import Engine, open_engine, spiff
from engine.errors import RunFailed
from engine.people import Person
from engine.storage.schema import sources
from tests.builders import NOW, WEAK, Company, definition
from tests.engine.test_spiff import SERVICES

CONDITION = b"<conditionExpression>budget</conditionExpression>"
TASK = (
    b'<serviceTask id="find" name="Find the record"><extensionElements><sales:service name="find_record"/>'
    b"</extensionElements>"
)
_WALK = "().__class__.__base__.__subclasses__()"

#: One or more of every class. OWNED is a file that would be there if any of them ran.
ATTACKS = {
    "import": "__import__('os').system('touch OWNED')",
    "eval": "eval('1')",
    "open": "open('OWNED', 'w')",
    "builtins": "__builtins__['open']('OWNED', 'w')",
    "attribute walk": f"[c for c in {_WALK} if c.__name__ == 'Popen'][0]('touch OWNED', shell=1)",
    "attribute walk without a call": "budget.__class__.__mro__",
    "attribute of a function": "len.__self__.open('OWNED', 'w')",
    "wide letters": "budget.＿＿class＿＿",
    "field named as an attribute": "{'a': 1}['__class__']",
    "format string": "'{0.__class__.__init__.__globals__}'.format(budget)",
    "format map": "'%(budget)s' % {'budget': 1}",
    "f-string": "f'{budget.__class__}'",
    "frame": "(x for x in [1]).gi_frame.f_back.f_builtins",
    "frame of a coroutine": "(await budget).cr_frame",
    "lambda": "(lambda: open('OWNED', 'w'))()",
    "default argument": "max([1], key=lambda x: open('OWNED', 'w'))",
    "walrus": "(budget := 1)",
    "huge power": "9 ** 9 ** 9",
    "huge shift": "1 << 999999999",
    "huge number": "9" * 1_900,
    "huge float": "1e308 * 10",
    "long text": "'x' * 1000000000",
    "long list": "[1] * 1000000000",
    "deep brackets": "(" * 900 + "1" + ")" * 900,
    "deep not": "not " * 400 + "budget",
    "deep lists": "[" * 900 + "]" * 900,
    "deep attributes": "budget" + ".a" * 900,
    "endless comprehension": "[x for x in range(999999999)]",
    "endless sum": "sum(x for x in range(999999999))",
    "many parts": "budget or " * 199 + "budget",
    "null": "1 \0",
    "backslash": "'\\x5f'",
}
SCRIPTS = {
    "import": "import os\nos.system('touch OWNED')",
    "loop": "while true: a = 1",
    "doubling": "a = 'x'\n" + "a = a + a\n" * 60,
    "nesting": "a = [1]\n" + "a = [a]\n" * 60,
    "squaring": "a = 9\n" + "a = a * a\n" * 60,
    "builtins": "__builtins__ = 1",
    "function": "def f(): pass",
    "class": "class A: pass",
    "attribute": "budget.x = 1",
    "too long": "a = 1\n" * 4_000,
}
#: Nothing in them is wrong until they are run, as each version is once before it is published.
GROWING = {"doubling", "nesting", "squaring"}


def with_condition(attack: str) -> bytes:
    sale = definition("engine_small_sale")
    assert CONDITION in sale
    return sale.replace(CONDITION, CONDITION.replace(b"budget", escape(attack).encode()))


def with_script(attack: str) -> bytes:
    sale = definition("engine_small_sale")
    assert TASK in sale
    script = f'<scriptTask id="find" name="Find the record"><script>{escape(attack)}</script>'.encode()
    head, tail = sale.split(TASK)
    return head + script + tail.replace(b"</serviceTask>", b"</scriptTask>", 1)


HOSTILE = [
    *(
        pytest.param(name, with_condition(attack), id=f"condition: {name}")
        for name, attack in ATTACKS.items()
        if "\0" not in attack
    ),
    *(pytest.param(name, with_script(attack), id=f"script: {name}") for name, attack in SCRIPTS.items()),
]


@pytest.fixture(autouse=True)
def _nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("name", "source"), HOSTILE)
def test_it_cannot_be_published(staff: Company, name: str, source: bytes, tmp_path: Path) -> None:
    publishing = staff.engine.publishing
    with pytest.raises((InvalidDefinition, RunFailed)) as refused:
        publishing.publish(source, by=staff.dee, now=NOW)
    if isinstance(refused.value, InvalidDefinition):
        assert "expression" in {finding.rule for finding in refused.value.findings}
    else:
        assert name in GROWING
    assert [one.number for one in publishing.versions("small_sale")] == [1]
    assert not (tmp_path / "OWNED").exists()


@pytest.mark.parametrize("source", [pytest.param(one.values[1], id=one.id) for one in HOSTILE])
def test_it_does_not_run(source: bytes, tmp_path: Path) -> None:
    """A deal's state from before, and a program with the expression in it that no check has seen."""
    good, evil = (
        spiff.build(read(each).definitions, "small_sale") for each in (definition("engine_small_sale"), source)
    )
    if b"<scriptTask" in source:
        with pytest.raises(RunFailed, match="Find the record"):
            spiff.start(evil, now=NOW, services=SERVICES)
    else:
        step = spiff.start(good, now=NOW, services=SERVICES)
        with pytest.raises(RunFailed, match="Qualified"):
            spiff.complete(
                evil, step.state, step.open[0].token, {"budget": True}, known=step.data, now=NOW, services=SERVICES
            )
    assert not (tmp_path / "OWNED").exists()


@pytest.mark.parametrize("name", ["import", "attribute walk", "frame", "huge power", "long text", "endless sum"])
def test_whoever_gets_it_into_the_database_stops_the_deal_and_nothing_else(
    west: Company, name: str, tmp_path: Path
) -> None:
    """Nothing is saved, and the deal goes on when the version is what it was."""
    ada, engine = west.ada, west.engine
    deal = engine.running.open_deal(process="small_sale", title="Fleet", account="Hanse", by=ada, now=NOW)
    before = engine.desk.deal(ada, deal.id)
    for source, refused in ((with_condition(ATTACKS[name]), True), (definition("engine_small_sale"), False)):
        with engine.database.write() as connection:
            changed = update(sources).where(sources.c.version_id == deal.version_id).values(xml=source)
            assert connection.execute(changed).rowcount == 1
        fresh = open_engine(_address(engine), hasher=WEAK)
        try:
            if refused:
                with pytest.raises(RunFailed, match="Qualified"):
                    _qualify(fresh, ada, before.tasks[0].task.id)
                after = fresh.desk.deal(ada, deal.id)
                assert (after.deal, after.tasks, after.history) == (before.deal, before.tasks, before.history)
            else:
                assert _qualify(fresh, ada, before.tasks[0].task.id) == "s2"
        finally:
            fresh.close()
    assert not (tmp_path / "OWNED").exists()


def _qualify(engine: Engine, person: Person, task: str) -> str:
    answers = {"budget": "yes"}
    return engine.running.complete_task(task, answers, ticks=["c1"], by=person, now=NOW).stage_id


def _address(engine: Engine) -> str:
    with engine.database.read() as connection:
        return connection.engine.url.render_as_string(hide_password=False)
