"""How far the journal has been shortened, so that a reader who comes back can be told what it has missed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is known from here on; of what was removed before, nothing is."""
    op.add_column("fence", sa.Column("removed", sa.BigInteger, nullable=False, server_default=sa.text("0")))
