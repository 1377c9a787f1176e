"""Deals moved to another version of their process."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from bpmn.text import N_
from engine import Engine
from engine.moving import CANNOT, CHANGED, MOVED, Preview
from web.commands.terminal import (
    FINDINGS,
    GOOD,
    Command,
    Option,
    Refused,
    installation,
    say,
    sentence,
    translated,
)
from web.config import Config


@click.command(
    cls=Command,
    help=N_("Move running deals to another version of their process."),
    examples=("parcours move commercial --to 3 --dry-run", "parcours move commercial --to 3 --deals 12,15"),
)
@click.argument("process", metavar="PROCESS")
@click.option("--to", "number", cls=Option, type=int, required=True, metavar="VERSION", help=N_("The version."))
@click.option("--deals", cls=Option, default="", metavar="NUMBERS", help=N_("Their numbers; without it, all that run."))
@click.option(
    "--renamed",
    cls=Option,
    multiple=True,
    metavar="OLD=NEW",
    help=N_("A step that was drawn again under another id; may be given again."),
)
@click.option("--dry-run", is_flag=True, cls=Option, help=N_("Only say which can be moved, and why others cannot."))
def move(process: str, number: int, deals: str, renamed: Sequence[str], dry_run: bool) -> int:
    ids = dict(map(_pair, renamed))
    with installation() as (config, engine):
        now = config.clock()
        seen = engine.moving.preview(process, number, numbers=_numbers(deals), renamed=ids, by=None, now=now)
        if not seen.lines:
            raise Refused(N_("No running deal of %(process)s is on another version than that."), process=process)
        if dry_run:
            return _tell(seen)
        wanted = [line.deal.id for line in seen.lines]
        started = engine.moving.start(process, number, wanted, renamed=ids, by=None, now=now)
        _go_on(engine, config, started, len(wanted))
        counts = engine.moving.progress(started, by=None).counts
        for outcome in engine.moving.outcomes(started, by=None):
            if outcome.result in (CANNOT, CHANGED):
                reasons = " ".join(str(translated(reason)) for reason in outcome.reasons)
                reasons = reasons or sentence(N_("It was changed by someone at the same time."))
                say(N_("Deal %(number)d stays: %(reason)s"), number=outcome.deal.id, reason=reasons)
        moved = counts.get(MOVED, 0)
        say(
            N_("Moved: %(moved)d of %(total)d deals, to version %(number)d"),
            moved=moved,
            total=len(wanted),
            number=number,
        )
        left = seen.total - len(wanted)
        if left:
            say(N_("Deals left: %(left)d. Run this again for them."), left=left)
    return GOOD if moved == len(wanted) and not left else FINDINGS


def _go_on(engine: Engine, config: Config, started: str, total: int) -> None:
    """With progress; whoever stops it leaves the others where they are."""
    try:
        with click.progressbar(range(total), file=sys.stderr) as bar:
            while moved := engine.moving.go_on(now=config.clock(), move_id=started):
                bar.update(moved)
    except KeyboardInterrupt:
        engine.moving.stop(started, by=None, now=config.clock())
        raise


def _tell(seen: Preview) -> int:
    for line in seen.lines:
        if line.can:
            say(N_("Deal %(number)d can be moved"), number=line.deal.id)
        else:
            reasons = " ".join(str(translated(reason)) for reason in line.reasons)
            say(N_("Deal %(number)d stays: %(reason)s"), number=line.deal.id, reason=reasons)
    can = sum(line.can for line in seen.lines)
    say(N_("Can be moved: %(can)d of %(total)d deals"), can=can, total=len(seen.lines))
    return GOOD if can == len(seen.lines) else FINDINGS


def _numbers(text: str) -> list[int]:
    try:
        return [int(one) for one in text.split(",") if one.strip()]
    except ValueError:
        raise Refused(N_("--deals %(value)s: write numbers with commas, such as 12,15."), value=text) from None


def _pair(text: str) -> tuple[str, str]:
    old, _, new = text.partition("=")
    if not old or not new:
        raise Refused(N_("--renamed %(value)s: write the old id, = and the new one."), value=text)
    return old, new
