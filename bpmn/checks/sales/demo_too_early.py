"""A demonstration before anyone has asked what is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.checks.finding import Finding, advice
from bpmn.checks.graph import running
from bpmn.model import Definitions, FlowNode, Stage
from bpmn.names import ACTIVITIES
from bpmn.text import N_

WHY = N_("Many deals are shown a demo too early: without requirements it shows everything, and answers nothing.")
_DEMO = re.compile(r"\b(d[ée]mos?|demonstrat\w*|démonstrations?|(solution|product) presentation)\b", re.IGNORECASE)
_NEEDS = re.compile(r"\b(requirements?|needs?|discover\w*|qualif\w*|besoins?|découvert\w*|exigences?)\b", re.IGNORECASE)


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain M8, stages 6 and 7."""
    parts: list[Stage | FlowNode] = []
    for stage in definitions.stages:
        parts.append(stage)
        parts += [node for node in running(definitions) if node.type in ACTIVITIES and node.stage == stage.id]
    demo = next((place for place, part in enumerate(parts) if _DEMO.search(part.name)), None)
    if demo is not None and not any(_NEEDS.search(part.name) for part in parts[:demo]):
        template = N_("'%(name)s' comes before any step that finds out what is needed. Put one in front of it.")
        yield advice(__name__, parts[demo], template, WHY)
