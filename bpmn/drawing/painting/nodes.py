"""Draws tasks, events, gateways, data and annotations."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Placed, middle
from bpmn.drawing.measure import NODE_NAME, NOTE_TEXT, TASK_NAME, Fitted, fit, printable
from bpmn.drawing.painting.badges import ink_on
from bpmn.drawing.painting.icons import has_icon, marker, task_icon
from bpmn.drawing.painting.lines import states
from bpmn.drawing.painting.signs import event_sign, gateway_sign
from bpmn.drawing.sheet import Part, Setting, Sheet
from bpmn.model import FlowNode
from bpmn.names import ACTIVITIES, CHOREOGRAPHY, GATEWAYS

#: A text that is smaller is worth more lines.
_READ_WELL = 10.0


@dataclass(frozen=True, slots=True)
class Look:
    fill: str
    line: str
    ink: str
    width: float = 1.4
    style: str = "solid"
    bold: bool = False


def look_of(setting: Setting, id_: str, node: FlowNode | None) -> Look:
    theme, marks = setting.theme, setting.marks
    look = Look(theme["task"], theme["task-line"], theme["ink"])
    if node is not None and node.outcome == "won":
        look = replace(look, fill=theme["won-soft"], line=theme["won"])
    elif id_ in setting.losing:
        look = replace(look, line=theme["loss"], fill=theme["loss-soft"] if _is_end(node) else theme["task"])
    elif id_ in setting.path:
        look = replace(look, line=theme["path"], width=1.9)
    if id_ in marks.current:
        return replace(look, fill=theme["navy"], line=theme["navy"], ink=theme["navy-ink"], width=2.0, bold=True)
    if id_ in marks.passed:
        return replace(look, fill=theme["path-soft"], line=theme["path"], width=1.9)
    if id_ in setting.heat and node is not None and node.type in ACTIVITIES:
        heat = setting.heat[id_]
        return replace(look, fill=theme[heat], ink=theme[ink_on(heat)])
    if id_ in marks.added or id_ in marks.changed:
        return replace(look, line=theme["navy"], width=3.0)
    if id_ in marks.removed:
        return replace(look, line=theme["muted"], ink=theme["muted"], style="dashed")
    if id_ in marks.skipped:
        return replace(look, line=theme["skipped"], ink=theme["muted"], style="skipped", width=1.4)
    return look


def _is_end(node: FlowNode | None) -> bool:
    return node is not None and node.type == "endEvent"


def paint_node(sheet: Sheet, placed: Placed) -> None:
    with sheet.part(_part(sheet.setting, placed), placed.bounds):
        if placed.type in ACTIVITIES | CHOREOGRAPHY:
            _activity(sheet, placed)
        elif placed.type in GATEWAYS:
            _gateway(sheet, placed)
        elif placed.type.endswith("Event"):
            _event(sheet, placed)
        elif placed.type == "textAnnotation":
            _annotation(sheet, placed)
        else:
            _data(sheet, placed)


def _part(setting: Setting, placed: Placed) -> Part:
    classes = " ".join(["node", placed.type, *states(setting, placed.id)])
    href, told = setting.links.get(placed.id, ""), setting.told.get(placed.id, "")
    return Part(placed.id, classes, printable(placed.name), href, told)


def markers_of(node: FlowNode, *, collapsed: bool) -> list[str]:
    found = []
    if node.loop is not None:
        found.append({"standard": "loop"}.get(node.loop.kind, node.loop.kind))
    if node.compensation:
        found.append("compensation")
    if collapsed:
        found.append("collapsed")
    if node.type == "adHocSubProcess":
        found.append("adHoc")
    return found


def _activity(sheet: Sheet, placed: Placed) -> None:
    canvas, box, node = sheet.canvas, placed.bounds, placed.node
    look = look_of(sheet.setting, placed.id, node)
    thick = placed.type == "callActivity"
    by_event = node is not None and node.triggered_by_event
    canvas.fill(look.fill)
    canvas.pen(look.line, 3.4 if thick else look.width, "dotted" if by_event else look.style)
    canvas.rounded(box, 9, role="shape thick" if thick else "shape")
    if placed.type == "transaction":
        inner = Bounds(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
        canvas.rounded(inner, 7, filled=False, role="ring")
    icon = has_icon(placed.type)
    if icon:
        size = min(15.0, box.height / 4)
        task_icon(canvas, placed.type, (box.x + 6, box.y + 6), look.ink, look.fill, size=size)
    signs = markers_of(node, collapsed=node.is_sub_process or thick) if node else []
    start = box.x + box.width / 2 - 8 * (len(signs) - 1)
    for number, sign in enumerate(signs):
        marker(canvas, sign, (start + 16 * number, box.y + box.height - 9), look.ink, look.fill)
    text = _name_inside(placed.name, box, icon=icon, signs=bool(signs))
    sheet.node(box, replace(text, bold=look.bold), look.ink)


def _name_inside(name: str, box: Bounds, *, icon: bool, signs: bool) -> Fitted:
    """Between the icon and the signs, or beside the icon, whichever lets it be larger; bold or not, it is broken in the
    same places."""
    foot = 30.0 if signs else 10.0
    between = fit(name, max(box.width - 14, 10), max(box.height - max(foot, 40.0 * icon), 12), TASK_NAME.sizes, True)
    if not icon or between.size >= _READ_WELL:
        return between
    beside = fit(name, max(box.width - 46, 10), max(box.height - foot, 12), TASK_NAME.sizes, True)
    cut = any(line.endswith("…") for line in beside.lines)
    return beside if beside.size > between.size and not cut else between


def _gateway(sheet: Sheet, placed: Placed) -> None:
    canvas, box = sheet.canvas, placed.bounds
    look = look_of(sheet.setting, placed.id, placed.node)
    x, y = middle(box)
    right, bottom = box.x + box.width, box.y + box.height
    canvas.fill(look.fill)
    canvas.pen(look.line, look.width, look.style)
    canvas.polygon([(x, box.y), (right, y), (x, bottom), (box.x, y)], role="shape")
    sign = look.ink if placed.id in sheet.setting.marks.current else look.line
    gateway_sign(canvas, placed.type, (x, y), sign, scale=min(box.width, box.height) / 50)
    _with_name_beside(sheet, placed, "diamond")


def _event(sheet: Sheet, placed: Placed) -> None:
    canvas, box, node = sheet.canvas, placed.bounds, placed.node
    look = look_of(sheet.setting, placed.id, node)
    centre, radius = middle(box), min(box.width, box.height) / 2
    waits_aside = node is not None and not node.interrupting and placed.type in ("boundaryEvent", "startEvent")
    style = "dashed" if waits_aside else look.style
    canvas.fill(look.fill)
    canvas.pen(look.line, 3.4 if placed.type == "endEvent" else look.width, style)
    ends = placed.type == "endEvent"
    canvas.circle(centre, radius - (1.0 if ends else 0.0), role="shape thick" if ends else "shape")
    if placed.type not in ("startEvent", "endEvent"):
        canvas.pen(look.line, look.width, style)
        canvas.circle(centre, radius - 3, filled=False, role="ring")
    throws = placed.type in ("endEvent", "intermediateThrowEvent")
    if node is not None and node.events:
        several = "parallelMultiple" if node.parallel_multiple else "multiple"
        kind = node.events[0].kind if len(node.events) == 1 else several
        sign = look.ink if placed.id in sheet.setting.marks.current else look.line
        event_sign(canvas, kind, centre, radius * 0.92, sign, look.fill, filled=throws)
    _with_name_beside(sheet, placed, "ellipse")


def _with_name_beside(sheet: Sheet, placed: Placed, shape: str) -> None:
    """The name in the place that was found for it."""
    box, label = placed.bounds, placed.label
    look = look_of(sheet.setting, placed.id, placed.node)
    bold = placed.id in sheet.setting.marks.current
    ink = sheet.theme["muted"] if placed.id in sheet.setting.marks.skipped else sheet.theme["beside"]
    if placed.node is not None and (placed.node.outcome == "won" or placed.id in sheet.setting.losing):
        ink = look.line
    sheet.node(box, shape=shape)
    if label is not None:
        text = fit(placed.name, label.width, label.height, NODE_NAME.sizes, True)
        sheet.words(replace(text, bold=bold), middle(label), ink, role="beside", over_lines=True)


def _annotation(sheet: Sheet, placed: Placed) -> None:
    canvas, box = sheet.canvas, placed.bounds
    canvas.pen(sheet.theme["line"], 1.2)
    edge = min(12.0, box.width / 3)
    bottom = box.y + box.height
    canvas.line((box.x + edge, box.y), (box.x, box.y), (box.x, bottom), (box.x + edge, bottom))
    text = fit(placed.name, max(box.width - 14, 20), max(box.height - 4, 12), NOTE_TEXT.sizes)
    sheet.node(box)
    sheet.words(text, (box.x + 7, box.y + box.height / 2), sheet.theme["muted"], align="l")


def _data(sheet: Sheet, placed: Placed) -> None:
    canvas, box = sheet.canvas, placed.bounds
    canvas.pen(sheet.theme["task-line"], 1.3)
    canvas.fill(sheet.theme["task"])
    right, bottom = box.x + box.width, box.y + box.height
    if placed.type == "dataStore":
        bulge = min(box.height / 6, 9)
        x = box.x + box.width / 2
        canvas.circle((x, bottom - bulge), box.width / 2, height=bulge)
        canvas.pen(sheet.theme["task"], 0.1)
        canvas.rectangle(Bounds(box.x, box.y + bulge, box.width, box.height - 2 * bulge))
        canvas.pen(sheet.theme["task-line"], 1.3)
        canvas.line((box.x, box.y + bulge), (box.x, bottom - bulge))
        canvas.line((right, box.y + bulge), (right, bottom - bulge))
        canvas.circle((x, box.y + bulge), box.width / 2, height=bulge)
    else:
        fold = min(box.width, box.height) / 3.5
        corners = [(box.x, box.y), (right - fold, box.y), (right, box.y + fold), (right, bottom), (box.x, bottom)]
        canvas.polygon(corners, role="shape")
        canvas.line((right - fold, box.y), (right - fold, box.y + fold), (right, box.y + fold))
    _with_name_beside(sheet, placed, "box")
