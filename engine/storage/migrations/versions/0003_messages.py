"""What deals wait for from others, and messages that nobody waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "awaited",
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_awaited_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", "element_id", "key", name=op.f("pk_awaited")),
    )
    op.create_index(op.f("ix_awaited_name_key"), "awaited", ["name", "key"], unique=False)
    op.create_table(
        "kept_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("carries", sa.Text(), nullable=False),
        sa.Column("deal_id", sa.String(length=36), nullable=True),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("kept_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_kept_messages_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_messages")),
    )
    op.create_index(op.f("ix_kept_messages_name_key"), "kept_messages", ["name", "key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_kept_messages_name_key"), table_name="kept_messages")
    op.drop_table("kept_messages")
    op.drop_index(op.f("ix_awaited_name_key"), table_name="awaited")
    op.drop_table("awaited")
