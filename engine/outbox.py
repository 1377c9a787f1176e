"""Due work: what a deal sends is queued with the step that caused it, then delivered by whichever worker comes first.

A delivery may happen twice (its worker dies between sending and saying so), always under the parcel's id; it is never
forgotten. What fails is tried again later each time, then given up, and an administrator sees it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bpmn.model import Definitions
from bpmn.text import N_
from engine import history, retries
from engine.deals import Deal
from engine.errors import DatabaseAway, LetterUnknown, NotAllowed, Undeliverable
from engine.history import Event
from engine.parcels import Letter, Parcel, Send, parcels_of, thrown_of
from engine.people import Person, may_administer
from engine.spiff import Step
from engine.storage import history as history_rows
from engine.storage import messages as message_rows
from engine.storage import outbox as rows
from engine.storage import people as people_rows
from engine.storage.database import Connection, Database

_log = logging.getLogger("parcours")


class Outbox:
    def __init__(self, database: Database, hand_over: Callable[[Parcel, datetime], None]) -> None:
        """``hand_over`` brings messages and signals to other deals."""
        self._database = database
        self._hand_over = hand_over

    def deliver_next(self, send: Send, *, worker: str, now: datetime) -> bool:
        """Send what has been due longest; False when nothing is. ``worker`` names who does it, differently for each."""
        with self._database.read() as connection:
            if not rows.any_due(connection, now):
                return False
        with self._database.write() as connection:
            parcel = rows.claim(connection, now, now + retries.LEASE, worker)
        if parcel is None:
            return False
        try:
            if parcel.attempts > retries.MOST_ATTEMPTS:
                raise Undeliverable(N_("Each worker that tried to send it stopped while it did."))
            if parcel.kind in ("message", "signal"):
                self._hand_over(parcel, now)
            else:
                send(parcel)
        except DatabaseAway:
            raise
        except Exception as error:
            self._failed(parcel, error, now)
        else:
            self._delivered(parcel, now)
        return True

    def _delivered(self, parcel: Parcel, now: datetime) -> None:
        # Whoever has it by now: it arrived.
        with self._database.write() as connection:
            if rows.remove(connection, parcel.id) is not None:
                history_rows.add(connection, [_event(history.DELIVERED, parcel, now)])

    def _failed(self, parcel: Parcel, error: Exception, now: datetime) -> None:
        again = None if isinstance(error, Undeliverable) else retries.next_try(parcel.attempts, now)
        level = logging.WARNING if again else logging.ERROR
        # Neither the address nor what a peer said of it: administrators read both on their page.
        what = type(error).__name__
        told = {"deal": parcel.deal_id, "error": what}
        _log.log(level, "%s %s, attempt %d: %s", parcel.kind, parcel.id, parcel.attempts, what, extra=told)
        with self._database.write() as connection:
            if rows.put_back(connection, parcel, again, retries.reason_of(error)) and again is None:
                history_rows.add(connection, [_event(history.UNDELIVERED, parcel, now)])

    # For administrators; ``by`` is None from the command line

    def letters(self, *, by: Person | None, limit: int = 200) -> list[Letter]:
        """What failed: what was given up first, then what is tried again soonest."""
        _administrator(by)
        with self._database.read() as connection:
            return rows.letters(connection, limit)

    def counts(self, *, by: Person | None) -> tuple[int, int]:
        """How many were given up, and how many failed and are tried again."""
        _administrator(by)
        with self._database.read() as connection:
            return rows.counts(connection)

    def retry(self, letter_id: str, *, by: Person | None, now: datetime) -> None:
        """Try it again at once, and from the first attempt."""
        _administrator(by)
        with self._database.write() as connection:
            if not rows.retry(connection, letter_id, now):
                raise LetterUnknown

    def retry_all(self, *, by: Person | None, now: datetime) -> int:
        """Try everything again that was given up; how many."""
        _administrator(by)
        with self._database.write() as connection:
            return rows.retry(connection, None, now)

    def drop(self, parcel_id: str, *, by: Person | None, now: datetime) -> None:
        """Never send it. A timer cannot be dropped: its deal would wait for ever."""
        _administrator(by)
        with self._database.write() as connection:
            parcel = rows.remove(connection, parcel_id)
            if parcel is None:
                raise LetterUnknown
            history_rows.add(connection, [_event(history.DELIVERY_DROPPED, parcel, now, by)])


def queue(
    connection: Connection,
    definitions: Definitions,
    deal: Deal,
    data: Mapping[str, Any],
    step: Step,
    at: datetime,
) -> None:
    """What a step sends and throws, and what the deal waits for from now on, in the transaction of that step."""
    if step.sent:
        rep = people_rows.person(connection, deal.people.get("rep", ""))
        names = people_rows.names(connection)
        rows.add(connection, parcels_of(definitions, deal, data, step.sent, names, rep, at))
    if step.thrown:
        rows.add(connection, [thrown_of(deal, thrown, at) for thrown in step.thrown])
    if definitions.awaits:
        message_rows.await_from_now(connection, deal.id, step.awaited)
        rows.add(connection, message_rows.kept_for(connection, deal, step.awaited, at))


def postpone_timers(connection: Connection, deal_id: int, claimed: datetime, error: Exception, now: datetime) -> None:
    """The timers of a deal that was claimed until then could not fire; unless it moved meanwhile, they fire later."""
    failures = rows.timer_failures(connection, deal_id, claimed)
    if failures is not None:
        again = retries.next_try(failures + 1, now)
        _log.warning("timers of deal %s, attempt %d: %s", deal_id, failures + 1, error, exc_info=again is None)
        rows.postpone_timers(connection, deal_id, again, failures + 1, retries.reason_of(error))


def _event(kind: str, parcel: Parcel, now: datetime, by: Person | None = None) -> Event:
    told = {"kind": parcel.kind, "to": parcel.to, "id": parcel.id}
    who = by.id if by else None
    return Event(parcel.deal_id, kind, now, who, parcel.element_id, stage_id=parcel.stage_id, data=told)


def _administrator(by: Person | None) -> None:
    if by is not None and not may_administer(by):
        raise NotAllowed(role="admin")
