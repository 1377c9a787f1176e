"""More than people can hold in their head."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bpmn.checks.finding import Finding, advice
from bpmn.checks.graph import running, running_scopes
from bpmn.model import Definitions
from bpmn.names import ACTIVITIES, GATEWAYS
from bpmn.text import N_

#: Elements on one level, above which readers make more errors (Mendling, Reijers and van der Aalst, "Seven process
#: modeling guidelines", 2010, G7); choices; and steps of one stage (Miller, "The magical number seven", 1956).
MOST_ELEMENTS, MOST_GATEWAYS, MOST_STEPS = 50, 12, 9
WHY = N_("Only the one or two typical ways belong on a map: what is on it for completeness hides what matters.")


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain M10: too many details or steps."""
    nodes = running(definitions)
    elements = Counter(node.scope for node in nodes)
    gateways = Counter(node.scope for node in nodes if node.type in GATEWAYS)
    for scope in running_scopes(definitions).values():
        if elements[scope.id] > MOST_ELEMENTS:
            template = N_("'%(name)s' has %(count)d elements. Put what belongs together into sub-processes.")
            yield advice(__name__, scope, template, WHY, count=elements[scope.id])
        elif gateways[scope.id] > MOST_GATEWAYS:
            template = N_("'%(name)s' has %(count)d gateways. Keep those that change what is done next.")
            yield advice(__name__, scope, template, WHY, count=gateways[scope.id])
    steps = Counter(node.stage for node in nodes if node.type in ACTIVITIES)
    for stage in definitions.stages:
        if steps[stage.id] > MOST_STEPS:
            template = N_("The stage '%(name)s' has %(count)d steps. Split the stage, or join steps.")
            yield advice(__name__, stage, template, WHY, count=steps[stage.id])
