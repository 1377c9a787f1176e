"""The law on who may import what, where each outside package lives, and how large a module may grow (DECISIONS.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpmn.checks import known
from engine import services

ROOT = Path(__file__).parents[1]
RINGS = ("bpmn", "engine", "web")

#: web -> engine -> bpmn: what each ring may import of ours.
MAY_IMPORT = {"bpmn": {"bpmn"}, "engine": {"bpmn", "engine"}, "web": {"bpmn", "engine", "web"}}

#: The one home of each outside package that we would not want to find everywhere.
HOMES = {
    "SpiffWorkflow": "engine/spiff",
    "sqlalchemy": "engine/storage",
    "alembic": "engine/storage",
    "psycopg": "engine/storage",
    "sqlite3": "engine/storage",
    "lxml": "bpmn",
    "graphviz": "bpmn/drawing",
    "pygraphviz": "bpmn/drawing",
    "fontTools": "bpmn/drawing",
    "isodate": "bpmn",
    "flask": "web",
    "flask_babel": "web",
    "flask_login": "web",
    "flask_wtf": "web",
    "wtforms": "web",
    "waitress": "web",
    "prometheus_client": "web",
    "werkzeug": "web",
    "click": "web",
    "jinja2": "web",
    "babel": "web",
    "markupsafe": "web",
    "smtplib": "web/sending",
    "http": "web/sending",
}

MOST_LINES = 400
VAGUE = ("Manager", "Service", "Handler", "Helper", "Utils")

SOURCES = [path for ring in RINGS for path in sorted((ROOT / ring).rglob("*.py")) if "node_modules" not in path.parts]
SCRIPTS = [
    path
    for folder, kinds in (("web/static", ("css", "js")), ("web/frontend", ("js", "mjs", "ts", "css")))
    for kind in kinds
    for path in sorted((ROOT / folder).rglob(f"*.{kind}"))
    if not {"node_modules", "dist"} & set(path.parts)
]


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imported(path: Path) -> Iterator[str]:
    """The full name of every module that a file imports, wherever in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A relative import stays in its own ring, however many dots it has: parents of a ring are no package.
            yield node.module or "" if not node.level else place(path).split("/")[0]


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_arrows_point_one_way(path: Path) -> None:
    ring = place(path).split("/")[0]
    ours = {name.split(".")[0] for name in imported(path)} & {*RINGS, "tests"}
    assert ours <= MAY_IMPORT[ring]


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_outside_packages_stay_at_home(path: Path) -> None:
    strays = {
        name for name in imported(path) if (home := HOMES.get(name.split(".")[0])) and not place(path).startswith(home)
    }
    assert not strays


def test_checks_know_definitions_only() -> None:
    for path in (ROOT / "bpmn" / "checks").glob("*.py"):
        outside = {name.split(".")[0] for name in imported(path)} & HOMES.keys()
        assert not outside, place(path)


@pytest.mark.parametrize("path", [*SOURCES, *SCRIPTS], ids=place)
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_names_say_what_they_are(path: Path) -> None:
    spiff = place(path).startswith("engine/spiff")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            assert not node.name.endswith(VAGUE), node.name
        for name in _identifiers(node):
            assert spiff or "workflow" not in name.casefold(), f"{name} at line {getattr(node, 'lineno', '?')}"


def _identifiers(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=known_as):
            yield from (name, known_as or "")
        case ast.keyword(arg=str(name)):
            yield name


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    missing = [place(folder) for folder in folders if not (folder / "__init__.py").exists()]
    assert not missing


def test_every_ring_says_what_it_may_not_do() -> None:
    for ring in RINGS:
        readme = ROOT / ring / "README.md"
        if readme.exists():
            assert "May not" in readme.read_text("utf-8")[:300], ring


def test_this_law_sees_what_it_judges() -> None:
    assert len(SOURCES) > 20
    assert "lxml" in {name.split(".")[0] for name in imported(ROOT / "bpmn" / "reading.py")}


def test_services_that_are_checked_are_those_that_run() -> None:
    offered = {name: frozenset(gives) for name, gives in services.SERVICES.items()}
    assert offered == known.SERVICES
