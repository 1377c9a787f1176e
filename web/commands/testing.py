"""``parcours test``: the scenarios that stand in BPMN files, played on the engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from bpmn import checks
from bpmn.errors import BpmnError, InvalidDefinition
from bpmn.reading import read
from bpmn.text import N_
from engine import trying
from web.commands.terminal import (
    FINDINGS,
    GOOD,
    MISUSE,
    Command,
    Option,
    Refused,
    complain,
    explain,
    say,
    sentence,
    source_of,
    translated,
)


@click.command(
    cls=Command,
    help=N_("Play the scenarios of BPMN files: what people answer, and whether deals go where they should."),
    examples=("parcours test deal.bpmn", "parcours test --format json processes/*.bpmn"),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "shape",
    cls=Option,
    type=click.Choice(["text", "json"]),
    default="text",
    help=N_("Lines to read, or JSON for another program."),
)
def test(files: Sequence[str], shape: str) -> int:
    played: list[dict[str, Any]] = []
    unread = 0
    for path in files:
        try:
            told = list(_played(path))
        except (BpmnError, Refused) as error:
            unread += 1
            complain(explain(error) if isinstance(error, Refused) else f"{path}: {explain(error)}")
            continue
        played += told
        if shape == "text":
            for one in told:
                result = sentence(N_("holds")) if one["holds"] else f"{sentence(N_('fails'))}: {one['reason']}"
                click.echo(f'{path}: "{one["scenario"]}" {result}')
    failed = sum(not one["holds"] for one in played)
    if shape == "json":
        click.echo(
            json.dumps({"scenarios": played, "failed": failed, "unreadable": unread}, ensure_ascii=False, indent=2)
        )
    else:
        say(N_("Scenarios played: %(count)d. Failed: %(failed)d."), count=len(played), failed=failed)
    if unread:
        return MISUSE
    return FINDINGS if failed else GOOD


def _played(path: str) -> Sequence[dict[str, Any]]:
    definitions = read(source_of(path)).definitions
    if wrong := checks.errors(checks.run(definitions)):
        # What has errors may not run, nor be tried.
        raise InvalidDefinition(wrong)
    told = []
    for process in definitions.processes:
        for scenario in process.scenarios if process.executable else ():
            reason = trying.verdict(definitions, process.id, scenario)
            told.append(
                {
                    "file": path,
                    "scenario": scenario.name,
                    "holds": reason is None,
                    "reason": str(translated(reason)) if reason is not None else None,
                }
            )
    return told
