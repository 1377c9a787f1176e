"""The command on what could not be sent, and on timers that could not fire."""

from __future__ import annotations

import click

from bpmn.text import N_
from web.commands.terminal import GOOD, Group, Option, Refused, installation, say, sentence, translated

_KINDS = {
    "mail": N_("mail to %(to)s"),
    "webhook": N_("webhook %(to)s"),
    "message": N_("message %(to)s"),
    "signal": N_("signal %(to)s"),
    "timer": N_("timer"),
}


@click.group(
    cls=Group,
    help=N_("See what could not be sent and timers that could not fire; try them again, or drop them."),
    examples=("parcours outbox list", "parcours outbox retry --all"),
)
def outbox() -> None:
    pass


@outbox.command(
    "list",
    help=N_("List what failed: what was given up first, then what is tried again."),
    examples=("parcours outbox list",),
)
def list_() -> int:
    with installation() as (config, engine):
        letters = engine.outbox.letters(by=None)
        given_up, again = engine.outbox.counts(by=None)
    for letter in letters:
        what = sentence(_KINDS[letter.kind], to=letter.to)
        when = sentence(N_("given up"))
        if letter.next_try:
            when = sentence(N_("next try %(at)s"), at=f"{letter.next_try.astimezone(config.timezone):%Y-%m-%d %H:%M}")
        deal = f"#{letter.deal_id} {letter.deal_title}"
        click.echo(f"{letter.id}  {what}, {deal}, {letter.attempts}x, {when}: {translated(letter.reason)}")
    say(N_("Given up: %(dead)d. To be tried again: %(again)d."), dead=given_up, again=again)
    return GOOD


@outbox.command(
    help=N_("Try again at once."),
    examples=("parcours outbox retry 0b9f6c1e-6a43-4a0e-9d51-7d3f0c8e2b11", "parcours outbox retry --all"),
)
@click.argument("letter", metavar="ID", required=False)
@click.option("--all", "everything", cls=Option, is_flag=True, help=N_("All that was given up."))
def retry(letter: str | None, everything: bool) -> int:
    if (letter is None) != everything:
        raise Refused(N_("Say which: an id that is in the list, or --all."))
    with installation() as (config, engine):
        if letter is None:
            count = engine.outbox.retry_all(by=None, now=config.clock())
        else:
            engine.outbox.retry(letter, by=None, now=config.clock())
            count = 1
    say(N_("To be tried again by the next worker: %(count)d."), count=count)
    return GOOD


@outbox.command(help=N_("Never send it."), examples=("parcours outbox drop 0b9f6c1e-6a43-4a0e-9d51-7d3f0c8e2b11",))
@click.argument("letter", metavar="ID")
def drop(letter: str) -> int:
    with installation() as (config, engine):
        engine.outbox.drop(letter, by=None, now=config.clock())
    say(N_("Dropped: %(letter)s"), letter=letter)
    return GOOD
