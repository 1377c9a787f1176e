"""``parcours``: the command line. Exit 0 is good, 1 is findings, 2 is misuse; an error is one line: what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from bpmn.errors import BpmnError
from bpmn.text import N_
from engine.errors import EngineError
from web import server
from web.commands import files, installation, messages, moving, outbox, testing, upkeep
from web.commands.terminal import GOOD, MISUSE, Group, Option, Refused, complain, explain, say, sentence
from web.config import Config, ConfigError


@click.group(
    cls=Group,
    help=N_("Parcours: draw a sales process in BPMN, and run deals on it."),
    examples=("parcours serve", "parcours check deal.bpmn", "parcours draw deal.bpmn -o deal.svg"),
    context_settings={"help_option_names": ["-h", "--help"]},
)
def cli() -> None:
    pass


@cli.command(
    help=N_("Serve the pages, let timers fire, and send what is to be sent."),
    examples=("parcours serve", "parcours serve --host 0.0.0.0 --port 80"),
)
@click.option("--host", cls=Option, help=N_("The address to serve on, instead of PARCOURS_HOST."))
@click.option("--port", cls=Option, type=click.IntRange(1, 65535), help=N_("The port, instead of PARCOURS_PORT."))
def serve(host: str | None, port: int | None) -> int:
    config = Config.from_env(os.environ)
    if host:
        config = replace(config, host=host.strip())
    if port:
        config = replace(config, port=port, port_asked=True)
    server.serve(config, say)
    return GOOD


@cli.command(
    help=N_("Let timers fire and send messages, without pages: beside servers on one database."),
    examples=("parcours worker",),
)
def worker() -> int:
    server.work(Config.from_env(os.environ), say)
    return GOOD


for command in (
    files.check,
    files.draw,
    files.layout,
    testing.test,
    installation.publish,
    moving.move,
    installation.demo,
    installation.user,
    messages.tell,
    outbox.outbox,
    upkeep.backup,
    upkeep.restore,
    upkeep.doctor,
):
    cli.add_command(command)


def run(args: Sequence[str] | None = None) -> int:
    """The exit code of a command line."""
    try:
        code = cli.main(args, prog_name="parcours", standalone_mode=False)
        return code if isinstance(code, int) else GOOD
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "parcours"
        complain(f"{error.format_message()} {sentence(N_('See: %(command)s --help'), command=path)}")
    except click.ClickException as error:
        complain(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        complain(sentence(N_("Stopped.")))
    except (BpmnError, EngineError, ConfigError, Refused) as error:
        complain(explain(error))
    except Exception as error:
        if os.environ.get("PARCOURS_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"[:200]
        complain(sentence(N_("This went wrong: %(what)s. Set PARCOURS_DEBUG=1 to see where."), what=what))
    return MISUSE


def main() -> None:
    sys.exit(run())


if __name__ == "__main__":
    main()
