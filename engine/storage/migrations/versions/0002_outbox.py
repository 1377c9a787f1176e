"""What is to be sent, and timers in the hands of workers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instances", sa.Column("claimed_until", sa.String(length=32), nullable=True))
    op.add_column("instances", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("instances", sa.Column("error", sa.Text(), nullable=True))
    some = sa.text("failures > 0")
    op.create_index(op.f("ix_instances_failures"), "instances", ["failures"], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_outbox_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_deal_id"), "outbox", ["deal_id"], unique=False)
    op.create_index(op.f("ix_outbox_due_at"), "outbox", ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_due_at"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_deal_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_instances_failures"), table_name="instances")
    op.drop_column("instances", "error")
    op.drop_column("instances", "failures")
    op.drop_column("instances", "claimed_until")
