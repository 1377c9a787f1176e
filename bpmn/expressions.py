"""The one small language of conditions and scripts: an expression of Python's, cut down to what cannot do harm.

An expression is parsed once, checked node by node against an allow-list, and made into nested functions. Nothing in it
loops, so the number of its nodes bounds its steps; what it makes is bounded in size at every step. Python's own eval is
never called: every published recipe for making eval safe was escaped (research/spiffworkflow.md, section 4).

An expression has numbers, text, yes/no (``true``, ``false``), nothing (``null``), lists and records; names;
``and or not``, ``if else``, comparisons, ``in``, arithmetic; ``record.field`` and ``record["field"]``; and FUNCTIONS.
Comparing an empty answer by size (``budget >= 1000`` when the budget is not known) says no, rather than stopping a rep
who can do nothing about it. A script is lines of ``name = expression``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

from bpmn.errors import ExpressionRefused
from bpmn.expression_nodes import CONSTANTS, Names, Run, check_name, compiled
from bpmn.expression_values import FUNCTIONS, MAX_DEPTH, TOO_DEEP, Refused, weighed
from bpmn.text import N_, Text

__all__ = ["CONSTANTS", "FUNCTIONS", "check", "check_script", "evaluate", "execute", "script_names"]

#: Longest sources, in characters, and most parts in one.
MAX_EXPRESSION = 2_000
MAX_SCRIPT = 10_000
MAX_NODES = 400
MAX_SCRIPT_NODES = 2_000


def check(expression: str) -> frozenset[str]:
    """The names that an expression uses, or ExpressionRefused when it is outside the language.

    What says the same whatever is known is computed, so that what could never be is refused before it runs.
    """
    parsed = _parsed(expression)
    with _Refusing(expression):
        for part in parsed.constant:
            part({})
    return parsed.names


def evaluate(expression: str, names: Names) -> object:
    """What an expression comes to, with these names."""
    parsed = _parsed(expression)
    with _Refusing(expression):
        return parsed.run(names)


def check_script(script: str) -> frozenset[str]:
    """The names that a script assigns, or ExpressionRefused when it is outside the language, as for ``check``."""
    parsed = _parsed_script(script)
    with _Refusing(script):
        for part in parsed.constant:
            part({})
    return frozenset(name for name, _ in parsed.lines)


def script_names(script: str) -> frozenset[str]:
    """The names that a script uses before it assigns them itself: they have to come from elsewhere."""
    return _parsed_script(script).names


def execute(script: str, names: Names) -> dict[str, object]:
    """What a script assigns. ``names`` stays as it is."""
    parsed = _parsed_script(script)
    assigned: dict[str, object] = {}
    seen = dict(names)
    with _Refusing(script):
        for name, run in parsed.lines:
            seen[name] = assigned[name] = run(seen)
        weighed(assigned)
    return assigned


@dataclass(frozen=True, slots=True)
class _Expression:
    names: frozenset[str]
    run: Run
    #: The largest parts that use no name.
    constant: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class _Script:
    #: Names that are used before the script itself assigns them.
    names: frozenset[str]
    lines: tuple[tuple[str, Run], ...]
    constant: tuple[Run, ...]


class _Refusing:
    """Turns whatever stops an expression into ExpressionRefused."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        match error:
            case Refused():
                raise ExpressionRefused(self.source, error.reason) from None
            case RecursionError() | MemoryError():
                raise ExpressionRefused(self.source, Text(TOO_DEEP)) from None
            case ZeroDivisionError():
                raise ExpressionRefused(self.source, Text(N_("it divides by zero"))) from None
            case OverflowError():
                raise ExpressionRefused(self.source, Text(N_("it makes a number that is too large"))) from None
            case TypeError() | ValueError():
                reason = N_("it uses a value in a way that its kind does not allow")
                raise ExpressionRefused(self.source, Text(reason)) from None


@lru_cache(maxsize=4096)
def _parsed(expression: str) -> _Expression:
    with _Refusing(expression):
        source = _source(expression, MAX_EXPRESSION)
        # A condition in XML may run over several lines; with a comment in it, the lines cannot be joined.
        tree = _tree(source if "#" in source else source.replace("\n", " "), "eval", MAX_NODES)
        assert isinstance(tree, ast.Expression)
        return _Expression(_names_in(tree.body), compiled(tree.body), _constant_in(tree.body))


@lru_cache(maxsize=1024)
def _parsed_script(script: str) -> _Script:
    with _Refusing(script):
        # A script is indented in the XML as its file is, which means nothing here: there are no blocks.
        source = "\n".join(line.strip() for line in _source(script, MAX_SCRIPT).split("\n"))
        tree = _tree(source, "exec", MAX_SCRIPT_NODES)
        assert isinstance(tree, ast.Module)
        lines: dict[int, tuple[str, Run]] = {}
        assigned: set[str] = set()
        wanted: set[str] = set()
        constant: list[Run] = []
        for number, statement in enumerate(tree.body):
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    check_name(name)
                    wanted |= _names_in(value) - assigned
                    assigned.add(name)
                    lines[number] = (name, compiled(value))
                    constant += _constant_in(value)
                case _:
                    raise Refused(
                        N_("line %(line)d is no assignment; a script is lines such as %(example)s"),
                        line=statement.lineno,
                        example="discount = amount * 0.1",
                    )
        return _Script(frozenset(wanted), tuple(lines.values()), tuple(constant))


# --- parsing ---------------------------------------------------------------------------------------------------------

_EXAMPLE = "amount >= 1000 and country == 'FR'"
_HINTS = (
    (re.compile(r"[$#]\{"), N_("write it without ${ }, for example %(example)s")),
    (re.compile(r"&&|\|\||!(?!=)"), N_("write and, or, not in words, for example %(example)s")),
    (re.compile(r"(?<![=<>!])=(?!=)"), N_("two things are compared with two equal signs, for example %(example)s")),
    (re.compile("[‘’“”«»]"), N_("put text between straight quotes, for example %(example)s")),
)


def _source(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused(N_("it has %(given)d characters, and at most %(most)d are read"), given=len(text), most=most)
    if "\\" in text:
        raise Refused(N_("it has a backslash, which has no meaning here; leave it out"))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _tree(source: str, mode: str, most: int) -> ast.AST:
    if not source and mode == "eval":
        raise Refused(N_("it is empty; write for example %(example)s"), example=_EXAMPLE)
    try:
        tree: ast.AST = ast.parse(source, mode=mode)
    except (SyntaxError, ValueError):
        hint = next((hint for pattern, hint in _HINTS if mode == "eval" and pattern.search(source)), None)
        raise Refused(hint or N_("it is not well written; write for example %(example)s"), example=_EXAMPLE) from None
    nodes = 0
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH + 2):
        nodes += len(level)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if nodes > most:
            raise Refused(N_("it has more than %(most)d parts; compute some of them in a script task"), most=most)
        if not level:
            return tree
    raise Refused(TOO_DEEP)


def _names_in(tree: ast.AST) -> frozenset[str]:
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return frozenset(named - FUNCTIONS.keys() - CONSTANTS.keys())


def _constant_in(tree: ast.expr) -> tuple[Run, ...]:
    if not _names_in(tree):
        return (compiled(tree),)
    # What is called is no value of its own.
    parts = tree.args if isinstance(tree, ast.Call) else ast.iter_child_nodes(tree)
    return tuple(run for part in parts if isinstance(part, ast.expr) for run in _constant_in(part))
