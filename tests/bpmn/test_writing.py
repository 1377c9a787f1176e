"""A file comes out as it went in, whatever it holds that we do not understand."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from bpmn.reading import read
from bpmn.writing import write
from tests.bpmn.test_reading import BPMN, MINIMAL, REAL, needs_real_files


def canonical(source: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.tostring(etree.fromstring(source, parser).getroottree(), method="c14n", with_comments=True)


def test_nothing_is_lost() -> None:
    source = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- before --><?tool keep?>
<b:definitions xmlns:b="{BPMN}" xmlns:acme="urn:acme" acme:version="7" xmlns:unused="urn:unused">
  <b:process id="p" acme:colour="blue"><!-- in between -->
    <b:extensionElements><acme:thing deep="1"><acme:inner>é &amp; &lt;</acme:inner></acme:thing></b:extensionElements>
    <b:task id="t" name="a&#10;b"><b:unheardOf/></b:task>
    <acme:alien><![CDATA[ <raw> ]]></acme:alien>
  </b:process>
</b:definitions>
<!-- after -->""".encode()
    written = write(read(source))
    assert canonical(written) == canonical(source)
    for kept in (
        b"<!-- before -->",
        b"<?tool keep?>",
        b"<!-- after -->",
        b'xmlns:unused="urn:unused"',
        b"<![CDATA[ <raw> ]]>",
    ):
        assert kept in written


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_what_is_written_is_utf_8(encoding: str) -> None:
    source = f'<?xml version="1.0" encoding="{encoding}"?><definitions xmlns="{BPMN}" name="été"/>'
    written = write(read(source.encode(encoding)))
    assert written.decode("utf-8").startswith("<?xml version='1.0' encoding='UTF-8'?>")
    assert read(written).definitions.name == "été"


def test_writing_twice_is_writing_once() -> None:
    written = write(read(MINIMAL.read_bytes()))
    assert write(read(written)) == written


@needs_real_files
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_file_comes_back(path: Path) -> None:
    source = path.read_bytes()
    document = read(source)
    written = write(document)
    assert canonical(written) == canonical(source)
    again = read(written)
    # Lines can move when a file's encoding or line ends change; nothing else may.
    assert (again.definitions.nodes.keys(), again.definitions.flows.keys()) == (
        document.definitions.nodes.keys(),
        document.definitions.flows.keys(),
    )
    assert again.definitions.diagrams == document.definitions.diagrams
