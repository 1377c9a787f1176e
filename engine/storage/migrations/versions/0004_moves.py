"""Deals that are moved to another version of their process."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("renamed", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=True),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("stopped_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_moves_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_version_id"), "moves", ["version_id"], unique=False)
    op.create_table(
        "moved_deals",
        sa.Column("move_id", sa.String(length=36), nullable=False),
        sa.Column("deal_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("from_version_id", sa.String(length=36), nullable=True),
        sa.Column("stage_id", sa.String(length=200), nullable=False),
        sa.Column("stage_since", sa.String(length=32), nullable=True),
        sa.Column("state_before", sa.LargeBinary(), nullable=True),
        sa.Column("state_after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_moved_deals_deal_id")),
        sa.ForeignKeyConstraint(["from_version_id"], ["versions.id"], name=op.f("fk_moved_deals_from_version_id")),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_moved_deals_move_id")),
        sa.PrimaryKeyConstraint("move_id", "deal_id", name=op.f("pk_moved_deals")),
    )
    op.create_index(op.f("ix_moved_deals_deal_id"), "moved_deals", ["deal_id"], unique=False)
    waiting = sa.text("result = 'waiting'")
    op.create_index(
        op.f("ix_moved_deals_result"),
        "moved_deals",
        ["result"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_moved_deals_result"), table_name="moved_deals")
    op.drop_index(op.f("ix_moved_deals_deal_id"), table_name="moved_deals")
    op.drop_table("moved_deals")
    op.drop_index(op.f("ix_moves_version_id"), table_name="moves")
    op.drop_table("moves")
