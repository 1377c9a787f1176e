"""Tasks that people add to a deal, and what undoing a detour needs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("title", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "detours",
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_detours_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_detours")),
    )
    _forget_what_is_past()


def _forget_what_is_past() -> None:
    """Whatever moves a deal on ends the time in which its detour can be undone, without having to know of detours."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER detour_is_past AFTER UPDATE OF revision ON instances "
            "BEGIN DELETE FROM detours WHERE deal_id = NEW.deal_id; END"
        )
        return
    op.execute(
        "CREATE FUNCTION detour_is_past() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN DELETE FROM detours WHERE deal_id = NEW.deal_id; RETURN NULL; END$$"
    )
    op.execute(
        "CREATE TRIGGER detour_is_past AFTER UPDATE OF revision ON instances "
        "FOR EACH ROW EXECUTE FUNCTION detour_is_past()"
    )


def downgrade() -> None:
    on = " ON instances" if op.get_bind().dialect.name != "sqlite" else ""
    op.execute(f"DROP TRIGGER detour_is_past{on}")
    if on:
        op.execute("DROP FUNCTION detour_is_past()")
    op.drop_table("detours")
    # No process knows of them, and nothing else would know what they are.
    op.execute("DELETE FROM tasks WHERE element_id = ''")
    op.drop_column("tasks", "note")
    op.drop_column("tasks", "title")
