"""Drafts of processes, and who has one open."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("version_id", _ID, nullable=True),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_by", _ID, nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", _ID, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_drafts_version_id_versions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "draft_readers",
        sa.Column("draft_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_draft_readers_draft_id_drafts")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_draft_readers_person_id_people")),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_draft_readers")),
    )


def downgrade() -> None:
    op.drop_table("draft_readers")
    op.drop_table("drafts")
