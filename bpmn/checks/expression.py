"""Conditions and scripts that could not be computed, or that ask for a name that nothing gives."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from bpmn import expressions
from bpmn.checks.finding import Element, Finding, error
from bpmn.checks.graph import between, running, running_flows
from bpmn.checks.known import RESERVED, SERVICES
from bpmn.errors import ExpressionRefused
from bpmn.model import Definitions, FlowNode
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """A slip in a condition would stop a deal on the day that it comes there, months after publishing."""
    known = given(definitions)
    for flow in running_flows(definitions):
        if flow.condition is not None and flow.condition.strip():
            try:
                names = expressions.check(flow.condition)
            except ExpressionRefused as refused:
                template = N_("On the flow from '%(source)s' to '%(target)s': %(problem)s.")
                yield error(__name__, flow, template, problem=refused.text, **between(definitions, flow))
            else:
                yield from _unknown(flow, flow.condition, names, known)
    for node in running(definitions):
        if node.type == "scriptTask":
            try:
                assigned, names = expressions.check_script(node.script), expressions.script_names(node.script)
            except ExpressionRefused as refused:
                yield error(__name__, node, N_("In the script of '%(name)s': %(problem)s."), problem=refused.text)
                continue
            yield from _unknown(node, node.script, names, known)
            if not assigned:
                template = N_("The script task '%(name)s' has no script. Write lines such as %(example)s.")
                yield error(__name__, node, template, example="discount = amount * 0.1")
            for name in sorted(assigned & RESERVED):
                template = N_(
                    "The script of '%(name)s' sets '%(variable)s', which is kept for us. Choose another name."
                )
                yield error(__name__, node, template, variable=name)


def given(definitions: Definitions) -> frozenset[str]:
    """Every name that the forms, scripts and services of the executable process give."""
    return frozenset().union(*map(given_by, running(definitions)))


def given_by(node: FlowNode) -> frozenset[str]:
    """The names that have a value once this node is done."""
    if node.type == "serviceTask":
        return SERVICES.get(node.service, frozenset())
    if node.type == "scriptTask":
        try:
            return expressions.check_script(node.script)
        except ExpressionRefused:
            return frozenset()
    return frozenset(field.id for field in node.form)


def _unknown(element: Element, source: str, names: frozenset[str], known: frozenset[str]) -> Iterator[Finding]:
    for name in sorted(names - known):
        near = get_close_matches(name, known, 1)
        values = {"variable": name, "source": source, "near": near[0] if near else ""}
        if near:
            template = N_(
                "'%(source)s' asks for '%(variable)s', which no form or script gives. Did you mean '%(near)s'?"
            )
        else:
            template = N_(
                "'%(source)s' asks for '%(variable)s', which no form or script gives. Add a field with this id."
            )
        yield error(__name__, element, template, **values)
