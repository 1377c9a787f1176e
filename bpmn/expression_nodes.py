"""An expression's tree made into nested functions, by an allow-list: what is not here is not in the language."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from bpmn.expression_values import FUNCTIONS, Refused, bounded, kind_of, number, weighed
from bpmn.text import N_

Names = Mapping[str, object]
Run = Callable[[Names], object]

#: What can be written besides numbers, text and the names of the process.
CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}


def check_name(name: str) -> None:
    if name.startswith("_"):
        raise Refused(N_("'%(name)s' begins with an underscore; choose another name"), name=name)
    if name in FUNCTIONS or name in CONSTANTS:
        raise Refused(N_("'%(name)s' means something else in this language; choose another name"), name=name)


def compiled(node: ast.AST) -> Run:
    make = _MAKERS.get(type(node))
    if make is None:
        raise Refused(
            N_("%(what)s is not part of this language; what there is: %(parts)s"),
            what=type(node).__name__,
            parts="and or not, if else, == != < <= > >= in, + - * / // %, record.field, "
            + ", ".join(sorted(FUNCTIONS)),
        )
    return make(node)


def _constant(node: ast.Constant) -> Run:
    if not isinstance(node.value, bool | int | float | str | None):
        raise Refused(N_("only numbers, text, true, false and null can be written"))
    value = bounded(node.value)
    return lambda names: value


def _name(node: ast.Name) -> Run:
    name = node.id
    if name in CONSTANTS:
        value = CONSTANTS[name]
        return lambda names: value
    check_name(name)

    def run(names: Names) -> object:
        if name not in names:
            raise Refused(
                N_("'%(name)s' has no value yet; ask for it in a form that comes before, or set it in a script task"),
                name=name,
            )
        return bounded(names[name])

    return run


def _bool_op(node: ast.BoolOp) -> Run:
    parts = [compiled(value) for value in node.values]
    stops_at = isinstance(node.op, ast.Or)

    def run(names: Names) -> object:
        value: object = None
        for part in parts:
            value = part(names)
            if bool(value) is stops_at:
                break
        return value

    return run


def _unary_op(node: ast.UnaryOp) -> Run:
    operand = compiled(node.operand)
    match node.op:
        case ast.Not():
            return lambda names: not operand(names)
        case ast.USub():
            return lambda names: -number(operand(names))
        case ast.UAdd():
            return lambda names: number(operand(names))
    raise Refused(N_("'~' is not part of this language"))


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def _bin_op(node: ast.BinOp) -> Run:
    apply = _ARITHMETIC.get(type(node.op))
    if apply is None:
        raise Refused(N_("of arithmetic, there is only %(parts)s"), parts="+ - * / // %")
    left, right = compiled(node.left), compiled(node.right)
    adds = isinstance(node.op, ast.Add)

    def run(names: Names) -> object:
        one, other = left(names), right(names)
        if adds and type(one) is type(other) and isinstance(one, str | list):
            return weighed(apply(one, other))
        return bounded(apply(number(one), number(other)))

    return run


_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _comparison(op: ast.cmpop, right: ast.expr) -> Callable[[Any, Any], bool]:
    match op:
        case ast.Eq() | ast.NotEq():
            return _COMPARISONS[type(op)]
        case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE():
            compare = _COMPARISONS[type(op)]
            return lambda one, other: one is not None and other is not None and _ordered(compare, one, other)
        case ast.In():
            return _holds
        case ast.NotIn():
            return lambda one, other: not _holds(one, other)
    written = isinstance(right, ast.Constant) and (right.value is None or isinstance(right.value, bool))
    if not written and not (isinstance(right, ast.Name) and right.id in CONSTANTS):
        raise Refused(N_("'is' goes with true, false and null only; compare with =="))
    return operator.is_ if isinstance(op, ast.Is) else operator.is_not


def _ordered(compare: Callable[[Any, Any], bool], one: object, other: object) -> bool:
    if isinstance(one, str) is not isinstance(other, str) or not isinstance(one, str | int | float):
        raise Refused(
            N_("it compares %(one)s with %(other)s, and neither is more than the other"),
            one=kind_of(one),
            other=kind_of(other),
        )
    return compare(one, other)


def _holds(one: object, other: Any) -> bool:
    if isinstance(other, str) and not isinstance(one, str):
        return False
    if not isinstance(other, str | list | tuple | dict):
        if other is None:
            return False
        raise Refused(N_("'in' looks into a list or a text, and here it was given %(kind)s"), kind=kind_of(other))
    return one in other


def _compare(node: ast.Compare) -> Run:
    first = compiled(node.left)
    pairs = [(_comparison(op, right), compiled(right)) for op, right in zip(node.ops, node.comparators, strict=True)]

    def run(names: Names) -> object:
        left = first(names)
        for compare, part in pairs:
            right = part(names)
            if not compare(left, right):
                return False
            left = right
        return True

    return run


def _if_else(node: ast.IfExp) -> Run:
    test, yes, no = compiled(node.test), compiled(node.body), compiled(node.orelse)
    return lambda names: yes(names) if test(names) else no(names)


def _list(node: ast.List | ast.Tuple) -> Run:
    parts = [compiled(part) for part in node.elts]
    return lambda names: weighed([part(names) for part in parts])


def _dict(node: ast.Dict) -> Run:
    fields: dict[str, Run] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str) or key.value.startswith("_"):
            raise Refused(N_("the fields of a record are named by text, as in %(example)s"), example="{'city': 'Lyon'}")
        fields[key.value] = compiled(value)
    return lambda names: weighed({key: part(names) for key, part in fields.items()})


def _attribute(node: ast.Attribute) -> Run:
    record, field = compiled(node.value), node.attr
    if field.startswith("_"):
        raise Refused(N_("'%(name)s' begins with an underscore; choose another name"), name=field)
    return lambda names: _field(record(names), field)


def _subscript(node: ast.Subscript) -> Run:
    if isinstance(node.slice, ast.Slice | ast.Tuple):
        raise Refused(N_("only one item of a list can be taken, as in %(example)s"), example="contacts[0]")
    holder, key = compiled(node.value), compiled(node.slice)

    def run(names: Names) -> object:
        value, at = holder(names), key(names)
        if isinstance(at, str):
            return _field(value, at)
        if not isinstance(value, list | tuple | str) or not isinstance(at, int) or not -len(value) <= at < len(value):
            raise Refused(N_("there is no item %(item)s; check the length with len() before"), item=at)
        return bounded(value[at])

    return run


def _field(record: object, field: str) -> object:
    if not isinstance(record, dict):
        raise Refused(
            N_("'.%(field)s' is asked of %(kind)s; only a record has fields"), field=field, kind=kind_of(record)
        )
    if field not in record or field.startswith("_"):
        raise Refused(N_("the record has no field '%(field)s'; check how it is written"), field=field)
    return bounded(record[field])


def _call(node: ast.Call) -> Run:
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
        raise Refused(N_("only these can be called: %(functions)s"), functions=", ".join(sorted(FUNCTIONS)))
    name = node.func.id
    function, least, most = FUNCTIONS[name]
    if not least <= len(node.args) <= most:
        raise Refused(N_("%(name)s() is given %(count)d values, which it cannot use"), name=name, count=len(node.args))
    parts = [compiled(part) for part in node.args]
    return lambda names: bounded(function(*[part(names) for part in parts]))


_MAKERS: Mapping[type[ast.AST], Callable[[Any], Run]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary_op,
    ast.BinOp: _bin_op,
    ast.Compare: _compare,
    ast.IfExp: _if_else,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Dict: _dict,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: _call,
}
