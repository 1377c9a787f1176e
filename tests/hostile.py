"""Files that were made to do harm: to read what is not theirs, to fill memory, or never to come to an end."""

from __future__ import annotations

from bpmn.names import BPMN


def document(inside: str, outside: str = "", before: str = "") -> bytes:
    process = f'<process id="p" isExecutable="true">{inside}</process>'
    return f'{before}<definitions xmlns="{BPMN}">{outside}{process}</definitions>'.encode()


def _gateways(count: int) -> str:
    """Each leads to each."""
    return "".join(f'<exclusiveGateway id="g{one}"/>' for one in range(count)) + "".join(
        f'<sequenceFlow id="f{one}_{other}" sourceRef="g{one}" targetRef="g{other}"/>'
        for one in range(count)
        for other in range(count)
    )


_LAUGHS = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
_BLOWN_UP = '<!ENTITY a "' + "a" * 50_000 + '">'
_SECRET = '<!ENTITY secret SYSTEM "file:///etc/passwd">'

#: What XML itself can be made to do.
BOMBS: dict[str, bytes] = {
    "billion laughs": document("<documentation>&l9;</documentation>", before=f"<!DOCTYPE d [{_LAUGHS}]>"),
    "quadratic blow-up": document(
        f"<documentation>{'&a;' * 20_000}</documentation>", before=f"<!DOCTYPE d [{_BLOWN_UP}]>"
    ),
    "a file of the server": document("<documentation>&secret;</documentation>", before=f"<!DOCTYPE d [{_SECRET}]>"),
    "a file of the server, in a name": document('<task id="t" name="&secret;"/>', before=f"<!DOCTYPE d [{_SECRET}]>"),
    "a definition from elsewhere": document("", before='<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd">'),
    "a parameter entity": document("", before='<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]>'),
    "an entity that holds itself": document("&a;", before='<!DOCTYPE d [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'),
    "deep nesting": b"<definitions>" + b"<a>" * 200_000,
    "many attributes": b"<definitions " + b" ".join(b'a%d=""' % n for n in range(150_000)) + b"/>",
    "many elements": document("<task/>" * 100_000),
    "one long name": document(f'<task id="t" name="{"x" * 3_000_000}"/>'),
}

#: What BPMN can be made to do. The first two make SpiffWorkflow's own parser and engine run for ever.
ENDLESS: dict[str, bytes] = {
    "a data object two levels up": document(
        '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/><startEvent id="s"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="outer"/><subProcess id="outer"><startEvent id="s1"/>'
        '<sequenceFlow id="f2" sourceRef="s1" targetRef="inner"/><subProcess id="inner"><startEvent id="s2"/>'
        '<sequenceFlow id="f3" sourceRef="s2" targetRef="t"/><userTask id="t"><dataInputAssociation id="a">'
        '<sourceRef>r</sourceRef></dataInputAssociation></userTask><sequenceFlow id="f4" sourceRef="t" targetRef="e2"/>'
        '<endEvent id="e2"/></subProcess><sequenceFlow id="f5" sourceRef="inner" targetRef="e1"/><endEvent id="e1"/>'
        '</subProcess><sequenceFlow id="f6" sourceRef="outer" targetRef="e"/><endEvent id="e"/>'
    ),
    "a process that calls itself": document(
        '<startEvent id="s"/><callActivity id="c" calledElement="p"/><endEvent id="e"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="c"/><sequenceFlow id="f2" sourceRef="c" targetRef="e"/>'
    ),
    "a circle without a person": document(
        '<startEvent id="s"/><exclusiveGateway id="g" default="f2"/><scriptTask id="t"><script>a = 1</script>'
        '</scriptTask><sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" '
        'targetRef="t"/><sequenceFlow id="f3" sourceRef="t" targetRef="g"/>'
    ),
    "all gateways to all": document(_gateways(80)),
    "sub-processes in sub-processes": document(
        "".join(f'<subProcess id="s{n}"><startEvent id="a{n}"/>' for n in range(200)) + "</subProcess>" * 200
    ),
    "as many stages as fit": document(
        "",
        '<category id="c">' + "".join(f'<categoryValue id="s{n}" value="S{n}"/>' for n in range(4_000)) + "</category>",
    ),
    "conditions without end": document(
        "".join(f'<exclusiveGateway id="g{n}"/>' for n in range(600))
        + "".join(
            f'<sequenceFlow id="f{n}" sourceRef="g{n}" targetRef="g{(n + 1) % 600}"><conditionExpression>'
            f"{'n or ' * 60}n == {n}</conditionExpression></sequenceFlow>"
            for n in range(600)
        )
    ),
}
