"""Commands on the database of an installation: saved, put back, looked over."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from bpmn.text import N_
from engine.storage import backup as backups
from engine.storage.database import Database
from web.commands.terminal import GOOD, Command, Option, Refused, progress, say
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
