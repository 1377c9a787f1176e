"""Commands on BPMN files alone: no installation is needed."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bpmn import checks, drawing
from bpmn.checks import Finding
from bpmn.errors import BpmnError
from bpmn.marks_reading import read_marks
from bpmn.model import Definitions
from bpmn.reading import read
from bpmn.text import N_
from bpmn.writing import write
from web.commands.terminal import (
    FINDINGS,
    GOOD,
    MISUSE,
    Command,
    Option,
    Refused,
    complain,
    explain,
    language,
    say,
    sentence,
    source_of,
    translated,
)
from web.language import MAP_LANGUAGES, gettext_for


@click.command(
    cls=Command,
    help=N_("Check BPMN files: what is wrong in them, where, and what to do."),
    examples=("parcours check deal.bpmn", "parcours check --format json processes/*.bpmn"),
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
def check(files: Sequence[str], shape: str) -> int:
    found: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    unread = 0
    for path in files:
        try:
            findings = checks.run(read(source_of(path)).definitions)
        except (BpmnError, Refused) as error:
            unread += 1
            reason = explain(error)
            found.append({"file": path, "unreadable": reason, "findings": []})
            complain(reason if isinstance(error, Refused) else f"{path}: {reason}")
            continue
        counts.update(finding.severity for finding in findings)
        found.append({"file": path, "findings": [_plain(finding) for finding in findings]})
        if shape == "text":
            show(path, findings)
    if shape == "json":
        totals = {"errors": counts["error"], "warnings": counts["warning"], "unreadable": unread}
        click.echo(json.dumps({"files": found, **totals}, ensure_ascii=False, indent=2))
    else:
        say(
            N_("Files checked: %(files)d. Errors: %(errors)d. Warnings: %(warnings)d."),
            files=len(files) - unread,
            errors=counts["error"],
            warnings=counts["warning"],
        )
    if unread:
        return MISUSE
    return FINDINGS if counts["error"] else GOOD


def show(path: str, findings: Sequence[Finding]) -> None:
    """One line each, as compilers write them, so that editors can jump to them."""
    severities = {"error": N_("error"), "warning": N_("warning")}
    for finding in findings:
        severity = sentence(severities[finding.severity])
        name = " ".join(finding.name.split())
        said = f"{translated(finding.message)} {translated(finding.why) if finding.why else ''}"
        message = " ".join(said.split())
        click.echo(f'{path}:{finding.line}: {severity} {finding.rule} {finding.element} "{name}": {message}')


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "line": finding.line,
        "severity": finding.severity,
        "rule": finding.rule,
        "element": finding.element,
        "name": finding.name,
        "message": translated(finding.message),
        "why": translated(finding.why) if finding.why else None,
    }


@click.command(
    cls=Command,
    help=N_("Draw a BPMN file as a map."),
    examples=(
        "parcours draw deal.bpmn -o deal.svg",
        "parcours draw deal.bpmn -o deal.pdf --paper a3 --lang fr",
        "parcours draw deal.bpmn -o deal.png --level overview --marks figures.json",
    ),
)
@click.argument("file", metavar="FILE")
@click.option("-o", "--output", cls=Option, required=True, help=N_("The file to write: its end, .svg, .png or .pdf."))
@click.option(
    "--level",
    cls=Option,
    type=click.Choice(list(drawing.LEVELS)),
    default="detail",
    show_default=True,
    help=N_("The flow under the cards of its stages, the flow alone, or the cards alone."),
)
@click.option("--theme", cls=Option, type=click.Choice(list(drawing.THEMES)), default="light", help=N_("The colours."))
@click.option(
    "--paper",
    cls=Option,
    type=click.Choice(list(drawing.PAPERS)),
    default="fit",
    show_default=True,
    help=N_("For a PDF: pages of A4 or A3, as many as it takes to be read, or one as large as the map."),
)
@click.option(
    "--lang",
    "spoken",
    cls=Option,
    type=click.Choice(list(MAP_LANGUAGES)),
    help=N_("The language of legend and headings."),
)
@click.option(
    "--diagram",
    cls=Option,
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help=N_("Which diagram, when the file has several."),
)
@click.option("--marks", "marks", cls=Option, metavar="FILE", help=N_("What to mark: a JSON file (bpmn/README.md)."))
@click.option("--width", cls=Option, type=click.IntRange(64, 20_000), help=N_("How many pixels wide."))
def draw(
    file: str,
    output: str,
    level: str,
    theme: str,
    paper: str,
    spoken: str | None,
    diagram: int,
    marks: str | None,
    width: int | None,
) -> int:
    kind = Path(output).suffix.lower().removeprefix(".")
    if kind not in drawing.FORMATS:
        raise Refused(N_("%(path)s: a map is written as .svg, .png or .pdf. Choose one of these."), path=output)
    if paper != "fit" and kind != "pdf":
        raise Refused(N_("--paper is for a PDF, and %(path)s is none. Leave it out, or write a .pdf."), path=output)
    if width and kind == "pdf":
        raise Refused(N_("--width is for a picture in pixels, and %(path)s is a PDF. Use --paper."), path=output)
    target = _target(output)
    definitions = read(source_of(file)).definitions
    if diagram > 1 and diagram > len(definitions.diagrams):
        raise Refused(
            N_("%(path)s has no diagram %(number)d; the last one is number %(count)d."),
            path=file,
            count=len(definitions.diagrams) or 1,
            number=diagram,
        )
    style = drawing.Style(theme, level, paper, width, diagram - 1)
    painted = read_marks(source_of(marks), definitions) if marks else drawing.Marks()
    caption = _caption(definitions, spoken or definitions.language.casefold()[:2])
    if paper != "fit":
        caption = replace(caption, date=datetime.now().astimezone().date().isoformat())
    _write(target, drawing.draw(definitions, kind, style, caption=caption, marks=painted))
    say(N_("Drawn: %(path)s"), path=output)
    return GOOD


def _caption(definitions: Definitions, spoken: str) -> drawing.Caption:
    """The name of the process over it, and the map's own words in the language of the file, or the one asked for."""
    catalogue = gettext_for(spoken if spoken in MAP_LANGUAGES else language(os.environ))
    title = next((process.name for process in definitions.processes if process.name), definitions.name)
    return drawing.Caption(title, words={word: catalogue.gettext(word) for word in drawing.WORDS})


@click.command(
    cls=Command,
    help=N_("Write the places of everything on the map into a BPMN file, as a diagram that every BPMN editor shows."),
    examples=("parcours layout deal.bpmn", "parcours layout deal.bpmn -o deal-drawn.bpmn --again"),
)
@click.argument("file", metavar="FILE")
@click.option("-o", "--output", cls=Option, help=N_("The file to write, instead of the one that is read."))
@click.option("--again", cls=Option, is_flag=True, help=N_("Replace the diagram that the file has."))
def layout(file: str, output: str | None, again: bool) -> int:
    target = _target(output or file)
    source = source_of(file)
    document = read(source)
    if not again and any(diagram.shapes for diagram in document.definitions.diagrams):
        raise Refused(
            N_("%(path)s has a diagram. To lay it out anew, and lose the places that it has, add --again."), path=file
        )
    _write(target, write(drawing.laid_out_anew(document), like=source))
    say(N_("Laid out: %(path)s"), path=target)
    return GOOD


def _target(output: str) -> Path:
    target = Path(output)
    if not target.parent.is_dir():
        raise Refused(N_("There is no folder %(folder)s. Create it, or choose another."), folder=target.parent)
    return target


def _write(target: Path, content: bytes) -> None:
    # Where a link leads, the file itself is written.
    target = target.resolve()
    if target.is_file() and not target.stat().st_mode & stat.S_IWUSR:
        # A file that is put in its place would not ask.
        raise Refused(
            N_("%(path)s may only be read. Name another file with -o, or allow it to be written."), path=target
        )
    try:
        _replace(target, content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(N_("%(path)s cannot be written: %(reason)s."), path=target, reason=reason) from None


def _replace(target: Path, content: bytes) -> None:
    """All of it or nothing: what was there stays until the new file is complete."""
    if not target.exists() or target.is_file():
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            partial.write_bytes(content)
            if target.exists():
                shutil.copymode(target, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    else:
        target.write_bytes(content)
