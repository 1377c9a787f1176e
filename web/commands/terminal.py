"""What every command shares: sentences in the reader's language, help with an example, files that are read."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import click

from bpmn.errors import BpmnError, TooLarge
from bpmn.reading import MAX_BYTES
from bpmn.text import N_, Text
from engine import Engine, open_engine
from engine.directory import LANGUAGES
from engine.errors import EngineError, FactsRejected
from web.config import Config, ConfigError
from web.language import gettext_for

GOOD, FINDINGS, MISUSE = 0, 1, 2
#: Seconds that nobody needs to be told about.
PATIENCE = 2.0


class Refused(Exception):
    """A command cannot do what was asked; the sentence says what to do instead."""

    def __init__(self, template: str, **values: object) -> None:
        self.text = Text(template, values)
        super().__init__(self.text)


def language(environ: Mapping[str, str]) -> str:
    """What PARCOURS_LANGUAGE says, else the terminal."""
    for name in ("PARCOURS_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        spoken = environ.get(name, "").strip().casefold()[:2]
        if spoken in LANGUAGES:
            return spoken
    return LANGUAGES[0]


@cache
def _catalogue(spoken: str) -> NullTranslations:
    return gettext_for(spoken)


def translated(text: object) -> object:
    """A Text in the reader's language; anything else as it is."""
    if not isinstance(text, Text):
        return text
    template = _catalogue(language(os.environ)).gettext(text.template) if text.template else ""
    values = {name: translated(value) for name, value in text.values.items()}
    return template % values if values else template


def sentence(template: str, **values: object) -> str:
    return str(translated(Text(template, values)))


def say(template: str, **values: object) -> None:
    click.echo(sentence(template, **values))


def complain(message: object) -> None:
    """One line on standard error, whatever the message holds."""
    click.echo("parcours: " + " ".join(str(message).split()), err=True)


def explain(error: BpmnError | EngineError | ConfigError | Refused) -> str:
    if isinstance(error, FactsRejected):
        return " ".join(f"{field}: {translated(problem)}" for field, problem in error.problems.items())
    return str(translated(error.text))


@contextmanager
def progress(template: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Callable[[int, int], None]]:
    """What to tell how much is done, of how much; it is shown when that takes longer than two seconds.

    On a terminal one line is written over; into a file go few lines.
    """
    on_terminal = sys.stderr.isatty()
    shown, following = "", clock() + PATIENCE

    def tell(done: int, total: int) -> None:
        nonlocal shown, following
        if clock() < following:
            return
        following = clock() + (0.2 if on_terminal else 10)
        line = sentence(template, done=f"{done:,}", total=f"{total:,}")
        click.echo(f"\r{line:{len(shown)}}" if on_terminal else line, err=True, nl=not on_terminal)
        shown = line

    try:
        yield tell
    finally:
        if shown and on_terminal:
            click.echo("\r" + " " * len(shown) + "\r", err=True, nl=False)


class Option(click.Option):
    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        spoken = copy(self)
        spoken.help = self.help and sentence(self.help)
        return super(Option, spoken).get_help_record(ctx)


class Command(click.Command):
    """A command whose help is translated and ends with examples."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        spoken = copy(self)
        spoken.help = self.help and sentence(self.help)
        super(Command, spoken).format_help_text(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section(sentence(N_("Examples"))):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")

    def get_short_help_str(self, limit: int = 45) -> str:
        return sentence(self.help or "")


class Group(Command, click.Group):
    command_class = Command


def open_configured() -> tuple[Config, Engine]:
    """The installation that the environment describes."""
    config = Config.from_env(os.environ).prepare()
    return config, open_engine(config.database)


@contextmanager
def installation() -> Iterator[tuple[Config, Engine]]:
    config, engine = open_configured()
    try:
        yield config, engine
    finally:
        engine.close()


def source_of(path: str) -> bytes:
    """The bytes of a file; a Refused that says what to do when there are none."""
    file = Path(path)
    try:
        if file.is_dir():
            raise Refused(N_("%(path)s is a folder. Name the BPMN files in it, such as %(path)s/*.bpmn."), path=path)
        with file.open("rb") as opened:
            source = opened.read(MAX_BYTES + 1)
            if len(source) > MAX_BYTES:
                size = max(file.stat().st_size, len(source))
                raise TooLarge(size=f"{size / 1024 / 1024:.1f}", unit="MB", most=f"{MAX_BYTES // 1024 // 1024} MB")
            return source
    except FileNotFoundError:
        raise Refused(N_("%(path)s does not exist. Check the name and the folder you are in."), path=path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(N_("%(path)s cannot be read: %(reason)s."), path=path, reason=reason) from None
