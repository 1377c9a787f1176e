"""A worker of its own, as ``parcours worker`` runs it, that dies or freezes where it is told to.

``python -m tests.stories.frail_worker`` reads one line of JSON from standard input: ``url`` of the database, ``smtp``
and ``http`` ports of the peers, ``shift`` of the clock in seconds, and ``fate``: nothing, or ``deed`` and ``place``.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import get_ident
from typing import Any

from engine import Engine, open_engine, retries, spiff
from engine.outbox import Outbox
from engine.running import Running
from engine.storage import database
from engine.storage import deals as deal_rows
from engine.storage import outbox as outbox_rows
from web import sending, server
from web.config import Config
from web.sending import MailServer, Webhook

#: Short, so that the tests are.
LEASE = timedelta(seconds=1.5)
SECRET = bytes(32)


def main() -> None:
    told = json.loads(sys.stdin.readline())
    server.stop_on_signals()
    retries.LEASE = LEASE
    retries.FIRST, retries.LONGEST, retries.MOST_ATTEMPTS = LEASE / 10, LEASE / 5, 10_000
    database.IDLE_LIMIT = int(LEASE / timedelta(milliseconds=1))
    shift = timedelta(seconds=told["shift"])
    config = Config(
        data=Path(),
        database=told["url"],
        clock=lambda: datetime.now(UTC) + shift,
        mail=MailServer("127.0.0.1", told["smtp"], "plain", "sales@parcours.example"),
        webhooks={"erp": Webhook("erp", f"http://127.0.0.1:{told['http']}/", SECRET, allow_private=True)},
    )
    engine = open_engine(config.database)
    # A few at a time, so that every worker gets some.
    limited: Any = partial(engine.running.fire_due, limit=3)
    engine.running.fire_due = limited  # type: ignore[method-assign]
    if told["fate"]:
        _doom(engine, *told["fate"].split())
    server.SENDERS = 2
    if told["fate"]:
        # It does the one thing only: no other thread of it may be frozen in the middle of something else.
        server.SENDERS = 0 if "timer" in told["fate"] else 1
        if server.SENDERS:
            engine.running.fire_due = lambda **_: 0  # type: ignore[method-assign]
    worker = server.Worker(engine, config, every=0.1)
    worker.start()
    print("at work", flush=True)
    try:
        while True:
            time.sleep(0.1)
    finally:
        worker.stop()
        engine.close()


def _doom(engine: Engine, deed: str, place: str) -> None:
    number = {"dies": signal.SIGKILL, "freezes": signal.SIGSTOP}[deed]
    once = iter([number])

    def strike() -> None:
        # Frozen once, and then it goes on.
        if (fate := next(once, None)) is not None:
            # To this very thread, so that it goes no further: told to the process, it would for some instructions.
            signal.pthread_kill(get_ident(), fate)

    def before(owner: Any, name: str) -> None:
        def acts(act: Callable[[], Any]) -> Any:
            strike()
            return act()

        _around(owner, name, acts)

    def after(owner: Any, name: str) -> None:
        def acts(act: Callable[[], Any]) -> Any:
            done = act()
            # Only after something was really done.
            if done is not False:
                strike()
            return done

        _around(owner, name, acts)

    match place:
        case "timer-claimed":
            before(spiff, "wake")
        case "timer-in-transaction":
            after(deal_rows, "step_process")
        case "timer-written":
            after(Running, "_wake")
        case "post-claimed":
            before(sending, "call")
            before(sending, "send_mail")
        case "post-sent":
            before(Outbox, "_delivered")
        case "post-in-transaction":
            after(outbox_rows, "remove")
        case "post-written":
            after(Outbox, "_delivered")


def _around(owner: Any, name: str, how: Callable[[Callable[[], Any]], Any]) -> None:
    act = getattr(owner, name)
    setattr(owner, name, lambda *given, **more: how(lambda: act(*given, **more)))


if __name__ == "__main__":
    main()
