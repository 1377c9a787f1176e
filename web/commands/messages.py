"""The command that tells a deal what has happened outside."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bpmn.errors import AnswersRejected
from bpmn.text import N_
from web.commands.terminal import FINDINGS, GOOD, Command, Option, Refused, complain, installation, say, translated


@click.command(
    cls=Command,
    help=N_("Send a message to the deal that waits for it under a key, such as a contract's number."),
    examples=("parcours tell 'contract signed' C-2026-17 --set signed_on=2026-03-02",),
)
@click.argument("name", metavar="MESSAGE")
@click.argument("key", metavar="KEY", default="")
@click.option(
    "--set",
    "values",
    cls=Option,
    multiple=True,
    metavar="FIELD=VALUE",
    help=N_("What the message brings; may be given again."),
)
def tell(name: str, key: str, values: Sequence[str]) -> int:
    carries = dict(map(_value, values))
    with installation() as (config, engine):
        try:
            deal = engine.messages.send(name, key, carries, by=None, now=config.clock())
        except AnswersRejected as rejected:
            for field, problem in rejected.problems.items():
                complain(f"{field}: {translated(problem)}")
            return FINDINGS
    if deal is None:
        say(N_("No deal waits for '%(name)s' under '%(key)s'. The message is kept until one does."), name=name, key=key)
    else:
        say(N_("Deal %(number)d, '%(title)s', goes on."), number=deal.id, title=deal.title)
    return GOOD


def _value(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        raise Refused(N_("'%(given)s' is no field and value. Write for example signed_on=2026-03-02."), given=given)
    return name.strip(), value
