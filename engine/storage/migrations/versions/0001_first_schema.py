"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("folded", name=op.f("uq_accounts_folded")),
    )
    op.create_table(
        "links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_links")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("published_at", sa.String(length=32), nullable=False),
        sa.Column("published_by", sa.String(length=36), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("process", "number", name=op.f("uq_versions_process_number")),
    )
    op.create_table(
        "deals",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("contact", sa.String(length=500), nullable=False),
        sa.Column("expected_close", sa.String(length=10), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("stage_since", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("decided_element", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_deals_account_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_deals_team_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_deals_version_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_deals")),
        sa.UniqueConstraint("id", name=op.f("uq_deals_id")),
    )
    op.create_index(op.f("ix_deals_account_id"), "deals", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_deals_team_id_outcome_opened_at"), "deals", ["team_id", "outcome", "opened_at"], unique=False
    )
    op.create_index(op.f("ix_deals_version_id_outcome"), "deals", ["version_id", "outcome"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("password", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_people_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_index(op.f("ix_people_team_id"), "people", ["team_id"], unique=False)
    op.create_table(
        "sources",
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_sources_version_id")),
        sa.PrimaryKeyConstraint("version_id", "language", name=op.f("pk_sources")),
    )
    op.create_table(
        "deal_people",
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_people_deal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deal_people_person_id")),
        sa.PrimaryKeyConstraint("deal_id", "role", name=op.f("pk_deal_people")),
    )
    op.create_index(op.f("ix_deal_people_person_id"), "deal_people", ["person_id"], unique=False)
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_history_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_deal_id_id"), "history", ["deal_id", "id"], unique=False)
    op.create_index(op.f("ix_history_task_id"), "history", ["task_id"], unique=False)
    op.create_table(
        "instances",
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_instances_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_instances")),
    )
    op.create_index(op.f("ix_instances_due_at"), "instances", ["due_at"], unique=False)
    op.create_table(
        "lessons",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("shared_at", sa.String(length=32), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_lessons_by")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_lessons_deal_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_lessons_team_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_lessons_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
    )
    op.create_index(op.f("ix_lessons_at"), "lessons", ["at"], unique=False)
    op.create_index(op.f("ix_lessons_deal_id"), "lessons", ["deal_id"], unique=False)
    op.create_index(op.f("ix_lessons_process_stage_id"), "lessons", ["process", "stage_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("claimed_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["claimed_by"], ["people.id"], name=op.f("fk_tasks_claimed_by")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_tasks_deal_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tasks_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_claimed_by_due_at"), "tasks", ["claimed_by", "due_at"], unique=False)
    op.create_index(op.f("ix_tasks_deal_id"), "tasks", ["deal_id"], unique=False)
    op.create_index(op.f("ix_tasks_team_id_due_at"), "tasks", ["team_id", "due_at"], unique=False)
    op.create_table(
        "ticks",
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("check_id", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_ticks_by")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_ticks_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", "check_id", name=op.f("pk_ticks")),
    )
    _keep_history()


def _keep_history() -> None:
    """What happened is only ever added: the database itself refuses to change or delete it."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER history_no_{deed.lower()} BEFORE {deed} ON history "
                "BEGIN SELECT RAISE(ABORT, 'history is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'history is only added to'; END$$"
    )
    op.execute(
        "CREATE TRIGGER history_is_kept BEFORE UPDATE OR DELETE ON history "
        "FOR EACH ROW EXECUTE FUNCTION history_is_kept()"
    )


def downgrade() -> None:
    op.drop_table("ticks")
    op.drop_index(op.f("ix_tasks_team_id_due_at"), table_name="tasks")
    op.drop_index(op.f("ix_tasks_deal_id"), table_name="tasks")
    op.drop_index(op.f("ix_tasks_claimed_by_due_at"), table_name="tasks")
    op.drop_table("tasks")
    op.drop_index(op.f("ix_lessons_process_stage_id"), table_name="lessons")
    op.drop_index(op.f("ix_lessons_deal_id"), table_name="lessons")
    op.drop_index(op.f("ix_lessons_at"), table_name="lessons")
    op.drop_table("lessons")
    op.drop_index(op.f("ix_instances_due_at"), table_name="instances")
    op.drop_table("instances")
    op.drop_index(op.f("ix_history_task_id"), table_name="history")
    op.drop_index(op.f("ix_history_deal_id_id"), table_name="history")
    op.drop_table("history")
    op.drop_index(op.f("ix_deal_people_person_id"), table_name="deal_people")
    op.drop_table("deal_people")
    op.drop_table("sources")
    op.drop_index(op.f("ix_people_team_id"), table_name="people")
    op.drop_table("people")
    op.drop_index(op.f("ix_deals_version_id_outcome"), table_name="deals")
    op.drop_index(op.f("ix_deals_team_id_outcome_opened_at"), table_name="deals")
    op.drop_index(op.f("ix_deals_account_id"), table_name="deals")
    op.drop_table("deals")
    op.drop_table("versions")
    op.drop_table("teams")
    op.drop_table("links")
    op.drop_table("accounts")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION history_is_kept()")
