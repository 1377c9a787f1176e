from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import Company, company
from tests.databases import PostgresCopies, SQLiteCopies, postgres_server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def copies(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SQLiteCopies | PostgresCopies]:
    if request.param == "sqlite":
        yield SQLiteCopies(tmp_path_factory.mktemp("company"))
        return
    with postgres_server() as address:
        yield PostgresCopies(address)


@pytest.fixture
def west(copies: SQLiteCopies | PostgresCopies, tmp_path: Path) -> Iterator[Company]:
    """The company, with the shipped process and the small sale published, on each database in turn."""
    built = company(copies.copy(tmp_path))
    yield built
    built.engine.close()
