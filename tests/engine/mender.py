"""Real files are drawn to be looked at. This makes them run, changing as little of their shape as it can."""

from __future__ import annotations

from lxml import etree

from bpmn import checks
from bpmn.model import Definitions
from bpmn.names import TASKS
from bpmn.reading import read

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_TASKS = TASKS - {"receiveTask"} | {"callActivity"}
_SCOPES = {"transaction", "adHocSubProcess"}


def mended(source: bytes) -> list[tuple[Definitions, str]]:
    """Each process of the file as one that can be published, where that can be done."""
    tree = etree.fromstring(source)
    processes = [process.get("id", "") for process in tree.iter(f"{{{BPMN}}}process")]
    found = []
    for process in processes:
        definitions = read(_mend(source, process)).definitions
        if not checks.errors(checks.run(definitions)):
            found.append((definitions, process))
    return found


def _mend(source: bytes, process: str) -> bytes:
    tree = etree.fromstring(source)
    roots: list[str] = []
    for element in list(tree.iter(f"{{{BPMN}}}*")):
        kind = etree.QName(element).localname
        if kind == "process":
            element.set("isExecutable", str(element.get("id") == process).lower())
        elif kind in _TASKS:
            _strip(element)
        elif kind in _SCOPES:
            element.tag = f"{{{BPMN}}}subProcess"
        elif kind == "complexGateway":
            element.tag = f"{{{BPMN}}}inclusiveGateway"
        elif kind in ("messageEventDefinition", "signalEventDefinition"):
            tag = kind.removesuffix("EventDefinition")
            if not element.get(f"{tag}Ref"):
                roots.append(tag)
                element.set(f"{tag}Ref", f"mended{len(roots)}")
        elif kind == "timerEventDefinition":
            _time(element)
        element.attrib.pop("isForCompensation", "")
        element.attrib.pop("instantiate", "")
    for number, tag in enumerate(roots, 1):
        tree.insert(0, etree.Element(f"{{{BPMN}}}{tag}", id=f"mended{number}", name=f"mended{number}"))
    _choices(tree)
    return etree.tostring(tree)


def _strip(element: etree._Element) -> None:
    """A task of a person, with nothing in it that only another engine knows."""
    element.tag = f"{{{BPMN}}}userTask"
    for child in list(element):
        if etree.QName(child).localname not in ("incoming", "outgoing"):
            element.remove(child)
    for name in list(element.attrib):
        if name not in ("id", "name"):
            element.attrib.pop(name)


def _time(element: etree._Element) -> None:
    for child in list(element):
        element.remove(child)
    etree.SubElement(element, f"{{{BPMN}}}timeDuration").text = "P1D"


def _choices(tree: etree._Element) -> None:
    """A condition on every way out of a gateway but its last, which is the default one; none elsewhere."""
    flows = list(tree.iter(f"{{{BPMN}}}sequenceFlow"))
    for flow in flows:
        for child in list(flow):
            flow.remove(child)
    for kind in ("exclusiveGateway", "inclusiveGateway"):
        for gateway in tree.iter(f"{{{BPMN}}}{kind}"):
            gateway.attrib.pop("default", "")
            ways = [flow for flow in flows if flow.get("sourceRef") == gateway.get("id")]
            for number, way in enumerate(ways[:-1]):
                condition = etree.SubElement(way, f"{{{BPMN}}}conditionExpression")
                condition.text = "true" if number % 2 else "false"
            if len(ways) > 1:
                gateway.set("default", ways[-1].get("id", ""))
