"""The details of an event: what only few types have, such as the hold that began or ended."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column. What is there already has no details."""
    op.add_column("events", sa.Column("details", sa.Text))
