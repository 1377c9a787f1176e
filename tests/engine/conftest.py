from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import Company, company, found


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("company") / "parcours.db"
    found(path)
    return path


@pytest.fixture
def west(founded: Path, tmp_path: Path) -> Iterator[Company]:
    """The company, with the shipped process and the small sale published."""
    built = company(Path(shutil.copy(founded, tmp_path)))
    yield built
    built.engine.close()
