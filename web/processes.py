"""Processes: the map that everybody reads, its versions and files, and publishing the next one."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bpmn.checks import Finding
from bpmn.drawing import outline
from bpmn.errors import BpmnError, InvalidDefinition
from bpmn.marks import Marks
from bpmn.model import Definitions
from bpmn.text import Text
from engine.errors import EngineError
from engine.people import may_design
from engine.versions import Published
from web import context, maps
from web.language import LANGUAGES
from web.maps import Subject

pages = Blueprint("processes", __name__, url_prefix="/processes")

#: As many findings as anyone reads at once; a file can be made to have 60,000.
SHOWN = 200


@pages.get("")
def index() -> ResponseReturnValue:
    publishing = context.engine().publishing
    rows = []
    for version in publishing.processes():
        words = publishing.published(version.id).read_in(context.language())
        rows.append((version, words.process(version.process), len(words.stages)))
    drafts = context.engine().drafting.drafts(by=context.me()) if may_design(context.me()) else []
    return render_template(
        "processes/index.html", rows=rows, counts=_counts(), drafts=drafts, names=context.engine().desk.names()
    )


def _counts() -> dict[str, tuple[int, int]]:
    """Process to its open deals and all its deals, over all versions."""
    publishing = context.engine().publishing
    by_version, totals = publishing.deal_counts(), {}
    for version in publishing.processes():
        held = [by_version.get(one.id, (0, 0)) for one in publishing.versions(version.process)]
        totals[version.process] = (sum(opened for opened, _all in held), sum(every for _open, every in held))
    return totals


@pages.route("/new", methods=["GET", "POST"])
def publish() -> ResponseReturnValue:
    """Upload a file, and its twin in another language; nothing is published that does not pass the checks."""
    if not may_design(context.me()):
        abort(403)
    findings: tuple[Finding, ...] = ()
    problem: Text | None = None
    if request.method == "POST":
        source = uploaded("file")
        twins = {language: twin for language in LANGUAGES if (twin := uploaded(f"twin.{language}"))}
        if not source:
            return _publish_page(None, (), _("Choose a BPMN file first.")), 422
        try:
            version = context.engine().publishing.publish(
                source, twins=twins, note=request.form.get("note", "")[:500], by=context.me(), now=context.now()
            )
        except InvalidDefinition as invalid:
            problem, findings = invalid.text, context.engine().publishing.check(source)
        except (BpmnError, EngineError) as refused:
            problem = refused.text
        else:
            flash(_("%(name)s is published as version %(number)d.", name=version.name, number=version.number))
            return redirect(url_for("processes.show", process=version.process))
    return _publish_page(problem, findings, ""), 422 if problem else 200


def _publish_page(problem: Text | None, findings: tuple[Finding, ...], missing: str) -> str:
    shown = findings[:SHOWN]
    return render_template(
        "processes/publish.html", problem=problem, findings=shown, count=len(findings), missing=missing
    )


def uploaded(name: str) -> bytes:
    file = request.files.get(name)
    if file is None:
        return b""
    with file.stream as stream:
        return bytes(stream.read())


@pages.get("/<process>")
def show(process: str) -> ResponseReturnValue:
    return _page(context.engine().publishing.latest(process))


@pages.get("/<process>/versions/<int:number>")
def version(process: str, number: int) -> ResponseReturnValue:
    return _page(context.engine().publishing.version(process, number))


def _page(published: Published) -> ResponseReturnValue:
    publishing = context.engine().publishing
    words = published.read_in(context.language())
    return render_template(
        "processes/show.html",
        version=published.version,
        versions=publishing.versions(published.version.process),
        counts=publishing.deal_counts(),
        names=context.engine().desk.names(),
        words=words,
        process=words.process(published.version.process),
        picture=maps.inline(Subject(published, _marks(published)), level="detail"),
        commented=_commented(published, words),
        rows=outline(words),
        findings=publishing.check(publishing.source(published.version.id)) if may_design(context.me()) else (),
    )


def _marks(published: Published) -> Marks:
    """How many threads on each element are not settled."""
    return Marks(comments=context.engine().commenting.open_threads(published.version.process))


def _commented(published: Published, words: Definitions) -> list[tuple[str, str, int]]:
    """Id, name and open threads of what is commented on, in the order of the map; what is gone from it last."""
    threads = context.engine().commenting.open_threads(published.version.process)
    names = {stage.id: stage.name for stage in words.stages} | {
        row.id: row.name or row.id for row in outline(words) if row.id in threads
    }
    known = [(id_, name, threads[id_]) for id_, name in names.items() if id_ in threads]
    return known + [(id_, id_, count) for id_, count in threads.items() if id_ not in names]


@pages.get("/<process>/versions/<int:number>/source.bpmn")
def source(process: str, number: int) -> Response:
    """The file as it was published, or its twin in a language."""
    published = context.engine().publishing.version(process, number)
    language = request.args.get("language", "")
    xml = context.engine().publishing.source(published.version.id, language)
    name = f"{published.version.process}-v{number}{'.' + language if language in LANGUAGES else ''}.bpmn"
    response = Response(xml, mimetype="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{maps.ascii_name(name)}"'
    return response
