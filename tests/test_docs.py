"""What the documents claim is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.services import SERVICES
from web import cli

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    documented = set(re.findall(r"PARCOURS_[A-Z]+", read("README.md")))
    used = set()
    for path in (ROOT / "web").rglob("*.py"):
        used |= set(re.findall(r"PARCOURS_[A-Z]+", path.read_text(encoding="utf-8")))
    assert documented == used - {"PARCOURS_DEBUG"}


def test_every_command_of_the_readme_and_makefile_exists() -> None:
    commands = set(re.findall(r"parcours ([a-z]+)", read("README.md") + read("CHANGELOG.md")))
    assert commands <= set(cli.cli.commands)
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", read("README.md"))) - {"python"} <= targets


@pytest.mark.parametrize("folder", ["bpmn", "engine", "web"])
def test_every_module_is_named_in_its_folder_s_readme(folder: str) -> None:
    text = read(f"{folder}/README.md")
    modules = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}
    folders = {path.name for path in (ROOT / folder).iterdir() if (path / "__init__.py").is_file()}
    assert [name for name in sorted(modules) if not re.search(rf"\b{name}\b", text)] == []
    assert [name for name in sorted(folders) if f"{name}/" not in text] == []


def test_the_dialect_is_documented() -> None:
    text = read("bpmn/README.md")
    for attribute in re.findall(r'\.get\("([a-zA-Z]+)"', read("bpmn/sales.py")):
        assert attribute in text, attribute
    for service in SERVICES:
        assert f"`{service}`" in text


def test_nothing_speaks_of_one_machine() -> None:
    for path in ROOT.rglob("*.md"):
        if ".venv" not in path.parts and "node_modules" not in path.parts:
            assert not re.search(r"/(work|farm|root|home)/", path.read_text(encoding="utf-8")), path
