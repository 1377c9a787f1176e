"""Smaller rows, so that a step writes few pages: a deal is its number, a task the deal's and a token, a step of history
one row; ids are sixteen bytes, moments numbers, and what is known stands beside the process.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import context, op

from engine.storage.migrations.smaller_rows import Back, Forward, Row, as_bytes, as_text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: Those that others point to first.
TABLES = (
    *("teams", "people", "links", "versions", "sources", "accounts", "deals", "deal_people", "instances", "outbox"),
    *("awaited", "kept_messages", "tasks", "detours", "ticks", "history", "moves", "moved_deals", "lessons"),
)
BATCH = 1000
OLD = "before_0006_"

ID = sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql")
MOMENT = sa.BigInteger()


def upgrade() -> None:
    _put_aside()
    _create()
    forward = Forward(_rows, UUID if _is_postgresql() else as_bytes)
    for table in TABLES:
        _fill(table, forward.rows(table))
    _drop()
    _older("0001")._keep_history()
    _older("0005")._forget_what_is_past()


def downgrade() -> None:
    _put_aside()
    for number in ("0001", "0002", "0003", "0004", "0005"):
        _older(number).upgrade()
    back = Back(_rows, as_text)
    for table in TABLES:
        _fill(table, back.rows(table))
    _drop()


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _older(number: str) -> Any:
    return context.script.get_revision(number).module


def _put_aside() -> None:
    """The tables under other names, and nothing else of the names that they had."""
    bind = op.get_bind()

    def asked(statement: str) -> list[str]:
        return [row[0] for row in bind.exec_driver_sql(statement).fetchall()]

    if _is_postgresql():
        bind.exec_driver_sql("DROP TRIGGER history_is_kept ON history")
        bind.exec_driver_sql("DROP TRIGGER detour_is_past ON instances")
        for function in ("history_is_kept", "detour_is_past"):
            bind.exec_driver_sql(f"DROP FUNCTION {function}()")
        ours = "(" + ", ".join(f"'{table}'" for table in TABLES) + ")"
        for table in TABLES:
            op.rename_table(table, OLD + table)
        here = "schemaname = current_schema()"
        aside = ours.replace("('", f"('{OLD}").replace(" '", f" '{OLD}")
        for index in asked(f"SELECT indexname FROM pg_indexes WHERE {here} AND tablename IN {aside}"):
            bind.exec_driver_sql(f'ALTER INDEX "{index}" RENAME TO "{OLD}{index}"')
        for sequence in asked(f"SELECT sequencename FROM pg_sequences WHERE {here}"):
            bind.exec_driver_sql(f'ALTER SEQUENCE "{sequence}" RENAME TO "{OLD}{sequence}"')
        return
    for trigger in asked("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        bind.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
    for index in asked("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"):
        bind.exec_driver_sql(f'DROP INDEX "{index}"')
    for table in TABLES:
        op.rename_table(table, OLD + table)


def _rows(table: str, *, place: bool = False) -> Iterator[Row]:
    order = "ORDER BY id" if table == "history" else ""
    other = {"deals": "instances", "instances": "deals"}[table] if place else ""
    columns = f"{OLD}{table}.*, data, stage_id, stage_since" if place else "*"
    joined = f"LEFT JOIN {OLD}{other} ON {OLD}deals.id = {OLD}instances.deal_id" if place else ""
    asked = sa.text(f"SELECT {columns} FROM {OLD}{table} {joined} {order}")
    found = op.get_bind().execute(asked, execution_options={"yield_per": BATCH})
    yield from (dict(row) for row in found.mappings())


def _fill(name: str, rows: Iterable[Row]) -> None:
    bind = op.get_bind()
    table = sa.Table(name, sa.MetaData(), autoload_with=bind, resolve_fks=False)
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        bind.execute(table.insert(), batch)
    if _is_postgresql() and name in ("deals", "history"):
        counted = "number" if "number" in table.c else "id"
        bind.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{name}', '{counted}'), "
            f"coalesce(max({counted}), 1), max({counted}) IS NOT NULL) FROM {name}"
        )


def _drop() -> None:
    for table in reversed(TABLES):
        op.drop_table(OLD + table)


def _create() -> None:
    op.create_table(
        "teams",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "people",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("password", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_people_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_index(op.f("ix_people_team_id"), "people", ["team_id"])
    op.create_table(
        "links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_links")),
    )
    op.create_table(
        "versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("process", "number", name=op.f("uq_versions_process_number")),
    )
    op.create_table(
        "sources",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_sources_version_id")),
        sa.PrimaryKeyConstraint("version_id", "language", name=op.f("pk_sources")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("folded", name=op.f("uq_accounts_folded")),
    )
    op.create_table(
        "deals",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("contact", sa.String(length=500), nullable=False),
        sa.Column("expected_close", sa.String(length=10), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("decided_element", sa.String(length=200), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_deals_account_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_deals_team_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_deals_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
    )
    op.create_index(op.f("ix_deals_account_id"), "deals", ["account_id"])
    op.create_index(op.f("ix_deals_team_id_outcome_opened_at"), "deals", ["team_id", "outcome", "opened_at"])
    op.create_index(op.f("ix_deals_version_id_outcome"), "deals", ["version_id", "outcome"])
    op.create_table(
        "deal_people",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_people_deal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deal_people_person_id")),
        sa.PrimaryKeyConstraint("deal_id", "role", name=op.f("pk_deal_people")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_deal_people_person_id"), "deal_people", ["person_id"])
    op.create_table(
        "instances",
        sa.Column("deal_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("stage_since", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_instances_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_instances")),
    )
    some = sa.text("due_at IS NOT NULL")
    op.create_index(op.f("ix_instances_due_at"), "instances", ["due_at"], sqlite_where=some, postgresql_where=some)
    some = sa.text("failures > 0")
    op.create_index(op.f("ix_instances_failures"), "instances", ["failures"], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_outbox_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_deal_id"), "outbox", ["deal_id"])
    op.create_index(op.f("ix_outbox_due_at"), "outbox", ["due_at"])
    op.create_table(
        "awaited",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_awaited_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", "element_id", "key", name=op.f("pk_awaited")),
    )
    op.create_index(op.f("ix_awaited_name_key"), "awaited", ["name", "key"])
    op.create_table(
        "kept_messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("carries", sa.Text(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_kept_messages_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_messages")),
    )
    op.create_index(op.f("ix_kept_messages_name_key"), "kept_messages", ["name", "key"])
    op.create_table(
        "tasks",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("claimed_by", ID, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claimed_by"], ["people.id"], name=op.f("fk_tasks_claimed_by")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_tasks_deal_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tasks_team_id")),
        sa.PrimaryKeyConstraint("deal_id", "token", name=op.f("pk_tasks")),
        sqlite_with_rowid=False,
    )
    some = sa.text("claimed_by IS NOT NULL")
    op.create_index(
        op.f("ix_tasks_claimed_by_due_at"), "tasks", ["claimed_by", "due_at"], sqlite_where=some, postgresql_where=some
    )
    op.create_index(op.f("ix_tasks_team_id_due_at"), "tasks", ["team_id", "due_at"])
    op.create_table(
        "detours",
        sa.Column("deal_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_detours_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_detours")),
    )
    op.create_table(
        "ticks",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.String(length=200), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_ticks_by")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_ticks_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", "check_id", name=op.f("pk_ticks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("events", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_history_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_deal_id"), "history", ["deal_id"])
    op.create_table(
        "moves",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("renamed", sa.Text(), nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_moves_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_version_id"), "moves", ["version_id"])
    op.create_table(
        "moved_deals",
        sa.Column("move_id", ID, nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("from_version_id", ID, nullable=True),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("stage_since", MOMENT, nullable=True),
        sa.Column("state_before", sa.LargeBinary(), nullable=True),
        sa.Column("state_after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_moved_deals_deal_id")),
        sa.ForeignKeyConstraint(["from_version_id"], ["versions.id"], name=op.f("fk_moved_deals_from_version_id")),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_moved_deals_move_id")),
        sa.PrimaryKeyConstraint("move_id", "deal_id", name=op.f("pk_moved_deals")),
    )
    op.create_index(op.f("ix_moved_deals_deal_id"), "moved_deals", ["deal_id"])
    some = sa.text("result = 'waiting'")
    op.create_index(op.f("ix_moved_deals_result"), "moved_deals", ["result"], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "lessons",
        sa.Column("id", ID, nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("shared_at", MOMENT, nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_lessons_by")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_lessons_deal_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_lessons_team_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_lessons_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
    )
    op.create_index(op.f("ix_lessons_at"), "lessons", ["at"])
    op.create_index(op.f("ix_lessons_deal_id"), "lessons", ["deal_id"])
    op.create_index(op.f("ix_lessons_process_stage_id"), "lessons", ["process", "stage_id"])
