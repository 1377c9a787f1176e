"""The checks: one rule a file, one explicit list. An error keeps a definition from being published, a warning does not.

A rule is a function from Definitions to findings. It may not fail on anything that can be read, however odd, and it
looks only at what would be run: a picture gets one error that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bpmn.checks import (
    automatic_loop,
    called_process,
    condition_elsewhere,
    dangling_reference,
    data_association,
    dead_end,
    duplicate_id,
    event_gateway,
    event_sub_process,
    expression,
    form_field,
    gateway_condition,
    inclusive_knot,
    lesson_fields,
    link,
    message,
    misplaced_flow,
    missing_id,
    missing_start,
    mixed_gateway,
    namespace,
    never_joined,
    no_label,
    no_process,
    no_stage,
    not_executable,
    odd_id,
    outcome_unknown,
    repetition,
    sending,
    service_unknown,
    several_starts,
    stage_card,
    stage_incomplete,
    task_without_lane,
    template,
    time_limit,
    timer,
    too_many_nodes,
    unanswered,
    uncaught_error,
    uncorrelated,
    unknown_element,
    unknown_role,
    unreachable,
    unsupported_element,
    unsupported_event,
)
from bpmn.checks.finding import Finding
from bpmn.checks.sales import (
    buyer_gets_nothing,
    crowded_map,
    demo_too_early,
    few_follow_ups,
    lost_without_lesson,
    no_goal,
    no_lost_path,
    no_without_way_on,
    vague_name,
)
from bpmn.model import Definitions

__all__ = ["ALL", "SALES", "STANDARD", "Finding", "errors", "run"]

Rule = Callable[[Definitions], Iterator[Finding]]

#: What a process needs to be one that runs, and a map that is complete.
STANDARD: tuple[Rule, ...] = (
    # What the file is.
    namespace.check,
    duplicate_id.check,
    missing_id.check,
    odd_id.check,
    unknown_element.check,
    no_process.check,
    not_executable.check,
    too_many_nodes.check,
    # What is in it.
    unsupported_element.check,
    unsupported_event.check,
    event_sub_process.check,
    event_gateway.check,
    called_process.check,
    repetition.check,
    message.check,
    uncorrelated.check,
    link.check,
    uncaught_error.check,
    data_association.check,
    dangling_reference.check,
    # How it hangs together.
    missing_start.check,
    several_starts.check,
    misplaced_flow.check,
    unreachable.check,
    dead_end.check,
    automatic_loop.check,
    gateway_condition.check,
    condition_elsewhere.check,
    inclusive_knot.check,
    never_joined.check,
    mixed_gateway.check,
    # What it says.
    expression.check,
    unanswered.check,
    timer.check,
    time_limit.check,
    service_unknown.check,
    sending.check,
    template.check,
    form_field.check,
    lesson_fields.check,
    outcome_unknown.check,
    no_label.check,
    task_without_lane.check,
    unknown_role.check,
    no_stage.check,
    stage_incomplete.check,
    stage_card.check,
)


#: What makes it a good one.
SALES: tuple[Rule, ...] = (
    no_goal.check,
    no_lost_path.check,
    lost_without_lesson.check,
    no_without_way_on.check,
    few_follow_ups.check,
    buyer_gets_nothing.check,
    demo_too_early.check,
    vague_name.check,
    crowded_map.check,
)
ALL = (*STANDARD, *SALES)


def run(definitions: Definitions, rules: Iterable[Rule] | None = None) -> tuple[Finding, ...]:
    """All findings but those that were silenced, in the order of the file."""
    found = [finding for rule in (ALL if rules is None else rules) for finding in rule(definitions)]
    silenced = definitions.silenced
    heard = [one for one in found if one.severity == "error" or one.rule not in silenced.get(one.element, ())]
    return tuple(sorted(heard, key=lambda finding: finding.line))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity == "error")
