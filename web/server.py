"""The server of an installation: its pages, and the worker that does what is due."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from secrets import token_hex
from threading import Event, Thread
from types import FrameType

import waitress

from bpmn.text import N_
from engine import Engine, open_engine
from engine.errors import DatabaseAway
from engine.watching import watched
from web import logs
from web.app import create_app
from web.config import Config, ConfigError
from web.sending import post
from web.shipped import Say, ship

#: Seconds between two looks when nothing was due.
EVERY = 5.0
#: So many messages are under way at once: a slow peer keeps one waiting, not all.
SENDERS = 3
#: How many ports after the usual one are tried when that is busy.
TRIES = 20
THREADS = 8

_LOG = logging.getLogger("parcours")


class CannotServe(ConfigError):
    """The address cannot be served on as it is set."""


def serve(config: Config, say: Say) -> None:
    """Serve until SIGTERM or SIGINT, which end in SystemExit with code 0."""
    config = config.prepare()
    logs.set_up(config.log)
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
            app = create_app(engine, config)
            server = waitress.create_server(
                app,
                sockets=[listening],
                threads=THREADS,
                # Believed by nobody here, and a sign of who asks through a proxy.
                clear_untrusted_proxy_headers=False,
            )
            worker = app.extensions["parcours.worker"] = Worker(app.extensions["parcours"].engine, config)
            worker.start()
            try:
                say(N_("Open %(link)s"), link=_link(engine, config, port))
                say(N_("Stop with Ctrl+C."))
                server.run()
            finally:
                worker.stop()
                server.close()


def work(config: Config, say: Say) -> None:
    """Let timers fire and send what is to be sent until SIGTERM or SIGINT, without serving pages."""
    config = config.prepare()
    logs.set_up(config.log)
    stop_on_signals()
    with closing(open_engine(config.database)) as engine:
        worker = Worker(watched(engine, logs.deed), config)
        worker.start()
        try:
            say(
                N_("Looking for timers and messages that are due, every %(seconds)d seconds. Stop with Ctrl+C."),
                seconds=int(EVERY),
            )
            while True:
                # In slices: a signal that is delivered to another thread would not wake this one.
                time.sleep(1)
        finally:
            worker.stop()


class Worker:
    """Does what is due, in threads: timers in one, deals to be moved in one, messages in others."""

    def __init__(self, engine: Engine, config: Config, every: float = EVERY) -> None:
        self._stopping = Event()
        #: When it last looked for timers, and found the database to answer.
        self.looked_at: datetime | None = None
        send = post(config.mail, config.webhooks)
        name = f"{socket.gethostname()[:32]}-{os.getpid()}-{token_hex(4)}"

        def fire(now: datetime) -> bool:
            fired = engine.running.fire_due(now=now) > 0
            self.looked_at = now
            return fired

        def move(now: datetime) -> bool:
            return engine.moving.go_on(now=now) > 0

        def deliver(worker: str, now: datetime) -> bool:
            return engine.outbox.deliver_next(send, worker=worker, now=now)

        looks = [fire, move, *(partial(deliver, f"{name}-{number}") for number in range(SENDERS))]
        self._threads = [
            Thread(target=self._work, args=(look, config.clock, every), name=f"parcours-{number}", daemon=True)
            for number, look in enumerate(looks)
        ]

    def _work(self, look: Callable[[datetime], bool], clock: Callable[[], datetime], every: float) -> None:
        """Look again and again: at once while there is something to do; an error is logged, and ends nothing."""
        while not self._stopping.is_set():
            busy = False
            try:
                busy = look(clock())
            except DatabaseAway as error:
                _LOG.warning("%s", error)
            except Exception:
                _LOG.exception("What is due could not be done; trying again in %g seconds", every)
            if not busy:
                self._stopping.wait(every)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def is_alive(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Whatever is under way after ten seconds falls to another worker in time."""
        self._stopping.set()
        deadline = time.monotonic() + 10
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))


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
