"""A "no" of the buyer that ends everything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.checks.finding import Finding, advice
from bpmn.checks.graph import running, running_flows
from bpmn.model import Definitions
from bpmn.text import N_

WHY = N_("Most buyers say no several times before they say yes, and a real no is what a lesson is made of.")
_NO = re.compile(r"\W*(no|non|refus\w*|rejected|declined)\b", re.IGNORECASE)


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain M11."""
    nodes = {node.id: node for node in running(definitions)}
    inside = definitions.lost_process.id if definitions.lost_process else ""
    for flow in running_flows(definitions):
        source, target = nodes.get(flow.source), nodes.get(flow.target)
        if source is None or target is None or source.type not in ("exclusiveGateway", "inclusiveGateway"):
            continue
        if not _NO.match(flow.name) or target.type != "endEvent" or source.scope == inside:
            continue
        if target.event is None or target.event.kind == "terminate":
            template = N_(
                "At '%(gateway)s' a no ends in '%(name)s' with nothing asked. Lead it on to a follow-up, or to the "
                "lost path."
            )
            yield advice(__name__, target, template, WHY, gateway=source.name or source.id)
