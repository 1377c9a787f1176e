"""The server of an installation: its pages, and the worker that lets timers fire."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
from contextlib import closing
from threading import Event, Thread
from types import FrameType

import waitress

from bpmn.text import N_
from engine import Engine, open_engine
from web.app import create_app
from web.config import Config, ConfigError
from web.shipped import Say, ship

#: Seconds between two looks for timers that are due.
EVERY = 5.0
#: How many ports after the usual one are tried when that is busy.
TRIES = 20
THREADS = 8

_LOG = logging.getLogger("parcours")


class CannotServe(ConfigError):
    """The address cannot be served on as it is set."""


def serve(config: Config, say: Say) -> None:
    """Serve until SIGTERM or SIGINT, which end in SystemExit with code 0."""
    config = config.prepare()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop_on_signals()
    say(N_("Data: %(folder)s"), folder=config.data)
    with closing(open_engine(config.database)) as engine:
        if not config.is_loopback and not engine.people.has_passwords():
            raise CannotServe(
                N_(
                    "%(host)s can be reached by others, and nobody has a password yet. First add an administrator: "
                    "parcours user add --name NAME --email ADDRESS --role admin"
                ),
                host=config.host,
            )
        with closing(listen(config)) as listening:
            port = listening.getsockname()[1]
            if port != config.port:
                say(N_("Port %(busy)d is busy; using %(port)d."), busy=config.port, port=port)
            ship(engine, config.clock(), say)
            server = waitress.create_server(create_app(engine, config), sockets=[listening], threads=THREADS)
            worker = Worker(engine, config)
            worker.start()
            try:
                say(N_("Open %(link)s"), link=_link(engine, config, port))
                say(N_("Stop with Ctrl+C."))
                server.run()
            finally:
                worker.stop()
                server.close()


def work(config: Config, say: Say) -> None:
    """Let timers fire until SIGTERM or SIGINT, without serving pages."""
    config = config.prepare()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop_on_signals()
    with closing(open_engine(config.database)) as engine:
        say(N_("Looking for timers that are due, every %(seconds)d seconds. Stop with Ctrl+C."), seconds=int(EVERY))
        Worker(engine, config).run()


class Worker(Thread):
    """Looks for timers that are due, again and again; an error is logged and the next look is taken."""

    def __init__(self, engine: Engine, config: Config, every: float = EVERY) -> None:
        super().__init__(name="parcours-worker", daemon=True)
        self._engine, self._config, self._every = engine, config, every
        self._stopping = Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._engine.running.fire_due(now=self._config.clock())
                while not self._stopping.is_set() and self._engine.moving.go_on(now=self._config.clock()):
                    pass
            except Exception:
                _LOG.exception("Timers could not be fired; trying again in %g seconds", self._every)
            self._stopping.wait(self._every)

    def stop(self) -> None:
        self._stopping.set()
        self.join(timeout=10)


def stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def listen(config: Config) -> socket.socket:
    """A socket on the address that was asked for; on the next free port if no port was."""
    tries = 0 if config.port_asked else TRIES
    for port in range(config.port, min(config.port + tries, 65535) + 1):
        try:
            return _listen(config.host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                reason = error.strerror or str(error)
                raise CannotServe(
                    N_(
                        "%(host)s, port %(port)d cannot be served on: %(reason)s. Choose others with --host and --port."
                    ),
                    host=config.host,
                    port=port,
                    reason=reason,
                ) from None
    if config.port_asked:
        raise CannotServe(
            N_("Port %(port)d is in use by another program. Stop that one, or choose another with --port."),
            port=config.port,
        )
    raise CannotServe(
        N_("The ports %(port)d to %(last)d are all in use. Choose another with --port."),
        port=config.port,
        last=config.port + TRIES,
    )


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    made = socket.socket(family, kind, protocol)
    try:
        if os.name != "nt":
            # Right after a stop, too; on Windows this would mean sharing the port.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(1024)
    except OSError:
        made.close()
        raise
    return made


def _link(engine: Engine, config: Config, port: int) -> str:
    host = config.host.strip("[]")
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    return address if engine.people.has_passwords() else f"{address}start/{engine.people.new_link(now=config.clock())}"
