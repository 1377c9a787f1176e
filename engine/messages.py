"""Messages and signals between deals, and from outside: each message reaches one deal, once; a signal all that wait.

They leave with the step that throws them (engine/outbox.py) and are delivered by whichever worker comes first. The step
of the deal that receives one, and the end of the parcel, are one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from bpmn.errors import AnswersRejected
from bpmn.forms import Answers, clean
from bpmn.model import Definitions, FlowNode
from bpmn.text import N_
from engine import facts as deal_facts
from engine import history, spiff
from engine.deals import Deal
from engine.errors import DealChanged, DealClosed, NobodyWaits, NotAllowed, Undeliverable
from engine.history import Event
from engine.moves import Cause, Move, facts_set, follow
from engine.parcels import Parcel
from engine.people import Person, may_do
from engine.publishing import Publishing
from engine.services import services_for
from engine.spiff import Awaited
from engine.stepping import At, Stepping
from engine.storage import history as history_rows
from engine.storage import messages as rows
from engine.storage import outbox as outbox_rows
from engine.storage.database import Connection, Database
from engine.versions import Published


class Messages:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing
        self._stepping = Stepping(database, publishing)

    # From deal to deal

    def deliver(self, parcel: Parcel, now: datetime) -> None:
        """Bring a message or signal to where it is waited for.

        Raises Undeliverable when what it carries cannot be taken there, and DealChanged when someone was quicker: then
        it is tried again.
        """
        target = parcel.payload.get("deal", 0)
        if parcel.kind == "signal" and not target:
            self._spread(parcel, now)
            return
        with self._database.read() as connection:
            found = rows.who_awaits(connection, parcel.kind, parcel.payload["name"], parcel.payload.get("key", ""))
            found = [one for one in found if target in (0, one[0])]
            at = self._stepping.read(connection, found[0][0], None) if found else None
        if at is not None:
            self._hand_over(parcel, at, found[0][1], now)
        elif parcel.kind == "message" and (started := self._started_by("message", parcel.payload["name"])):
            self._start(parcel, *started[0], now)
        else:
            # A signal is for those who wait at the moment; a message waits in its turn.
            with self._database.write() as connection:
                if outbox_rows.remove(connection, parcel.id) is not None and parcel.kind == "message":
                    rows.keep(connection, parcel, now)

    def _spread(self, parcel: Parcel, now: datetime) -> None:
        """One parcel for each deal that waits for a signal, and for each process that it starts."""
        name = parcel.payload["name"]
        with self._database.write() as connection:
            if outbox_rows.remove(connection, parcel.id) is None:
                return
            waiting = dict.fromkeys(deal for deal, _ in rows.who_awaits(connection, "signal", name, ""))
            payload = {"name": name, "carries": {}}
            found = [replace(parcel, id=str(uuid4()), payload={**payload, "deal": deal}) for deal in waiting]
            outbox_rows.add(connection, found)
        for published, start in self._started_by("signal", name):
            self._start(replace(parcel, id=""), published, start, now)

    def _hand_over(self, parcel: Parcel, at: At, element: str, now: datetime) -> None:
        carries = _carried(at.published.definitions.nodes[element], parcel.payload["carries"])
        name = parcel.payload["name"]
        key = parcel.payload["key"] if parcel.kind == "message" else None
        step = self._stepping.take(spiff.catch, at, parcel.kind, name, key=key, carries=carries, now=now)
        if not step.caught:
            raise DealChanged
        cause = Cause(history.EVENT_CAUGHT, None, now, element, answers=carries)
        with self._database.write() as connection:
            if outbox_rows.remove(connection, parcel.id) is None:
                return
            self._write(connection, at, step, cause)
            history_rows.add(connection, [_delivered(parcel, at.deal.id, now)])

    def _write(self, connection: Connection, at: At, step: spiff.Step, cause: Cause) -> Deal:
        move = follow(at.published.definitions, at.deal, at.tasks, step, cause)
        told = _with_facts(connection, at.published.definitions, move, cause)
        return self._stepping.write(connection, at, told, step, cause)

    # Deals that begin by a message or signal

    def _started_by(self, kind: str, name: str) -> list[tuple[Published, str]]:
        """The newest versions of the processes that begin so, and their start events."""
        found = [self._publishing.published(version.id) for version in self._publishing.processes()]
        starts = [(one, self._publishing.program(one.version.id).started_by(kind, name)) for one in found]
        return [(one, start) for one, start in starts if start]

    def _start(self, parcel: Parcel, published: Published, start: str, now: datetime) -> None:
        """A new deal with the same account, people and facts as the one that has thrown it."""
        with self._database.read() as connection:
            sender = self._stepping.read(connection, parcel.deal_id, None).deal
        definitions = published.definitions
        carries = _carried(definitions.nodes[start], parcel.payload["carries"])
        deal = replace(
            sender,
            id=0,
            process=published.version.process,
            version_id=published.version.id,
            stage_id="",
            stage_since=now,
            opened_at=now,
            outcome="",
            decided_at=None,
            ended_at=None,
            revision=0,
        )
        services = services_for(self._database, definitions, deal)
        program = self._publishing.program(published.version.id)
        step = spiff.start(program, now=now, services=services, at=start, carries=carries)
        cause = Cause(history.DEAL_OPENED, None, now, start, answers={**carries, "started_by": sender.id})
        move = follow(definitions, deal, (), step, cause)
        with self._database.write() as connection:
            if parcel.id and outbox_rows.remove(connection, parcel.id) is None:
                return
            told = _with_facts(connection, definitions, move, cause)
            opened = self._stepping.begin(connection, published, told, step, now)
            history_rows.add(connection, [_delivered(parcel, opened.id, now)])

    # From outside

    def awaited(self, deal_id: int, *, by: Person) -> list[Awaited]:
        """The messages that this deal waits for."""
        with self._database.read() as connection:
            self._stepping.read(connection, deal_id, by)
            return [one for one in rows.awaited_by(connection, deal_id) if one.kind == "message"]

    def tell(
        self, deal_id: int, name: str, carries: Mapping[str, Any] | None = None, *, by: Person | None, now: datetime
    ) -> Deal:
        """Something has happened outside that this deal waits for, such as a signed contract.

        Raises NobodyWaits when the deal does not wait for it, and AnswersRejected for what it should bring.
        """
        with self._database.read() as connection:
            at = self._stepping.read(connection, deal_id, by)
            found = [one for one in rows.awaited_by(connection, deal_id) if one.name == name and one.kind == "message"]
        if by is not None and not may_do(by, "", at.deal.team_id):
            raise NotAllowed(role="rep")
        if not at.deal.is_open:
            raise DealClosed
        if not found:
            raise NobodyWaits
        answers = clean(at.published.definitions.nodes[found[0].element_id].form, carries or {})
        step = self._stepping.take(spiff.catch, at, "message", name, key=found[0].key, carries=answers, now=now)
        if not step.caught:
            raise NobodyWaits
        cause = Cause(history.EVENT_CAUGHT, by.id if by else None, now, found[0].element_id, answers=answers)
        with self._database.write() as connection:
            return self._write(connection, at, step, cause)

    def send(
        self, name: str, key: str, carries: Mapping[str, Any] | None = None, *, by: Person | None, now: datetime
    ) -> Deal | None:
        """A message from outside, to whichever deal waits for it with this key; kept until one does, and None then.

        ``by`` is None from the command line.
        """
        with self._database.read() as connection:
            found = rows.who_awaits(connection, "message", name, key)
        if found:
            return self.tell(found[0][0], name, carries, by=by, now=now)
        payload = {"name": name, "key": key, "carries": dict(carries or {})}
        with self._database.write() as connection:
            rows.keep(connection, Parcel(str(uuid4()), 0, "", "", "message", payload, now), now)
        return None


def _carried(node: FlowNode, carries: Mapping[str, Any]) -> Answers:
    """What a message brings, as the form of the event that catches it has it."""
    try:
        return clean(node.form, carries)
    except AnswersRejected as rejected:
        field, problem = next(iter(rejected.problems.items()))
        raise Undeliverable(
            N_("What it brings as '%(field)s' cannot be taken: %(problem)s"), field=field, problem=str(problem)
        ) from rejected


def _with_facts(connection: Connection, definitions: Definitions, move: Move, cause: Cause) -> Move:
    """What a message says of the deal's facts is kept with the step that it causes."""
    new = facts_set(definitions, cause.element_id, cause.answers or {})
    if not new:
        return move
    facts = deal_facts.with_answers(move.deal, definitions.nodes[cause.element_id].form, new)
    changed, events = deal_facts.change(connection, move.deal, facts, None, cause.at)
    return replace(move, deal=changed, events=(*move.events, *events))


def _delivered(parcel: Parcel, number: int, now: datetime) -> Event:
    told = {"kind": parcel.kind, "to": parcel.to, "id": parcel.id, "deal": number}
    return Event(parcel.deal_id, history.DELIVERED, now, None, parcel.element_id, stage_id=parcel.stage_id, data=told)
