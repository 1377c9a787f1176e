"""The tables: the engine's memory. What stands here must be what the migrations build (a test compares them)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.storage.columns import Cents, Id, Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


#: Ids out of a BPMN file.
ELEMENT = String(200)

teams = Table(
    "teams", metadata, Column("id", Id, primary_key=True), Column("name", String(200), unique=True, nullable=False)
)

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    # Folded, and null where there is none, so that it can be unique.
    Column("email", String(320), unique=True),
    Column("roles", String(200), nullable=False),
    Column("team_id", ForeignKey(teams.c.id), index=True),
    Column("language", String(10), nullable=False, default=""),
    Column("active", Boolean, nullable=False, default=True),
    Column("epoch", Integer, nullable=False, default=0),
    Column("password", String(300)),
)

links = Table(
    "links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("made_at", Moment, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("process", ELEMENT, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(500), nullable=False),
    Column("language", String(10), nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("published_by", Id),
    Column("note", Text, nullable=False, default=""),
    # Of all its files, so that publishing the same again makes no new version.
    Column("fingerprint", String(64), nullable=False),
    UniqueConstraint("process", "number"),
)

sources = Table(
    "sources",
    metadata,
    Column("version_id", ForeignKey(versions.c.id), primary_key=True),
    # Empty for the file itself, else the language of the twin.
    Column("language", String(10), primary_key=True),
    Column("xml", LargeBinary, nullable=False),
)

#: Whoever has the token sees the map of the process, without a sign-in.
map_links = Table(
    "map_links",
    metadata,
    Column("process", ELEMENT, primary_key=True),
    Column("token", String(64), unique=True, nullable=False),
    Column("made_by", Id, nullable=False),
    Column("made_at", Moment, nullable=False),
)

#: Processes that designers are changing, before they are published. ``revision`` rises with each change.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("process", ELEMENT, nullable=False),
    Column("name", String(500), nullable=False),
    # What it began from.
    Column("version_id", ForeignKey(versions.c.id)),
    Column("xml", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("begun_by", Id, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("changed_by", Id, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

#: Who has a draft open, as of when they last said so.
draft_readers = Table(
    "draft_readers",
    metadata,
    Column("draft_id", ForeignKey(drafts.c.id), primary_key=True),
    Column("person_id", ForeignKey(people.c.id), primary_key=True),
    Column("seen_at", Moment, nullable=False),
)

#: On elements and stages of maps. ``thread`` is the comment that one answers; no foreign key, since a backup's rows
#: come in the order of their ids.
comments = Table(
    "comments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("process", ELEMENT, nullable=False),
    Column("element_id", ELEMENT, nullable=False),
    Column("version_id", ForeignKey(versions.c.id), nullable=False),
    Column("by", ForeignKey(people.c.id), nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("thread", Id),
    Column("resolved_at", Moment),
    Column("resolved_by", Id),
    Index(None, "process", "element_id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(300), nullable=False),
    Column("folded", String(300), nullable=False, unique=True),
)

deals = Table(
    "deals",
    metadata,
    # The number by which people know it.
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("title", String(500), nullable=False),
    Column("account_id", ForeignKey(accounts.c.id), nullable=False, index=True),
    Column("team_id", ForeignKey(teams.c.id), nullable=False),
    Column("process", ELEMENT, nullable=False),
    Column("version_id", ForeignKey(versions.c.id), nullable=False),
    Column("value", Cents),
    Column("contact", String(500), nullable=False, default=""),
    Column("expected_close", String(10), nullable=False, default=""),
    Column("opened_at", Moment, nullable=False),
    Column("outcome", String(20), nullable=False, default=""),
    # Where it was on the map when its outcome was decided.
    Column("decided_element", ELEMENT, nullable=False, default=""),
    Column("decided_at", Moment),
    Column("ended_at", Moment),
    Column("search", Text, nullable=False),
    Index(None, "team_id", "outcome", "opened_at"),
    Index(None, "version_id", "outcome"),
)

deal_people = Table(
    "deal_people",
    metadata,
    Column("deal_id", ForeignKey(deals.c.id), primary_key=True),
    Column("role", String(40), primary_key=True),
    Column("person_id", ForeignKey(people.c.id), nullable=False, index=True),
    sqlite_with_rowid=False,
)

#: The running process of each deal: what every step writes. ``revision`` rises with each; ``state`` is empty once the
#: process has ended; ``data`` is what is known, without the questions that nobody has answered; the stage is where the
#: deal is.
instances = Table(
    "instances",
    metadata,
    Column("deal_id", ForeignKey(deals.c.id), primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("data", Json, nullable=False),
    Column("stage_id", ELEMENT, nullable=False),
    Column("stage_since", Moment, nullable=False),
    Column("due_at", Moment),
    # A worker has these timers in hand until then.
    Column("claimed_until", Moment),
    # How often they could not fire since the last step, and why. With an error and no due time they were given up.
    Column("failures", Integer, nullable=False, default=0, server_default="0"),
    Column("error", Json),
)
_TIMED, _FAILED = instances.c.due_at.is_not(None), instances.c.failures > 0
Index(None, instances.c.due_at, sqlite_where=_TIMED, postgresql_where=_TIMED)
Index(None, instances.c.failures, sqlite_where=_FAILED, postgresql_where=_FAILED)

#: What is still to be sent, written together with the step that caused it; gone when it was sent. Without a due time it
#: was given up.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("deal_id", ForeignKey(deals.c.id), nullable=False, index=True),
    Column("element_id", ELEMENT, nullable=False),
    Column("stage_id", ELEMENT, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("payload", Json, nullable=False),
    Column("queued_at", Moment, nullable=False),
    # While it is in a worker's hands: when it falls to another.
    Column("due_at", Moment, index=True),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", String(64)),
    Column("error", Json),
)

#: What open deals wait for from others: messages with what they are correlated by, and signals.
awaited = Table(
    "awaited",
    metadata,
    Column("deal_id", ForeignKey(deals.c.id), primary_key=True),
    Column("element_id", ELEMENT, primary_key=True),
    Column("key", String(500), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(500), nullable=False),
    Index(None, "name", "key"),
)

#: Messages that nobody waited for when they came.
kept_messages = Table(
    "kept_messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(500), nullable=False),
    Column("key", String(500), nullable=False),
    Column("carries", Json, nullable=False),
    # Of the deal that has thrown it; null when it came from outside.
    Column("deal_id", ForeignKey(deals.c.id)),
    Column("element_id", ELEMENT, nullable=False),
    Column("kept_at", Moment, nullable=False),
    Index(None, "name", "key"),
)

#: ``token`` is the process's own name for it: with the deal it is the id of the task.
tasks = Table(
    "tasks",
    metadata,
    Column("deal_id", ForeignKey(deals.c.id), primary_key=True),
    Column("token", String(36), primary_key=True),
    Column("element_id", ELEMENT, nullable=False),
    Column("role", String(40), nullable=False),
    Column("stage_id", ELEMENT, nullable=False),
    Column("team_id", ForeignKey(teams.c.id), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("claimed_by", ForeignKey(people.c.id)),
    # Of a task that someone added; its element is empty.
    Column("title", String(200), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Index(None, "team_id", "due_at"),
    sqlite_with_rowid=False,
)
_CLAIMED = tasks.c.claimed_by.is_not(None)
Index(None, tasks.c.claimed_by, tasks.c.due_at, sqlite_where=_CLAIMED, postgresql_where=_CLAIMED)

#: The deal as it was before its newest detour, while that can be undone: a trigger removes the row as soon as the
#: deal's revision rises (migration 0005). ``revision`` is the deal's after the detour.
detours = Table(
    "detours",
    metadata,
    Column("deal_id", ForeignKey(deals.c.id), primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("due_at", Moment),
    Column("rows", Json, nullable=False),
)

ticks = Table(
    "ticks",
    metadata,
    Column("deal_id", ForeignKey(deals.c.id), primary_key=True),
    Column("check_id", ELEMENT, primary_key=True),
    Column("by", ForeignKey(people.c.id), nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

#: Only ever added to: triggers refuse any change (migration 0001). A row holds the events that one person (or time)
#: caused in a deal at one moment, each as a list: its kind, its stage (null for that of the event before), element,
#: token and data, without those at the end that are empty.
history = Table(
    "history",
    metadata,
    # BIGINT cannot count by itself in SQLite.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("deal_id", ForeignKey(deals.c.id), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", Id),
    Column("events", Json, nullable=False),
)

#: Deals that are moved to another version of their process: what was asked for, and what became of each deal.
moves = Table(
    "moves",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version_id", ForeignKey(versions.c.id), nullable=False, index=True),
    Column("renamed", Json, nullable=False),
    Column("asked_by", Id),
    Column("asked_at", Moment, nullable=False),
    Column("stopped_at", Moment),
)

moved_deals = Table(
    "moved_deals",
    metadata,
    Column("move_id", ForeignKey(moves.c.id), primary_key=True),
    Column("deal_id", ForeignKey(deals.c.id), primary_key=True, index=True),
    Column("place", Integer, nullable=False),
    Column("result", String(20), nullable=False),
    Column("reasons", Json, nullable=False),
    # What it was, so that it can be brought back; and what it became, to see whether it has gone on since.
    Column("from_version_id", ForeignKey(versions.c.id)),
    Column("stage_id", ELEMENT, nullable=False, default=""),
    Column("stage_since", Moment),
    Column("state_before", LargeBinary),
    Column("state_after", LargeBinary),
)
_WAITING = moved_deals.c.result == "waiting"
Index(None, moved_deals.c.result, sqlite_where=_WAITING, postgresql_where=_WAITING)

lessons = Table(
    "lessons",
    metadata,
    Column("id", Id, primary_key=True),
    Column("deal_id", ForeignKey(deals.c.id), nullable=False, index=True),
    Column("team_id", ForeignKey(teams.c.id), nullable=False),
    Column("process", ELEMENT, nullable=False),
    Column("version_id", ForeignKey(versions.c.id), nullable=False),
    Column("about", String(20), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("stage_id", ELEMENT, nullable=False),
    Column("element_id", ELEMENT, nullable=False),
    Column("by", ForeignKey(people.c.id), nullable=False),
    Column("at", Moment, nullable=False),
    Column("shared_at", Moment),
    Column("search", Text, nullable=False),
    Index(None, "process", "stage_id"),
    Index(None, "at"),
)
