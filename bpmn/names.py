"""The XML namespaces and element names that a process definition is made of (BPMN 2.0.2, sections 7 to 12)."""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"

#: Everything of ours stands in ``extensionElements`` under this one namespace, prefix ``sales``.
SALES = "urn:parcours:sales:1.0"

TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
    }
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
CHOREOGRAPHY = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY
DATA = frozenset({"dataObjectReference", "dataStoreReference", "dataObject", "dataStore", "dataInput", "dataOutput"})
ARTIFACTS = frozenset({"textAnnotation", "group"})

#: A person works on these: a rep sees them as open tasks.
HUMAN_TASKS = frozenset({"task", "userTask", "manualTask"})


def bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def sales(name: str) -> str:
    return f"{{{SALES}}}{name}"
