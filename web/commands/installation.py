"""Commands on an installation: its processes, its people, its demo deals."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from bpmn.errors import InvalidDefinition
from bpmn.text import N_
from engine import Engine
from engine.demo import load_demo
from engine.directory import LANGUAGES
from engine.people import ROLES, SALES_ROLES, Person, may_administer
from web.commands.files import show
from web.commands.terminal import (
    FINDINGS,
    GOOD,
    Command,
    Group,
    Option,
    Refused,
    complain,
    explain,
    installation,
    say,
    sentence,
    source_of,
)
from web.config import Config
from web.shipped import ship


@click.command(
    cls=Command,
    help=N_("Publish a BPMN file as the next version of its process."),
    examples=("parcours publish deal.bpmn --note 'Offers expire'", "parcours publish deal.bpmn --twin fr=deal.fr.bpmn"),
)
@click.argument("file", metavar="FILE")
@click.option(
    "--twin",
    "twins",
    cls=Option,
    multiple=True,
    metavar="LANGUAGE=FILE",
    help=N_("The same process in another language; may be given again."),
)
@click.option("--note", cls=Option, default="", help=N_("What is new in this version."))
def publish(file: str, twins: Sequence[str], note: str) -> int:
    source = source_of(file)
    read = {language: source_of(path) for language, path in map(_twin, twins)}
    with installation() as (config, engine):
        now = config.clock()
        try:
            version = engine.publishing.publish(source, twins=read, note=note, by=None, now=now)
        except InvalidDefinition as error:
            show(file, error.findings)
            complain(f"{file}: {explain(error)}")
            return FINDINGS
        if version.published_at == now:
            say(N_("Published: %(name)s, version %(number)d"), name=version.name, number=version.number)
        else:
            say(N_("Nothing new: this is %(name)s, version %(number)d"), name=version.name, number=version.number)
    return GOOD


def _twin(text: str) -> tuple[str, str]:
    language, _, path = text.partition("=")
    if language not in LANGUAGES or not path:
        raise Refused(
            N_("--twin %(value)s: write a language (%(known)s), = and a file, such as fr=deal.fr.bpmn."),
            value=text,
            known=", ".join(LANGUAGES),
        )
    return language, path


@click.command(
    cls=Command,
    help=N_("Load invented deals, to look around in."),
    examples=("parcours demo",),
)
def demo() -> int:
    with installation() as (config, engine):
        if any(total for _, total in engine.publishing.deal_counts().values()):
            raise Refused(
                N_(
                    "There are deals already, and invented ones would be counted among them. "
                    "Set PARCOURS_DATA to a new folder to look around in."
                )
            )
        ship(engine, config.clock(), say)
        say(N_("Loading invented deals..."))
        count = load_demo(engine, by=_whole_team(engine, config), now=config.clock())
        say(N_("Loaded: %(count)d deals. Look at them with: parcours serve"), count=count)
    return GOOD


def _whole_team(engine: Engine, config: Config) -> Person:
    """Someone who has every role of the process."""
    person = engine.people.local_person(now=config.clock())
    if not person.roles >= SALES_ROLES or person.team_id is None:
        raise Refused(
            N_("The demo is for a fresh installation, before people are added. Set PARCOURS_DATA to a new folder.")
        )
    return person


@click.group(
    cls=Group,
    help=N_("Add people, list them, give them passwords."),
    examples=("parcours user add --name 'Ada Lovelace' --email ada@company.com --role rep --team West",),
)
def user() -> None:
    pass


@user.command(
    help=N_("Add a person. The password is asked for, or read from standard input."),
    examples=(
        "parcours user add --name 'Ada Lovelace' --email ada@company.com --role rep --team West",
        "parcours user add --name Max --email max@company.com --role admin < password.txt",
    ),
)
@click.option("--name", cls=Option, required=True, help=N_("The name that colleagues see."))
@click.option("--email", cls=Option, required=True, help=N_("The address to sign in with."))
@click.option(
    "--role",
    "roles",
    cls=Option,
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    help=N_("What they do; may be given again."),
)
@click.option("--team", cls=Option, default="", help=N_("The team whose deals they work on; made if there is none."))
@click.option("--language", cls=Option, type=click.Choice(LANGUAGES), help=N_("The language of their pages."))
def add(name: str, email: str, roles: Sequence[str], team: str, language: str | None) -> int:
    with installation() as (config, engine):
        _administrator_first(engine, "admin" in roles)
        password = _password()
        person = engine.people.add_person(
            name=name,
            email=email,
            roles=roles,
            team_id=_team(engine, config, team),
            password=password,
            language=language or "",
            by=None,
            now=config.clock(),
        )
        say(N_("Added: %(name)s <%(email)s>"), name=person.name, email=person.email)
    return GOOD


@user.command("list", help=N_("List the people: name, address, roles, team."), examples=("parcours user list",))
def list_() -> int:
    with installation() as (_, engine):
        teams = {team.id: team.name for team in engine.people.teams()}
        rows = [
            (
                person.name,
                person.email or "-",
                ", ".join(role for role in ROLES if role in person.roles),
                teams.get(person.team_id or "", "-"),
                "" if person.active else sentence(N_("inactive")),
            )
            for person in engine.people.everyone()
        ]
    if not rows:
        say(N_("Nobody yet. Add someone with: parcours user add --help"))
        return GOOD
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    return GOOD


@user.command(
    help=N_("Set the password of the person with this address."),
    examples=("parcours user password ada@company.com", "parcours user password ada@company.com < password.txt"),
)
@click.argument("email", metavar="EMAIL")
def password(email: str) -> int:
    with installation() as (config, engine):
        wanted = email.strip().casefold()
        person = next((one for one in engine.people.everyone() if wanted and one.email == wanted), None)
        if person is None:
            raise Refused(N_("Nobody has the address %(email)s. See them all with: parcours user list"), email=email)
        _administrator_first(engine, may_administer(person))
        engine.people.set_password(person.id, _password(), by=None, now=config.clock())
        say(N_("Password set: %(name)s <%(email)s>"), name=person.name, email=person.email)
    return GOOD


def _administrator_first(engine: Engine, administers: bool) -> None:
    """The first password ends the one-time links, so someone must be left who can let others in."""
    if not administers and not engine.people.has_passwords():
        raise Refused(N_("The first person with a password must be an administrator. Add one with --role admin."))


def _team(engine: Engine, config: Config, name: str) -> str | None:
    wanted = " ".join(name.split())
    if not wanted:
        return None
    known = {team.name.casefold(): team for team in engine.people.teams()}
    team = known.get(wanted.casefold()) or engine.people.add_team(wanted, by=None, now=config.clock())
    return team.id


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt(sentence(N_("Password")), hide_input=True, confirmation_prompt=True))
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise Refused(N_("No password was given. Write it on standard input, such as: ... < password.txt"))
    return given
