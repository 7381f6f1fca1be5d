"""The record of what each ramp was told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATED = sa.text("state IS NOT NULL")


def upgrade() -> None:
    """Create it. It begins empty: what happened before has left its events, but not what led to them."""
    op.create_table(
        "steps",
        sa.Column("position", POSITION, nullable=False),
        sa.Column("parent", NAME, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("defaults", sa.Text, nullable=False),
        sa.Column("heard", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.PrimaryKeyConstraint("position", name="pk_steps"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_steps_parent_position"), "steps", ["parent", "position"])
    op.create_index(
        "ix_steps_stated", "steps", ["parent", "position"], sqlite_where=STATED, postgresql_where=STATED
    )
