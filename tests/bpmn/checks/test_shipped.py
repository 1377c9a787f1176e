"""The shipped processes set the example: nothing can be said against them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn import checks
from bpmn.reading import read
from bpmn.twins import differences

SHIPPED = sorted((Path(checks.__file__).parents[1] / "examples").rglob("*.bpmn"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_process_has_no_findings(path: Path) -> None:
    assert checks.run(read(path.read_bytes()).definitions) == ()


@pytest.mark.parametrize("path", [path for path in SHIPPED if path.stem.count(".")], ids=lambda path: path.name)
def test_shipped_twin_differs_in_words_only(path: Path) -> None:
    main = path.with_name(path.stem.split(".")[0] + ".bpmn")
    assert differences(read(main.read_bytes()).definitions, read(path.read_bytes()).definitions) == ()
