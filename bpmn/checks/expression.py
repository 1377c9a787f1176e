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

#: What an instance of a repeated activity knows of itself (BPMN 2.0.2, table 10.31).
_INSTANCE = frozenset(
    {
        "loopCounter",
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)


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
        for source in _asked(node):
            try:
                yield from _unknown(node, source, expressions.check(source), known)
            except ExpressionRefused as refused:
                yield error(__name__, node, N_("At '%(name)s': %(problem)s."), problem=refused.text)
        if node.event is not None and node.event.kind == "conditional" and not node.event.condition:
            template = N_("The event '%(name)s' waits for a condition and has none. Write for example %(example)s.")
            yield error(__name__, node, template, example="amount >= 1000")
        if node.type in ("scriptTask", "businessRuleTask"):
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
    nodes = running(definitions)
    items = {node.loop.item for node in nodes if node.loop and node.loop.item}
    inside = _INSTANCE if any(node.loop for node in nodes) else frozenset()
    return frozenset().union(*map(_said_by, nodes), *map(given_by, nodes), items, inside)


def given_by(node: FlowNode) -> frozenset[str]:
    """The names that have a value once this node is done."""
    if node.loop is not None and node.loop.kind != "standard":
        # What is answered in an instance is the instance's own.
        return frozenset({node.loop.results} - {""})
    return _said_by(node)


def _said_by(node: FlowNode) -> frozenset[str]:
    if node.type == "serviceTask":
        return SERVICES.get(node.service, frozenset())
    if node.type in ("scriptTask", "businessRuleTask"):
        try:
            return expressions.check_script(node.script)
        except ExpressionRefused:
            return frozenset()
    return frozenset(field.id for field in node.form)


def _asked(node: FlowNode) -> Iterator[str]:
    """The expressions of a node, but for the script."""
    yield from (event.condition for event in node.events if event.condition)
    yield from (source for _, source in node.carries)
    loop = node.loop
    yield from filter(None, (node.correlate, *((loop.cardinality, loop.collection, loop.result) if loop else ())))
    yield from filter(None, (loop.completion, loop.condition) if loop else ())


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
