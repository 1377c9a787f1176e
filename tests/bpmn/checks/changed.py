"""The minimal good definition, changed in one or two places."""

from __future__ import annotations

from pathlib import Path

from bpmn import checks, reading
from bpmn.checks import Finding
from bpmn.model import Definitions

MINIMAL = (Path(__file__).parents[2] / "definitions" / "minimal.bpmn").read_text("utf-8")

#: Where something can be put between two steps: before the gateway, and after the end of the process.
F2 = '<sequenceFlow id="f2" sourceRef="qualify" targetRef="gate"/>'
END = "  </process>"


def changed(*changes: tuple[str, str]) -> Definitions:
    """The minimal definition after replacing each text, which has to be there, by another."""
    source = MINIMAL
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return reading.read(source.encode()).definitions


def findings(*changes: tuple[str, str]) -> tuple[Finding, ...]:
    return checks.run(changed(*changes), checks.STANDARD)


def between(node: str, node_id: str = "step") -> tuple[str, str]:
    """A change that puts a node between the task and the gateway."""
    return (
        F2,
        f'<sequenceFlow id="f2" sourceRef="qualify" targetRef="{node_id}"/>{node}'
        f'<sequenceFlow id="f3" sourceRef="{node_id}" targetRef="gate"/>',
    )


def also(xml: str) -> tuple[str, str]:
    """A change that adds something to the process."""
    return END, xml + END


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
