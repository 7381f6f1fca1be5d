"""The lease: who holds the epoch, how many writes there were, and which of them each row comes from."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOUGHT = sa.text("0")
EMPTY = sa.text("''")


def upgrade() -> None:
    """Add columns to what is there: nobody holds the lease, and every row is older than all versions.

    The fence comes first, as in every write, so that the write of another server is waited for, not met.
    """
    op.add_column("fence", _version())
    op.add_column("fence", sa.Column("owner", sa.Text, nullable=False, server_default=EMPTY))
    op.add_column("fence", sa.Column("address", sa.Text))
    op.add_column("fence", sa.Column("lease_term", sa.BigInteger, nullable=False, server_default=NOUGHT))
    for table in ("dags", "ramps"):
        op.add_column(table, _version())
        op.create_index(op.f(f"ix_{table}_version"), table, ["version"])


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.BigInteger, nullable=False, server_default=NOUGHT)
