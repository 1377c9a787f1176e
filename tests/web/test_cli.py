"""The command line, as someone types it: what it prints, where, and the code it ends with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from bpmn.reading import read
from bpmn.scenarios import Deed, with_scenario
from engine import open_engine
from engine.errors import Undeliverable
from engine.parcels import Parcel
from engine.trying import play
from tests.builders import COMMERCIAL, DEFINITIONS, NOW, PASSWORD
from web import cli

SHIPPED = str(COMMERCIAL / "commercial.bpmn")
TWIN = f"fr={COMMERCIAL / 'commercial.fr.bpmn'}"
SMALL = str(DEFINITIONS / "engine_small_sale.bpmn")

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
NO_CONDITION = f"""{HEAD}
<process id="p" isExecutable="true">
  <startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="g"/>
  <exclusiveGateway id="g" name="Which way?"/>
  <sequenceFlow id="b" sourceRef="g" targetRef="e"/><sequenceFlow id="c" sourceRef="g" targetRef="f"/>
  <endEvent id="e"/><endEvent id="f"/>
</process></definitions>"""

BAD = {
    "text": (b"Dear team, here is the process.", "not well-formed XML"),
    "empty": (b"", "not well-formed XML"),
    "binary": (bytes(range(256)), "not well-formed XML"),
    "html": (b"<html><body/></html>", "not BPMN 2.0"),
    "doctype": (
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD.encode() + b"&x;</definitions>",
        "DOCTYPE",
    ),
    "large": (HEAD.encode() + b" " * 3 * 1024 * 1024 + b"</definitions>", "3.0 MB"),
    "many": (HEAD.encode() + b"<a/>" * 30_000 + b"</definitions>", "30,001 elements"),
}


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("PARCOURS_", "LC_", "LANG"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / "data"
    monkeypatch.setenv("PARCOURS_DATA", str(folder))
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*args: str | Path, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = cli.run([str(arg) for arg in args])
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return run


def refused(ended: Ended, says: str) -> None:
    """One line that says what is wrong."""
    assert ended.code == 2, ended
    assert says in ended.err
    assert ended.err.startswith("parcours: ")
    assert ended.err.count("\n") == 1, ended.err
    assert "Traceback" not in ended.err


# Help and misuse


@pytest.mark.parametrize(
    "command",
    [
        "",
        "serve",
        "worker",
        "check",
        "draw",
        "layout",
        "test",
        "publish",
        "move",
        "demo",
        "user",
        "user add",
        "user list",
        "user password",
        "backup",
        "restore",
        "doctor",
    ],
)
def test_help_shows_an_example(run: Run, command: str) -> None:
    ended = run(*command.split(), "--help")
    assert ended.code == 0
    assert f"Examples:\n  parcours {command}" in ended.out


def test_no_command_shows_the_commands(run: Run) -> None:
    ended = run()
    assert ended.code == 2
    assert "serve" in ended.err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["chek"], "See: parcours --help"),
        (["check"], "See: parcours check --help"),
        (["check", SMALL, "--format", "yaml"], "yaml"),
        (["draw", SMALL], "--output"),
        (["layout"], "FILE"),
        (["serve", "--port", "70000"], "70000"),
        (["user", "add", "--name", "Ada"], "--email"),
        (["user", "add", "--name", "A", "--email", "a@b.c", "--role", "boss"], "boss"),
    ],
)
def test_misuse_is_one_line(run: Run, args: list[str], says: str) -> None:
    refused(run(*args), says)


def test_it_is_installed_under_its_name() -> None:
    program = Path(sys.executable).with_name("parcours")
    ended = subprocess.run([program, "check", SMALL, "/nowhere"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "Files checked: 1." in ended.stdout
    assert ended.stderr == "parcours: /nowhere does not exist. Check the name and the folder you are in.\n"


# check


def test_check_a_good_file(run: Run) -> None:
    assert run("check", SHIPPED) == Ended(0, "Files checked: 1. Errors: 0. Warnings: 0.\n", "")


def test_check_shows_each_finding_with_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "way.bpmn"
    file.write_text(NO_CONDITION)
    ended = run("check", file, SHIPPED)
    assert ended.code == 1
    assert f'{file}:4: error gateway_condition g "Which way?": ' in ended.out
    assert "Files checked: 2. Errors: " in ended.out


def test_check_for_another_program(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "way.bpmn"
    file.write_text(NO_CONDITION)
    ended = run("check", "--format", "json", file, "/nowhere", SHIPPED)
    assert ended.code == 2
    said = json.loads(ended.out)
    assert [one["file"] for one in said["files"]] == [str(file), "/nowhere", SHIPPED]
    assert said["errors"] == sum(one["severity"] == "error" for one in said["files"][0]["findings"]) > 0
    assert said["unreadable"] == 1
    assert {"line", "severity", "rule", "element", "name", "message", "why"} == said["files"][0]["findings"][0].keys()


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("command", ["check", "draw", "layout", "publish"])
def test_bad_files_are_one_line(run: Run, tmp_path: Path, kind: str, command: str) -> None:
    content, says = BAD[kind]
    file = tmp_path / f"{kind}.bpmn"
    file.write_bytes(content)
    refused(run(command, file, *(["-o", tmp_path / "x.svg"] if command == "draw" else [])), says)
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.parametrize("command", ["check", "draw", "layout", "publish"])
def test_missing_files_and_folders_are_one_line(run: Run, tmp_path: Path, command: str) -> None:
    rest = ["-o", tmp_path / "x.svg"] if command == "draw" else []
    refused(run(command, tmp_path / "none.bpmn", *rest), "does not exist")
    refused(run(command, tmp_path, *rest), "is a folder")
    refused(run(command, "nul\0.bpmn", *rest), "cannot be read")


def test_french_is_spoken_where_the_terminal_does(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    english = run("check", SHIPPED).out
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert run("check", SHIPPED).out != english
    assert "Examples" not in run("check", "--help").out


# draw


@pytest.mark.parametrize(
    ("kind", "begins"), [("svg", b"<"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")]
)
def test_draw_writes_what_its_name_says(run: Run, tmp_path: Path, kind: str, begins: bytes) -> None:
    target = tmp_path / f"map.{kind}"
    assert run("draw", SMALL, "-o", target) == Ended(0, f"Drawn: {target}\n", "")
    assert target.read_bytes().startswith(begins)
    assert [file.name for file in tmp_path.iterdir()] == [target.name]


def test_draw_takes_theme_and_width(run: Run, tmp_path: Path) -> None:
    pictures = []
    for theme, width in (("light", 800), ("dark", 800), ("light", 400)):
        assert run("draw", SHIPPED, "-o", tmp_path / "map.png", "--theme", theme, "--width", str(width)).code == 0
        pictures.append((tmp_path / "map.png").read_bytes())
    assert len(set(pictures)) == 3
    # The width of a PNG is in its bytes 16 to 20.
    assert [int.from_bytes(picture[16:20], "big") for picture in pictures] == [800, 800, 400]


def test_draw_takes_level_paper_language_and_marks(run: Run, tmp_path: Path) -> None:
    def words(*options: str) -> str:
        assert run("draw", SHIPPED, "-o", tmp_path / "map.pdf", *options).code == 0
        pages = PdfReader(tmp_path / "map.pdf").pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    detail = words()
    assert "What happens" in detail
    assert "What happens" not in words("--level", "flow")
    assert "Find or record" not in words("--level", "overview")
    assert "Page 2 of" in words("--paper", "a4")
    assert "Ce qui s’y passe" in words("--lang", "fr")
    marks = tmp_path / "marks.json"
    marks.write_text('{"figures": {"Task_identify": {"count": 4711}}, "current": ["Task_qualify"]}')
    assert "4711" in words("--marks", str(marks))
    assert "4711" not in detail


def test_draw_speaks_the_language_of_the_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "map.svg"
    assert run("draw", str(COMMERCIAL / "commercial.fr.bpmn"), "-o", target).code == 0
    assert "Ce qui s’y passe" in target.read_text()


def test_draw_refuses_bad_marks_in_one_line(run: Run, tmp_path: Path) -> None:
    marks = tmp_path / "marks.json"
    for told, says in (("[", "no JSON"), ('{"passed": ["Nobody"]}', "Nobody, which is not in the process")):
        marks.write_text(told)
        refused(run("draw", SHIPPED, "-o", tmp_path / "map.svg", "--marks", marks), says)
    refused(run("draw", SHIPPED, "-o", tmp_path / "map.svg", "--marks", tmp_path / "nowhere.json"), "nowhere.json")
    assert not (tmp_path / "map.svg").exists()


def test_draw_refuses_in_one_line(run: Run, tmp_path: Path) -> None:
    refused(run("draw", SMALL, "-o", tmp_path / "map.gif"), ".svg, .png or .pdf")
    refused(run("draw", SMALL, "-o", tmp_path / "map"), ".svg, .png or .pdf")
    refused(run("draw", SMALL, "-o", tmp_path / "no" / "map.svg"), "There is no folder")
    refused(run("draw", SMALL, "-o", tmp_path / "map.svg", "--diagram", "9"), "no diagram 9")
    (tmp_path / "folder.svg").mkdir()
    refused(run("draw", SMALL, "-o", tmp_path / "folder.svg"), "cannot be written")
    nothing = tmp_path / "nothing.bpmn"
    nothing.write_text(f"{HEAD}</definitions>")
    refused(run("draw", nothing, "-o", tmp_path / "map.svg"), "nothing to draw")


# layout


def test_layout_gives_a_file_its_places(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "drawn.bpmn"
    assert run("layout", SMALL, "-o", target) == Ended(0, f"Laid out: {target}\n", "")
    assert b"BPMNDiagram" not in Path(SMALL).read_bytes()
    definitions = read(target.read_bytes()).definitions
    assert {shape.element for shape in definitions.diagrams[0].shapes} >= definitions.nodes.keys()
    assert [file.name for file in tmp_path.iterdir()] == ["drawn.bpmn"]


def test_layout_writes_where_it_reads(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "small.bpmn"
    file.write_bytes(Path(SMALL).read_bytes())
    assert run("layout", file) == Ended(0, f"Laid out: {file}\n", "")
    assert len(read(file.read_bytes()).definitions.diagrams) == 1


def test_layout_keeps_the_designers_places_unless_told_to_lose_them(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "commercial.bpmn"
    file.write_bytes(Path(SHIPPED).read_bytes())
    refused(run("layout", file), "add --again")
    assert file.read_bytes() == Path(SHIPPED).read_bytes()
    assert run("layout", file, "--again").code == 0
    before, after = (read(Path(path).read_bytes()).definitions.diagrams for path in (SHIPPED, file))
    assert {shape.element for shape in after[0].shapes} == {shape.element for shape in before[0].shapes}
    assert after != before


def test_layout_leaves_a_file_alone_that_may_only_be_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "deal.bpmn"
    file.write_bytes(Path(SMALL).read_bytes())
    file.chmod(0o444)
    refused(run("layout", file), "may only be read")
    assert file.read_bytes() == Path(SMALL).read_bytes()
    assert file.stat().st_mode & 0o777 == 0o444


def test_layout_keeps_who_may_read_a_file_and_where_a_link_leads(run: Run, tmp_path: Path) -> None:
    file, link = tmp_path / "deal.bpmn", tmp_path / "link.bpmn"
    file.write_bytes(Path(SMALL).read_bytes())
    file.chmod(0o600)
    link.symlink_to(file)
    assert run("layout", link).code == 0
    assert link.is_symlink()
    assert b"BPMNShape" in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_layout_a_second_time_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "deal.bpmn"
    rest = Path(SMALL).read_bytes().partition(b"?>")[2].rstrip()
    before = b"<?xml version='1.0' standalone='yes'?>\n<!-- before -->"
    after = b"<!-- one --><?two x?><!-- three -->\n"
    file.write_bytes((before + rest + after).replace(b"\n", b"\r\n"))
    assert run("layout", file).code == 0
    once = file.read_bytes()
    assert once.index(b"<!-- one -->") < once.index(b"<?two x?>") < once.index(b"<!-- three -->")
    assert once.startswith(b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n<!-- before -->\r\n")
    assert once.endswith(b"<!-- three -->\r\n")
    assert once.count(b"\r\n") == once.count(b"\n")
    assert run("layout", file, "--again").code == 0
    assert file.read_bytes() == once


def test_layout_refuses_in_one_line(run: Run, tmp_path: Path) -> None:
    refused(run("layout", SMALL, "-o", tmp_path / "no" / "drawn.bpmn"), "There is no folder")
    (tmp_path / "folder.bpmn").mkdir()
    refused(run("layout", SMALL, "-o", tmp_path / "folder.bpmn"), "cannot be written")
    nothing = tmp_path / "nothing.bpmn"
    nothing.write_text(f"{HEAD}</definitions>")
    refused(run("layout", nothing), "nothing to draw")
    assert nothing.read_text() == f"{HEAD}</definitions>"


# publish and demo


def test_publish_with_a_twin_and_a_note(run: Run, data: Path) -> None:
    assert "version 1" in run("publish", SHIPPED, "--twin", TWIN, "--note", "First of all").out
    assert "Nothing new" in run("publish", SHIPPED, "--twin", TWIN).out
    assert "version 2" in run("publish", SHIPPED).out
    engine = open_engine(f"sqlite:///{data / 'parcours.db'}")
    newest, first = engine.publishing.versions("commercial")
    engine.close()
    assert (newest.number, first.number, first.note) == (2, 1, "First of all")


def test_publish_shows_what_keeps_a_file_from_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "way.bpmn"
    file.write_text(NO_CONDITION)
    ended = run("publish", file)
    assert ended.code == 1
    assert f"{file}:4: error gateway_condition" in ended.out
    assert ended.err.count("\n") == 1


def test_publish_refuses_twins_in_one_line(run: Run) -> None:
    refused(run("publish", SHIPPED, "--twin", "commercial.fr.bpmn"), "such as fr=")
    refused(run("publish", SHIPPED, "--twin", "de=x.bpmn"), "en, fr")
    refused(run("publish", SHIPPED, "--twin", "fr=/nowhere"), "does not exist")
    refused(run("publish", SHIPPED, "--twin", f"fr={SMALL}"), "not the same process")


def test_deals_are_moved_with_what_stays_told(run: Run, tmp_path: Path, data: Path) -> None:
    run("publish", SMALL)
    engine = open_engine(f"sqlite:///{data / 'parcours.db'}")
    me = engine.people.local_person(now=datetime.now(UTC))
    for title in ("One", "Two"):
        engine.running.open_deal(process="small_sale", title=title, account="A", by=me, now=datetime.now(UTC))
    engine.close()
    other = tmp_path / "other.bpmn"
    text = Path(SMALL).read_text("utf-8")
    other.write_text(text.replace('"qualify"', '"drawn_again"').replace(">qualify<", ">drawn_again<"), "utf-8")
    run("publish", other)
    ended = run("move", "small_sale", "--to", "2", "--dry-run", "--deals", "1")
    stays = "Deal 1 stays: It is at 'Qualify', which that version does not have.\n"
    assert (ended.code, ended.out) == (1, stays + "Can be moved: 0 of 1 deals\n")
    ended = run("move", "small_sale", "--to", "2", "--deals", "1")
    assert (ended.code, ended.out) == (1, stays + "Moved: 0 of 1 deals, to version 2\n")
    ended = run("move", "small_sale", "--to", "2", "--renamed", "qualify=drawn_again")
    assert (ended.code, ended.out) == (0, "Moved: 2 of 2 deals, to version 2\n")
    refused(run("move", "small_sale", "--to", "2"), "No running deal of small_sale")
    refused(run("move", "small_sale", "--to", "9"), "No process is published")
    refused(run("move", "small_sale", "--to", "1", "--deals", "one"), "such as 12,15")
    refused(run("move", "small_sale", "--to", "1", "--renamed", "one"), "the old id")


def test_ctrl_c_leaves_the_other_deals_where_they_are(
    run: Run, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("publish", SMALL)
    engine = open_engine(f"sqlite:///{data / 'parcours.db'}")
    me = engine.people.local_person(now=datetime.now(UTC))
    engine.running.open_deal(process="small_sale", title="One", account="A", by=me, now=datetime.now(UTC))
    other = tmp_path / "other.bpmn"
    other.write_text(Path(SMALL).read_text("utf-8").replace('name="Sign"', 'name="Sign here"'), "utf-8")
    run("publish", other)

    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("engine.moving.Moving.go_on", interrupted)
        assert run("move", "small_sale", "--to", "2").code == 2
    assert engine.moving.go_on(now=datetime.now(UTC)) == 0
    (move,) = engine.moving.recent("small_sale", by=None)
    assert move.counts == {"stopped": 1}
    engine.close()


def test_demo_fills_a_fresh_installation_once(run: Run, data: Path) -> None:
    ended = run("demo")
    assert (ended.code, ended.err) == (0, "")
    assert "Loaded: 18 deals" in ended.out
    refused(run("demo"), "There are deals already")
    engine = open_engine(f"sqlite:///{data / 'parcours.db'}")
    assert sum(total for _, total in engine.publishing.deal_counts().values()) == 18
    engine.close()


def test_demo_is_not_for_a_team_at_work(run: Run) -> None:
    run("user", "add", "--name", "Max", "--email", "max@b.co", "--role", "admin", stdin=PASSWORD)
    refused(run("demo"), "fresh installation")


# user


def test_people_are_added_and_listed(run: Run, data: Path) -> None:
    assert "Nobody yet" in run("user", "list").out
    max_ = ("user", "add", "--name", "Max", "--email", "Max@b.co", "--role", "admin")
    assert run(*max_, stdin=f"{PASSWORD}\n") == Ended(0, "Added: Max <max@b.co>\n", "")
    ada = ("user", "add", "--name", "Ada", "--email", "ada@b.co", "--role", "rep", "--role", "designer")
    assert run(*ada, "--team", "West", "--language", "fr", stdin=PASSWORD).code == 0
    assert run("user", "list").out == "Ada  ada@b.co  rep, designer  West\nMax  max@b.co  admin          -\n"
    ben = ("user", "add", "--name", "Ben", "--email", "ben@b.co", "--role", "rep", "--team", "west")
    assert run(*ben, stdin=PASSWORD).code == 0
    engine = open_engine(f"sqlite:///{data / 'parcours.db'}")
    assert [team.name for team in engine.people.teams()] == ["West"]
    assert engine.people.sign_in("ada@b.co", PASSWORD, now=datetime.now(UTC)).language == "fr"
    engine.close()


def test_people_are_refused_in_one_line(run: Run) -> None:
    add = ("user", "add", "--name", "Ada", "--email")
    refused(run(*add, "ada@b.co", "--role", "rep", "--team", "West", stdin=PASSWORD), "must be an administrator")
    refused(run(*add, "ada@b.co", "--role", "admin"), "No password was given")
    refused(run(*add, "ada@b.co", "--role", "admin", stdin="short"), "at least 10 characters")
    refused(run(*add, "nowhere", "--role", "admin", stdin=PASSWORD), "e-mail address")
    assert run(*add, "ada@b.co", "--role", "admin", stdin=PASSWORD).code == 0
    refused(run(*add, "ada@b.co", "--role", "admin", stdin=PASSWORD), "has this address already")
    refused(run(*add, "ben@b.co", "--role", "rep", stdin=PASSWORD), "needs a team")


def test_a_password_is_set(run: Run, data: Path) -> None:
    run("user", "add", "--name", "Max", "--email", "max@b.co", "--role", "admin", stdin=PASSWORD)
    assert run("user", "password", "MAX@b.co", stdin="another password\n").code == 0
    engine = open_engine(f"sqlite:///{data / 'parcours.db'}")
    assert engine.people.sign_in("max@b.co", "another password", now=datetime.now(UTC)).name == "Max"
    engine.close()
    refused(run("user", "password", "max@b.co", stdin="short"), "at least 10 characters")
    refused(run("user", "password", "eve@b.co", stdin=PASSWORD), "parcours user list")


# outbox


def test_what_failed_is_listed_tried_again_and_dropped(run: Run, data: Path) -> None:
    assert run("publish", DEFINITIONS / "sends.bpmn").code == 0
    assert run("outbox", "list").out == "Given up: 0. To be tried again: 0.\n"
    engine = open_engine(f"sqlite:///{data / 'parcours.db'}")
    now = datetime.now(UTC)
    me = engine.people.local_person(now=now)
    deal = engine.running.open_deal(process="sends", title="Fleet", account="Hanse", by=me, now=now)
    [row] = engine.desk.deal(me, deal.id).tasks
    engine.running.complete_task(row.task.id, {"email": "brandt@hanse.example"}, by=me, now=now)

    def refuse(parcel: Parcel) -> None:
        raise Undeliverable("The mail server refused it: %(answer)s", answer="550 unknown")

    while engine.outbox.deliver_next(refuse, worker="one", now=now):
        pass
    first, second = engine.outbox.letters(by=None)
    listed = run("outbox", "list").out
    assert listed.endswith("Given up: 2. To be tried again: 0.\n")
    assert "mail to brandt@hanse.example, #1 Fleet, 1x, given up: The mail server refused it: 550 unknown" in listed
    assert f"{first.id}  " in listed
    assert run("outbox", "retry", first.id).out == "To be tried again by the next worker: 1.\n"
    assert "next try" in run("outbox", "list").out
    assert run("outbox", "retry", "--all").out == "To be tried again by the next worker: 1.\n"
    assert run("outbox", "drop", second.id).code == 0
    assert [letter.id for letter in engine.outbox.letters(by=None)] == [first.id]
    engine.close()
    refused(run("outbox", "drop", second.id), "no such message any more")
    refused(run("outbox", "retry", "none"), "no such message any more")
    refused(run("outbox", "retry"), "or --all")
    refused(run("outbox", "retry", first.id, "--all"), "or --all")


# Settings


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["demo"], ["user", "list"], ["publish", SMALL]])
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PARCOURS_PORT", "http", "PARCOURS_PORT"),
        ("PARCOURS_CURRENCY", "euros", "PARCOURS_CURRENCY"),
        ("PARCOURS_TIMEZONE", "Paris", "PARCOURS_TIMEZONE"),
        ("PARCOURS_LANGUAGE", "de", "PARCOURS_LANGUAGE"),
        ("PARCOURS_MAIL", "mail.company.com", "PARCOURS_SENDER"),
        ("PARCOURS_WEBHOOKS", "/nowhere", "PARCOURS_WEBHOOKS"),
        ("PARCOURS_DATA", __file__, "Set PARCOURS_DATA to another folder"),
        ("PARCOURS_DATABASE", "nonsense", "The database cannot be opened"),
        ("PARCOURS_DATABASE", "oracle+nonsense://x", "The database cannot be opened"),
        ("PARCOURS_DATABASE", "sqlite:////nowhere/at/all.db", "The database cannot be opened"),
        ("PARCOURS_DATABASE", f"sqlite:///{__file__}", "The database cannot be opened"),
    ],
)
def test_wrong_settings_are_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    refused(run(*command), says)


def test_what_nobody_foresaw_is_one_line_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_environ: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("web.config.Config.from_env", breaks)
    refused(run("user", "list"), "RuntimeError: two lines")


def test_ctrl_c_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_environ: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("web.config.Config.from_env", interrupted)
    ended = run("user", "list")
    assert ended.code == 2
    assert ended.err.strip() == "parcours: Stopped."


# tell


def test_tell_reaches_the_deal_that_waits_or_keeps_the_message(run: Run, data: Path) -> None:
    assert "version 1" in run("publish", DEFINITIONS / "contracting.bpmn").out
    assert "kept until one does" in run("tell", "contract signed", "C-1", "--set", "signed_on=2026-03-02").out
    engine = open_engine(f"sqlite:///{data / 'parcours.db'}")
    me = engine.people.local_person(now=NOW)
    for number in ("C-2", "C-3"):
        deal = engine.running.open_deal(process="contracting", title=number, account="Hanse", by=me, now=NOW)
        [row] = engine.desk.deal(me, deal.id).tasks
        engine.running.complete_task(row.task.id, {"contract_no": number}, by=me, now=NOW)
    wrong = run("tell", "contract signed", "C-3", "--set", "signed_on=soon")
    assert wrong.code == 1
    assert "signed_on: Write a date" in wrong.err
    assert "Deal 2, 'C-3', goes on." in run("tell", "contract signed", "C-3", "--set", "signed_on=2026-03-02").out
    assert [deal.title for deal in engine.desk.deals(me, status="won").deals] == ["C-3"]
    engine.close()
    refused(run("tell", "contract signed", "C-2", "--set", "today"), "signed_on=2026-03-02")


def test_draw_says_what_an_option_is_for_instead_of_ignoring_it(run: Run, tmp_path: Path) -> None:
    refused(run("draw", SMALL, "-o", tmp_path / "map.svg", "--paper", "a4"), "--paper is for a PDF")
    refused(run("draw", SMALL, "-o", tmp_path / "map.pdf", "--width", "800"), "--width is for a picture in pixels")
    assert list(tmp_path.iterdir()) == []


# test


def test_test_plays_the_scenarios_of_a_file(run: Run, tmp_path: Path) -> None:
    definitions = read(Path(SHIPPED).read_bytes()).definitions
    answers = (("company", "Hanse"), ("contact_name", "Mia"), ("source", "referral"))
    deeds = (Deed("complete", "Task_identify", answers), Deed("lose"))
    scenario = play(definitions, "commercial", deeds).kept_as("Lost at once")
    file = tmp_path / "deal.bpmn"
    file.write_bytes(with_scenario(Path(SHIPPED).read_bytes(), "commercial", scenario))
    told = f'{file}: "Lost at once" holds\nScenarios played: 1. Failed: 0.\n'
    assert run("test", file) == Ended(0, told, "")
    file.write_bytes(file.read_bytes().replace(b'id="company" type="text"', b'id="company" type="email"'))
    failed = run("test", file)
    assert failed.code == 1
    assert "fails: the answer to 'company' is refused" in failed.out
    assert json.loads(run("test", "--format", "json", file).out)["failed"] == 1
    assert run("test", SHIPPED) == Ended(0, "Scenarios played: 0. Failed: 0.\n", "")
    refused(run("test", "/nowhere"), "nowhere")
