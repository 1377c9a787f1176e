"""How often an activity is done: loops and multi-instance (BPMN 2.0.2, section 10.3.8)."""

from __future__ import annotations

from lxml import etree

from bpmn.elements import local_name, named, text_of_child
from bpmn.model import Loop


def read_loop(element: etree._Element) -> Loop | None:
    for child in element:
        if local_name(child) == "standardLoopCharacteristics":
            most = child.get("loopMaximum", "")
            return Loop(
                "standard",
                condition=text_of_child(child, "loopCondition"),
                test_before=child.get("testBefore") == "true",
                maximum=int(most) if most.isascii() and most.isdigit() and len(most) < 10 else None,
            )
        if local_name(child) == "multiInstanceLoopCharacteristics":
            return Loop(
                "sequential" if child.get("isSequential") == "true" else "parallel",
                cardinality=text_of_child(child, "loopCardinality"),
                collection=text_of_child(child, "loopDataInputRef"),
                item=_item(child, "inputDataItem"),
                results=text_of_child(child, "loopDataOutputRef"),
                result=_item(child, "outputDataItem"),
                completion=text_of_child(child, "completionCondition"),
            )
    return None


def _item(element: etree._Element, name: str) -> str:
    return next((part.get("name") or part.get("id") or "" for part in named(element, name)), "")
