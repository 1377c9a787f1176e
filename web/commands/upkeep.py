"""Commands on the database of an installation: saved, put back, looked over."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import click

from bpmn.text import N_
from engine import doctor as doctors
from engine.doctor import Finding
from engine.storage import backup as backups
from engine.storage.database import Database
from web.commands.terminal import FINDINGS, GOOD, Command, Option, Refused, progress, say, sentence, translated
from web.config import Config


@click.command(
    cls=Command,
    help=N_(
        "Save everything in the database to one file, while Parcours goes on working. Keep it safe: it holds people."
    ),
    examples=("parcours backup parcours.backup", "parcours backup /backups/monday.backup"),
)
@click.argument("file", metavar="FILE")
def backup(file: str) -> int:
    config, target = Config.from_env(os.environ), Path(file)
    if not target.parent.is_dir():
        raise Refused(N_("There is no folder %(folder)s. Create it, or choose another."), folder=target.parent)
    with closing(Database(config.database)) as database:
        try:
            if target.exists() and not (target.is_file() and backups.is_backup(target)):
                raise Refused(N_("%(path)s is there already and is no backup. Choose another name."), path=file)
            with progress(N_("Saving: %(done)s of %(total)s rows")) as told:
                saved = backups.save(database, target, now=config.clock(), progress=told)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise Refused(N_("%(path)s cannot be written: %(reason)s."), path=file, reason=reason) from None
    say(N_("Saved: %(path)s, %(rows)s rows"), path=file, rows=f"{saved.rows:,}")
    return GOOD


@click.command(
    cls=Command,
    help=N_("Put a backup into an empty database, SQLite or PostgreSQL. Stop Parcours first."),
    examples=(
        "parcours restore parcours.backup",
        "PARCOURS_DATABASE=postgresql+psycopg://host/parcours parcours restore parcours.backup",
    ),
)
@click.argument("file", metavar="FILE")
@click.option("--replace", is_flag=True, cls=Option, help=N_("Delete what is in the database now."))
def restore(file: str, replace: bool) -> int:
    config, source = Config.from_env(os.environ), Path(file)
    try:
        # Before there is a new database.
        backups.check(source)
        with (
            closing(Database(config.prepare().database)) as database,
            progress(N_("Restoring: %(done)s of %(total)s rows")) as told,
        ):
            restored = backups.restore(database, source, replace=replace, progress=told)
    except FileNotFoundError:
        raise Refused(N_("%(path)s does not exist. Check the name and the folder you are in."), path=file) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(N_("%(path)s cannot be read: %(reason)s."), path=file, reason=reason) from None
    say(N_("Restored: %(rows)s rows, saved %(when)s"), rows=f"{restored.rows:,}", when=restored.made_at)
    return GOOD


@click.command(
    cls=Command,
    help=N_("Look the database over: what is wrong, in which deal, and what to do. Parcours may go on working."),
    examples=("parcours doctor", "parcours doctor --repair", "parcours doctor --format json"),
)
@click.option("--repair", is_flag=True, cls=Option, help=N_("Mend what can be mended. Save a backup first."))
@click.option(
    "--format",
    "shape",
    cls=Option,
    type=click.Choice(["text", "json"]),
    default="text",
    help=N_("Lines to read, or JSON for another program."),
)
def doctor(repair: bool, shape: str) -> int:
    config = Config.from_env(os.environ)
    with (
        closing(Database(config.database)) as database,
        progress(N_("Looking: %(done)s of %(total)s deals")) as told,
    ):
        if repair:
            mended, left = doctors.mend(database, now=config.clock(), progress=told)
        else:
            mended, left = [], doctors.examine(database, now=config.clock(), progress=told)
    if shape == "json":
        said = {"mended": [_plain(one) for one in mended], "findings": [_plain(one) for one in left]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return FINDINGS if left else GOOD
    for one in mended:
        _show(N_("mended"), one, "")
    for one in left:
        _show(N_("wrong"), one, f" {translated(one.todo)}")
    say(N_("Wrong: %(wrong)d. Mended: %(mended)d."), wrong=len(left), mended=len(mended))
    return FINDINGS if left else GOOD


def _show(word: str, one: Finding, todo: str) -> None:
    about = sentence(N_("deal %(number)d"), number=one.deal) if one.deal else sentence(N_("database"))
    message = " ".join(f"{translated(one.message)}{todo}".split())
    click.echo(f"{about}: {sentence(word)} {one.rule}: {message}")


def _plain(one: Finding) -> dict[str, object]:
    return {
        "rule": one.rule,
        "deal": one.deal or None,
        "message": translated(one.message),
        "todo": translated(one.todo),
        "repairable": one.mend is not None,
    }
