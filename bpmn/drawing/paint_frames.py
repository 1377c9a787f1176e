"""Draws pools, lanes, stages and open sub-processes: what stands around other things."""

from __future__ import annotations

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import HEADER, Frame, middle
from bpmn.drawing.icons import marker
from bpmn.drawing.measure import FRAME_NAME, LANE_NAME, fit, printable
from bpmn.drawing.paint_lines import states
from bpmn.drawing.paint_nodes import markers_of
from bpmn.drawing.sheet import Part, Sheet


def paint_frame(sheet: Sheet, frame: Frame) -> None:
    if frame.kind == "group":
        _group(sheet, frame)
    elif frame.kind == "subProcess":
        _sub_process(sheet, frame)
    elif frame.kind == "blackBox":
        _black_box(sheet, frame)
    else:
        _pool_or_lane(sheet, frame)


def _part(sheet: Sheet, frame: Frame, classes: str, **more: tuple[float, float]) -> Part:
    href = sheet.setting.links.get(frame.id, "")
    all_classes = " ".join([classes, *states(sheet.setting, frame.id)])
    return Part(frame.id, all_classes, printable(frame.name), href, more.get("turned"))


def _black_box(sheet: Sheet, frame: Frame) -> None:
    sheet.canvas.pen(sheet.theme["band-line"], 1.2)
    sheet.canvas.fill(sheet.theme["header"])
    sheet.canvas.rectangle(frame.bounds)
    part = _part(sheet, frame, "pool blackBox")
    box = frame.bounds
    if frame.horizontal or box.width > 80:
        sheet.put(part, box, fit(frame.name, box.width - 12, box.height - 4, (12, 11, 10), True), sheet.theme["ink"])
        return
    sheet.put(part, box, fit(frame.name, box.width - 6, box.height - 6, (11, 10, 9, 8), True), sheet.theme["ink"])


def _pool_or_lane(sheet: Sheet, frame: Frame) -> None:
    canvas, theme, box = sheet.canvas, sheet.theme, frame.bounds
    canvas.pen(theme["frame"], 1.2)
    canvas.fill(theme["paper"])
    canvas.rectangle(box)
    head = Bounds(box.x, box.y, HEADER, box.height) if frame.horizontal else Bounds(box.x, box.y, box.width, HEADER)
    canvas.fill(theme["header"] if frame.kind == "pool" else theme["band"])
    canvas.rectangle(head)
    if not frame.name:
        sheet.put(_part(sheet, frame, frame.kind), head)
    elif not frame.horizontal:
        sheet.put(
            _part(sheet, frame, frame.kind),
            head,
            fit(frame.name, head.width - 8, 26, (12, 11, 10, 9), True),
            theme["ink"],
        )
    elif sheet.setting.can_turn:
        text = fit(frame.name, head.height - 8, LANE_NAME.height, LANE_NAME.sizes, True)
        sheet.put(_part(sheet, frame, frame.kind, turned=middle(head)), head, text, theme["ink"])
    else:
        _name_in_the_corner(sheet, frame, head)


def _name_in_the_corner(sheet: Sheet, frame: Frame, head: Bounds) -> None:
    """Where text cannot be turned: a pool's name stands above its corner, a lane's inside it."""
    text = fit(frame.name, 260, 14, (11,), True)
    sheet.put(_part(sheet, frame, frame.kind), head)
    inside = (head.x + HEADER + 7, head.y + 12)
    place = (head.x + 1, head.y - 8) if frame.kind == "pool" else inside
    sheet.words(text, place, sheet.theme["muted"], align="l")


def _group(sheet: Sheet, frame: Frame) -> None:
    canvas, theme, box = sheet.canvas, sheet.theme, frame.bounds
    if frame.name not in sheet.setting.stages:
        canvas.pen(theme["band-line"], 1.3, "dashed")
        canvas.rounded(box, 8, filled=False)
        text = fit(frame.name, max(box.width - 16, 40), 30, (11, 10, 9), True)
        place = box.x + box.width / 2, box.y + 4 + text.height / 2
        sheet.words(text, place, theme["muted"], part=_part(sheet, frame, "group"))
        return
    canvas.pen(theme["band-line"], 1.0, "dashed")
    canvas.fill(f"{theme['navy']}08")
    canvas.rounded(box, 6)
    text = fit(frame.name, box.width - 16, 34, (14, 13, 12, 11, 10), True)
    title = Bounds(box.x, box.y, box.width, max(26.0, text.height + 8))
    sheet.put(_part(sheet, frame, "group stage"), title, text, theme["navy"] if theme["paper"] > "#8" else theme["ink"])


def _sub_process(sheet: Sheet, frame: Frame) -> None:
    canvas, theme, box = sheet.canvas, sheet.theme, frame.bounds
    node = frame.node
    by_event = node is not None and node.triggered_by_event
    setting = sheet.setting
    colour, width = theme["task-line"], 1.4
    if node is not None and node.type == "callActivity":
        width = 3.0
    if frame.id in setting.losing:
        colour = theme["loss"]
    elif frame.id in setting.path | setting.marks.passed:
        colour, width = theme["path"], 1.8
    if frame.id in setting.marks.current:
        colour, width = theme["navy"], 3.0
    elif frame.id in setting.marks.skipped:
        colour = theme["skipped"]
    dashed = frame.id in setting.marks.skipped
    canvas.fill(theme["inside"])
    canvas.pen(colour, width, "dotted" if by_event else "dashed" if dashed else "solid")
    canvas.rounded(box, 10)
    if node is not None and node.type == "transaction":
        canvas.rounded(Bounds(box.x + 3, box.y + 3, box.width - 6, box.height - 6), 8, filled=False)
    title = Bounds(box.x, box.y, box.width, 24)
    text = fit(frame.name, box.width - 24, FRAME_NAME.height, FRAME_NAME.sizes, True)
    classes = f"node {node.type if node else 'subProcess'} expanded"
    if by_event:
        classes += " event"
    ink = theme["loss"] if frame.id in setting.losing else theme["ink"]
    sheet.put(_part(sheet, frame, classes), title, text, ink)
    if node is not None:
        signs = list(markers_of(node, collapsed=False))
        start = box.x + box.width / 2 - 8 * (len(signs) - 1)
        for number, sign in enumerate(signs):
            marker(canvas, sign, (start + 16 * number, box.y + box.height - 10), theme["ink"], theme["inside"])
