"""What migration 0006 makes of each row, and back. Rows are plain mappings, as the tables of that time had them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID
from xml.etree import ElementTree

import orjson

Row = dict[str, Any]

MOMENTS = frozenset(
    {
        *("published_at", "made_at", "stage_since", "opened_at", "decided_at", "ended_at", "due_at", "claimed_until"),
        *("queued_at", "kept_at", "asked_at", "stopped_at", "at", "shared_at"),
    }
)
IDS = frozenset(
    {
        *("id", "team_id", "version_id", "from_version_id", "account_id", "person_id", "move_id"),
        *("published_by", "asked_by", "claimed_by", "by"),
    }
)
#: What is no UUID, though its column is called like one.
NO_IDS = frozenset({("deals", "id"), ("history", "id"), ("tasks", "id"), ("outbox", "claimed_by")})
#: What moves from a deal to its process.
PLACE = ("data", "stage_id", "stage_since")
#: Undone by a reference to their row, so they are the first of it.
DETOURS = frozenset({"TaskSkipped", "StageChosen", "TaskAdded", "DetourUndone"})
#: Of an event, without its kind and stage.
_NOTHING: tuple[Any, ...] = ("", "", {})
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Read(Protocol):
    """The rows of a table that was put aside; with ``place``, those of deals or their processes with what the other
    table has of what is known, and of where the deal is."""

    def __call__(self, table: str, *, place: bool = False) -> Iterator[Row]: ...


class Forward:
    def __init__(self, read: Read, id_of: Callable[[str], Any]) -> None:
        self._read, self._id_of = read, id_of
        self._numbers: dict[str, int] = {row["id"]: row["number"] for row in read("deals")}

    def rows(self, table: str) -> Iterator[Row]:
        if table == "history":
            yield from self._steps()
            return
        for row in self._read(table, place=table == "instances"):
            # What belonged to no deal any more could not be seen by anyone.
            if row.get("deal_id") is None or row["deal_id"] in self._numbers:
                yield {name: self._turned(table, name, value) for name, value in self._made_anew(table, row).items()}

    def _made_anew(self, table: str, row: Row) -> Row:
        match table:
            case "deals":
                return _without(row, "number", *PLACE)
            case "tasks":
                return {**_without(row, "id"), "token": row["id"]}
            case "detours":
                return {**row, "rows": self._detour(orjson.loads(row["rows"]))}
            case "outbox":
                return {**row, "payload": self._addressed(orjson.loads(row["payload"]))}
        return row

    def _turned(self, table: str, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name == "deal_id" or (table, name) == ("deals", "id"):
            return self._numbers[value]
        if name in MOMENTS:
            return (datetime.fromisoformat(value) - _BEGINNING) // timedelta(microseconds=1)
        return self._id_of(value) if name in IDS and (table, name) not in NO_IDS else value

    def _steps(self) -> Iterator[Row]:
        """One row for what was caused in a deal at one moment by one person, under the number of its first event."""
        detours = 0

        def step(row: Row) -> tuple[Any, ...]:
            nonlocal detours
            detours += row["kind"] in DETOURS
            return row["deal_id"], row["at"], row["by"], detours

        for _key, caused in groupby((one for one in self._read("history") if one["deal_id"] in self._numbers), step):
            first, *others = caused
            kept = {name: self._turned("history", name, first[name]) for name in ("id", "deal_id", "at", "by")}
            yield {**kept, "events": _json(_packed([first, *others]))}

    def _detour(self, rows: dict[str, Any]) -> str:
        process = {name: rows["deal"].pop(name) for name in PLACE}
        for name in ("tasks", "ticks", "awaited"):
            for row in rows[name]:
                row["deal_id"] = self._numbers[row["deal_id"]]
        for row in rows["tasks"]:
            row["token"] = row.pop("id")
        return _json({**rows, "process": process})

    def _addressed(self, payload: dict[str, Any]) -> str:
        """A signal on its way names the deal that it is for."""
        if "deal" in payload:
            payload["deal"] = self._numbers.get(payload["deal"], 0)
        return _json(payload)


def _packed(rows: list[Row]) -> list[list[Any]]:
    found, stage = [], ""
    for row in rows:
        here = None if row["stage_id"] == stage else row["stage_id"]
        stage = row["stage_id"]
        event = [row["kind"], here, row["element_id"], row["task_id"], orjson.loads(row["data"])]
        while len(event) > 2 and not event[-1]:
            event.pop()
        found.append(event)
    return found


class Back:
    def __init__(self, read: Read, text_of: Callable[[Any], str]) -> None:
        self._read, self._text_of = read, text_of

    def rows(self, table: str) -> Iterator[Row]:
        if table == "history":
            yield from self._events()
            return
        asks = self._questions() if table == "deals" else {}
        for row in self._read(table, place=table == "deals"):
            yield {name: self._turned(table, name, value) for name, value in self._made_anew(table, row, asks).items()}

    def _made_anew(self, table: str, row: Row, asks: Mapping[str, Row]) -> Row:
        deal = row.get("deal_id", 0)
        match table:
            case "deals":
                # A question that was not asked yet had an empty answer.
                data = {**asks[self._text_of(row["version_id"])], **orjson.loads(row["data"] or "{}")}
                stage = {"stage_id": row["stage_id"] or "", "stage_since": row["stage_since"] or row["opened_at"]}
                return {**row, "number": row["id"], "data": _json(data), **stage}
            case "instances":
                return {**_without(row, *PLACE), "state": _state(deal, row["state"])}
            case "tasks":
                return {**_without(row, "token"), "id": _task(deal, row["token"])}
            case "detours":
                return {
                    **row,
                    "state": _state(deal, row["state"]),
                    "rows": _detour_as_before(orjson.loads(row["rows"])),
                }
            case "outbox":
                return {**row, "payload": _addressed_as_before(orjson.loads(row["payload"]))}
            case "moved_deals":
                return {**row, **{name: _state(deal, row[name]) for name in ("state_before", "state_after")}}
        return row

    def _turned(self, table: str, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name == "deal_id" or (table, name) == ("deals", "id"):
            return str(value)
        if name in MOMENTS:
            return (_BEGINNING + timedelta(microseconds=value)).isoformat(timespec="microseconds")
        return self._text_of(value) if name in IDS and (table, name) not in NO_IDS else value

    def _questions(self) -> dict[str, Row]:
        """Version to what it asks."""
        found = {}
        for row in self._read("sources"):
            if not row["language"]:
                fields = (one for one in ElementTree.fromstring(bytes(row["xml"])).iter() if one.tag.endswith("}field"))
                found[self._text_of(row["version_id"])] = {field.get("id", ""): None for field in fields}
        return found

    def _events(self) -> Iterator[Row]:
        number = 0
        detours: dict[int, int] = {}
        for row in self._read("history"):
            stage = ""
            events: list[list[Any]] = orjson.loads(row["events"])
            for place, told in enumerate(events):
                kind, here, element, token, data = (*told, *_NOTHING[len(told) - 2 :])
                stage = stage if here is None else here
                number += 1
                if place == 0 and kind in DETOURS:
                    detours[row["id"]] = number
                if kind == "DetourUndone":
                    data = {**data, "event": detours[data["event"]]}
                about = {name: self._turned("history", name, row[name]) for name in ("deal_id", "at", "by")}
                about |= {"element_id": element, "task_id": _task(row["deal_id"], token) if token else ""}
                yield {"id": number, "kind": kind, **about, "stage_id": stage, "data": _json(data)}


def _task(deal: int, token: str) -> str:
    """The id of a task was one for all deals."""
    return token if len(token) == 36 else f"{deal}-{token}"


def _state(deal: int, state: bytes | None) -> bytes | None:
    """Tokens of tasks under the ids of these."""
    if not state:
        return state
    stored = orjson.loads(bytes(state))
    if stored["format"] == 2:
        for token in stored["tokens"]:
            token[0] = token[0] if token[0].isdecimal() else _task(deal, token[0])
    return orjson.dumps(stored)


def _detour_as_before(rows: dict[str, Any]) -> str:
    rows["deal"] |= rows.pop("process")
    for row in rows["tasks"]:
        row["id"] = _task(row["deal_id"], row.pop("token"))
    for name in ("tasks", "ticks", "awaited"):
        for row in rows[name]:
            row["deal_id"] = str(row["deal_id"])
    return _json(rows)


def _addressed_as_before(payload: dict[str, Any]) -> str:
    if "deal" in payload:
        payload["deal"] = str(payload["deal"])
    return _json(payload)


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def as_bytes(text: str) -> bytes:
    return UUID(text).bytes


def as_text(value: Any) -> str:
    """Of sixteen bytes, or of what PostgreSQL's driver gives."""
    return str(value) if isinstance(value, UUID) else str(UUID(bytes=bytes(value)))
