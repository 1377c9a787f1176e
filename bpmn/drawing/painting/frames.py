"""Draws pools, lanes, stages and open sub-processes: what stands around other things."""

from __future__ import annotations

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import HEADER, Frame, middle
from bpmn.drawing.measure import FRAME_NAME, LANE_NAME, fit, printable
from bpmn.drawing.painting.icons import marker
from bpmn.drawing.painting.lines import states
from bpmn.drawing.painting.nodes import look_of, markers_of
from bpmn.drawing.sheet import Part, Sheet


def paint_frame(sheet: Sheet, frame: Frame, *, shaded: bool = False) -> None:
    """Every other lane is ``shaded``, so that the eye keeps to its own."""
    if frame.kind == "group":
        _group(sheet, frame)
    elif frame.kind == "subProcess":
        _sub_process(sheet, frame)
    elif frame.kind == "blackBox":
        _black_box(sheet, frame)
    else:
        _pool_or_lane(sheet, frame, shaded)


def _part(sheet: Sheet, frame: Frame, classes: str) -> Part:
    setting = sheet.setting
    all_classes = " ".join([classes, *states(setting, frame.id)])
    href, told = setting.links.get(frame.id, ""), setting.told.get(frame.id, "")
    return Part(frame.id, all_classes, printable(frame.name), href, told)


def _black_box(sheet: Sheet, frame: Frame) -> None:
    box, theme = frame.bounds, sheet.theme
    with sheet.part(_part(sheet, frame, "pool blackBox"), box):
        sheet.canvas.pen(theme["band-line"], 1.2)
        sheet.canvas.fill(theme["header"])
        sheet.canvas.rectangle(box, role="shape")
        if box.height > 2.5 * box.width and not frame.horizontal:
            text = fit(frame.name, box.height - 8, box.width - 4, (12, 11, 10, 9, 8), True)
            sheet.upright(text, box, theme["ink"], theme["header"])
        else:
            text = fit(frame.name, box.width - 12, box.height - 4, (12, 11, 10, 9, 8), True)
            sheet.node(box, text, theme["ink"])


def _pool_or_lane(sheet: Sheet, frame: Frame, shaded: bool) -> None:
    canvas, theme, box = sheet.canvas, sheet.theme, frame.bounds
    head = Bounds(box.x, box.y, HEADER, box.height) if frame.horizontal else Bounds(box.x, box.y, box.width, HEADER)
    ground = theme["header"] if frame.kind == "pool" else theme["band"]
    with sheet.part(_part(sheet, frame, frame.kind), head):
        canvas.pen(theme["frame"], 1.2)
        sheet.grounds.append((box, theme["inside"] if shaded else theme["paper"]))
        canvas.fill(sheet.grounds[-1][1])
        canvas.rectangle(box)
        canvas.fill(ground)
        canvas.rectangle(head, role="shape")
        sheet.node(head)
        if frame.horizontal:
            text = fit(frame.name, head.height - 8, LANE_NAME.height, LANE_NAME.sizes, True)
            sheet.upright(text, head, theme["ink"], ground)
        else:
            text = fit(frame.name, head.width - 10, head.height - 4, LANE_NAME.sizes, True)
            sheet.words(text, middle(head), theme["ink"])


def _group(sheet: Sheet, frame: Frame) -> None:
    canvas, theme, box = sheet.canvas, sheet.theme, frame.bounds
    is_stage = frame.name in sheet.setting.stage_names
    with sheet.part(_part(sheet, frame, "group stage" if is_stage else "group"), box):
        canvas.pen(theme["band-line"], 1.2, "border")
        canvas.rounded(box, 8, filled=False, role="shape")
        sizes = (13, 12, 11, 10) if is_stage else (11, 10, 9)
        text = fit(frame.name, max(box.width - 16, 40), 34, sizes, True)
        place = middle(frame.label) if frame.label else (box.x + box.width / 2, box.y + 5 + text.height / 2)
        sheet.words(text, place, theme["muted"])


def _sub_process(sheet: Sheet, frame: Frame) -> None:
    canvas, theme, box, node = sheet.canvas, sheet.theme, frame.bounds, frame.node
    setting = sheet.setting
    by_event = node is not None and node.triggered_by_event
    look = look_of(setting, frame.id, None)
    width = 3.2 if node is not None and node.type == "callActivity" else look.width
    line = theme["navy"] if frame.id in setting.marks.current else look.line
    classes = f"node {node.type if node else 'subProcess'} expanded" + (" event" if by_event else "")
    with sheet.part(_part(sheet, frame, classes), box):
        sheet.grounds.append((box, theme["inside"]))
        canvas.fill(theme["inside"])
        canvas.pen(line, width, "dotted" if by_event else look.style)
        canvas.rounded(box, 10, role="shape")
        if node is not None and node.type == "transaction":
            inner = Bounds(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
            canvas.rounded(inner, 8, filled=False, role="ring")
        text = fit(frame.name, box.width - 24, FRAME_NAME.height, FRAME_NAME.sizes, True)
        ink = theme["loss"] if frame.id in setting.losing else theme["beside"]
        sheet.words(text, (box.x + box.width / 2, box.y + 5 + text.height / 2), ink, role="beside")
        signs = markers_of(node, collapsed=False) if node is not None else []
        start = box.x + box.width / 2 - 8 * (len(signs) - 1)
        for number, sign in enumerate(signs):
            marker(canvas, sign, (start + 16 * number, box.y + box.height - 10), theme["ink"], theme["inside"])
