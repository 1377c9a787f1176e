"""Completions over HTTP: eight clients at once, two server processes, beside a bare Flask handler with one commit.

``parcours serve`` twice over one database, each with its worker, sign-in, forgery token and redirect; and twice the
same waitress around a handler that commits as many bytes as a completion does.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import waitress
from flask import Flask

from tests.benchmarks.sales import PATH, Bare, Doing, Ours, in_one_transaction
from tests.benchmarks.table import Line, at_least, timed
from web.config import Config
from web.forms import PREFIX
from web.server import THREADS, listen

CLIENTS, SERVERS, ROUNDS, POSTS = 8, 2, 6, 12


def run() -> Iterator[Line]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        serving = [sys.executable, "-m", "web.cli", "serve"]
        ports = [stack.enter_context(_server(serving, folder)) for _ in range(SERVERS)]
        stock = Ours(f"sqlite:///{folder}/parcours.db", datetime.now(UTC))
        doings = _ready(stock, CLIENTS * ROUNDS * POSTS)
        size = stock.bytes_a_completion()
        bare = [sys.executable, "-m", __name__, folder, str(size)]
        bare_ports = [stack.enter_context(_server(bare, folder)) for _ in range(SERVERS)]
        signed_in = [_Client(ports[n % SERVERS], stock) for n in range(CLIENTS)]
        others = [HTTPConnection("127.0.0.1", bare_ports[n % SERVERS]) for n in range(CLIENTS)]
        threads = stack.enter_context(ThreadPoolExecutor(CLIENTS))
        ours = others_took = 0.0
        for turn in range(ROUNDS):
            mine = doings[turn::ROUNDS]
            shares = [mine[n::CLIENTS] for n in range(CLIENTS)]
            ours += timed(list, threads.map(_Client.complete_all, signed_in, shares))
            others_took += timed(list, threads.map(_commit_all, others))
        stock.close()
    count = CLIENTS * ROUNDS * POSTS
    yield at_least(
        f"{CLIENTS} clients over HTTP, beside bare Flask with a commit",
        others_took / ours,
        0.4,
        "%",
        f"{count / ours:.0f} a second beside {count / others_took:.0f}",
    )


def _ready(stock: Ours, count: int) -> list[Doing]:
    """So many deals, at all places of the path in equal parts."""
    doings = []
    with in_one_transaction(stock.engine):
        for number in range(count):
            step = number % len(PATH)
            stock.drive(1, step)
            doings.append(stock.next(stock.last, step))
    return doings


class _Client:
    def __init__(self, port: int, stock: Ours) -> None:
        self.connection = HTTPConnection("127.0.0.1", port)
        self.ticks = stock.ticks
        self.cookie = ""
        self._ask("GET", f"/start/{stock.engine.people.new_link(now=stock.now)}")
        page = self._ask("GET", "/inbox")
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None, page[:2_000]
        self.token = found[1]

    def complete_all(self, doings: list[Doing]) -> None:
        for doing in doings:
            answers = {PREFIX + name: answer for name, answer in doing.answers.items()}
            form = {"csrf_token": self.token, **answers, "tick": self.ticks}
            self._ask("POST", f"/tasks/{doing.task}/complete", urlencode(form, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status == (200 if path == "/inbox" else 302), (answer.status, path, text[:2_000])
        # A browser shows what was done on the next page, and the cookie holds it no more.
        if method == "GET" and (given := answer.headers.get("Set-Cookie")):
            self.cookie = given.split(";")[0]
        return text


def _commit_all(connection: HTTPConnection) -> None:
    for _ in range(POSTS):
        connection.request("POST", "/")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"done")


@contextmanager
def _server(command: list[str], folder: str) -> Iterator[int]:
    """The port of a server that is stopped at the end."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PARCOURS_")}
    environ |= {"PARCOURS_DATA": folder, "PARCOURS_LANGUAGE": "en"}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if line.startswith("Open "))
            yield int(line.split("/")[2].split(":")[1])
        finally:
            process.terminate()


def _serve_bare(folder: str, size: int) -> None:
    app, mine = Flask(__name__), threading.local()

    @app.post("/")
    def commit() -> str:
        if not hasattr(mine, "bare"):
            mine.bare = Bare(Path(folder) / "bare.db", size)
        mine.bare.commit()
        return "done"

    listening = listen(Config(data=Path(folder), port=8700))
    print(f"Open http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
    waitress.create_server(app, sockets=[listening], threads=THREADS).run()


if __name__ == "__main__":
    _serve_bare(sys.argv[1], int(sys.argv[2]))
