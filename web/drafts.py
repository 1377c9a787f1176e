"""Drafts: a process is drawn and defined in the browser, kept as it is drawn, then published."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from bpmn import checks
from bpmn.changes import changes, marks
from bpmn.errors import InvalidDefinition
from bpmn.reading import read
from engine.drafts import Draft
from engine.errors import DraftChanged, NotAllowed, ProcessUnknown, PublishedMeanwhile, ScenarioFails
from engine.people import may_design
from engine.versions import Published
from web import context, maps
from web.choices import facts
from web.forms import controls
from web.language import translate
from web.processes import SHOWN, uploaded

pages = Blueprint("drafts", __name__, url_prefix="/drafts")


@pages.before_request
def _designers_only() -> None:
    if not may_design(context.me()):
        raise NotAllowed(role="designer")


@pages.post("")
def begin() -> ResponseReturnValue:
    """From a version, or from a file; whatever can be read is taken, and what is wrong in it is listed afterwards."""
    drafting, publishing = context.engine().drafting, context.engine().publishing
    process, number = request.form.get("process", ""), request.form.get("number", 0, type=int)
    if process:
        version = publishing.version(process, number).version
        draft = drafting.begin(publishing.source(version.id), version_id=version.id, by=context.me(), now=context.now())
    else:
        source = uploaded("file")
        if not source:
            flash(_("Choose a BPMN file first."), "error")
            return redirect(url_for("processes.index"))
        draft = drafting.begin(source, by=context.me(), now=context.now())
    return redirect(url_for("drafts.edit", draft_id=draft.id))


@pages.get("/<draft_id>")
def edit(draft_id: str) -> ResponseReturnValue:
    draft = context.engine().drafting.draft(draft_id, by=context.me())
    return render_template("drafts/edit.html", draft=draft, facts=facts())


@pages.get("/<draft_id>/source.bpmn")
def source(draft_id: str) -> Response:
    draft = context.engine().drafting.draft(draft_id, by=context.me())
    response = Response(context.engine().drafting.source(draft_id, by=context.me()), mimetype="application/xml")
    name = maps.ascii_name(f"{draft.process or 'process'}-draft.bpmn")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.put("/<draft_id>/source.bpmn")
def save(draft_id: str) -> ResponseReturnValue:
    """Keep what the editor has, if nobody has kept something else since it was read."""
    revision = revision_in(request.args)
    draft = context.engine().drafting.save(
        draft_id, request.get_data(), revision=revision, by=context.me(), now=context.now()
    )
    return jsonify(revision=draft.revision)


def revision_in(sent: Mapping[str, str]) -> int:
    """What was seen; 0, which nothing has, for what cannot be one."""
    told = sent.get("revision", "")
    return int(told) if re.fullmatch("[0-9]{1,9}", told) else 0


@pages.post("/<draft_id>/apart")
def keep_apart(draft_id: str) -> ResponseReturnValue:
    """What one has drawn while a colleague was quicker, as a draft of its own; the first one may be gone by then."""
    drafting, version = context.engine().drafting, request.args.get("version", "")
    try:
        version = context.engine().publishing.published(version).version.id if version else ""
    except ProcessUnknown:
        version = ""
    draft = drafting.begin(request.get_data(), version_id=version, by=context.me(), now=context.now())
    return jsonify(address=url_for("drafts.edit", draft_id=draft.id))


@pages.get("/<draft_id>/state")
def state(draft_id: str) -> ResponseReturnValue:
    """What has become of the draft, and who else has it open; asking says that one has it open oneself."""
    looked = context.engine().drafting.look(draft_id, by=context.me(), now=context.now())
    names = context.engine().desk.names()
    return jsonify(
        revision=looked.draft.revision,
        changed_by=names.get(looked.draft.changed_by, ""),
        others=[names.get(person, "") for person in looked.others],
        # Someone who has signed in again sends another one.
        token=generate_csrf(),
    )


@pages.post("/<draft_id>/findings")
def findings(draft_id: str) -> ResponseReturnValue:
    """What the checks find in what the editor has."""
    context.engine().drafting.draft(draft_id, by=context.me())
    found = context.engine().publishing.check(request.get_data())
    return jsonify(
        count=len(found),
        findings=[
            {
                "element": finding.element,
                "severity": finding.severity,
                "rule": finding.rule,
                "message": translate(finding.message),
                "why": translate(finding.why) if finding.why else "",
            }
            for finding in found[:SHOWN]
        ],
    )


@pages.post("/<draft_id>/form")
def form(draft_id: str) -> ResponseReturnValue:
    """The form of a user task, as the rep will see it."""
    context.engine().drafting.draft(draft_id, by=context.me())
    node = read(request.get_data()).definitions.nodes.get(request.args.get("element", ""))
    return render_template("drafts/_form.html", controls=controls(node.form if node else (), {}))


@pages.route("/<draft_id>/publish", methods=["GET", "POST"])
def publish(draft_id: str) -> ResponseReturnValue:
    """What publishing would change, for readers and for deals that run; then doing it."""
    drafting = context.engine().drafting
    refused, status = None, 200
    if request.method == "POST":
        try:
            version = drafting.publish(
                draft_id,
                revision=revision_in(request.form),
                newest=request.form.get("newest", 0, type=int),
                note=request.form.get("note", "")[:500],
                by=context.me(),
                now=context.now(),
            )
        except (InvalidDefinition, ScenarioFails) as invalid:
            refused, status = invalid.text, 422
        except (DraftChanged, PublishedMeanwhile) as meanwhile:
            # With all that is to be looked at again.
            refused, status = meanwhile.text, 409
        else:
            flash(_("%(name)s is published as version %(number)d.", name=version.name, number=version.number))
            return redirect(url_for("processes.show", process=version.process))
    return _publish_page(drafting.draft(draft_id, by=context.me()), refused), status


def _publish_page(draft: Draft, refused: str | None) -> str:
    engine = context.engine()
    source = engine.drafting.source(draft.id, by=context.me())
    definitions = read(source).definitions
    found = checks.run(definitions)
    before = _newest(draft)
    found_changes = changes(before.definitions, definitions) if before else ()
    return render_template(
        "drafts/publish.html",
        draft=draft,
        refused=refused,
        findings=found[:SHOWN],
        errors=len(checks.errors(found)),
        count=len(found),
        newest=before,
        begun_from=_version_number(draft),
        changes=found_changes,
        open_deals=_open_deals(draft.process) if before else 0,
        twins=engine.drafting.twins(draft.id, by=context.me()),
        picture=maps.drawn(definitions, "flow", marks(found_changes)[1]),
    )


def _newest(draft: Draft) -> Published | None:
    try:
        return context.engine().publishing.latest(draft.process)
    except ProcessUnknown:
        return None


def _version_number(draft: Draft) -> int:
    if not draft.version_id:
        return 0
    return context.engine().publishing.published(draft.version_id).version.number


def _open_deals(process: str) -> int:
    publishing = context.engine().publishing
    counts = publishing.deal_counts()
    return sum(counts.get(version.id, (0, 0))[0] for version in publishing.versions(process))


@pages.post("/<draft_id>/discard")
def discard(draft_id: str) -> ResponseReturnValue:
    context.engine().drafting.discard(draft_id, revision=revision_in(request.form), by=context.me())
    flash(_("The draft is gone. What is published stays as it is."))
    return redirect(url_for("processes.index"))


@pages.post("/<draft_id>/file")
def replace(draft_id: str) -> ResponseReturnValue:
    """Put a file in the place of what is in the draft: for those who draw elsewhere."""
    context.engine().drafting.draft(draft_id, by=context.me())
    source = uploaded("file")
    if not source:
        flash(_("Choose a BPMN file first."), "error")
    else:
        revision = revision_in(request.form)
        context.engine().drafting.save(draft_id, source, revision=revision, by=context.me(), now=context.now())
        flash(_("The file is in the draft now."))
    return redirect(url_for("drafts.edit", draft_id=draft_id))
