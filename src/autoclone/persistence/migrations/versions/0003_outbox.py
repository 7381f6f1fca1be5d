"""The outbox: an index of the events that were not published yet, and one of when events happened."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNSENT = sa.text("published_at IS NULL")


def upgrade() -> None:
    """Index what is there: events that nobody published wait for a topic."""
    op.create_index("ix_events_unsent", "events", ["position"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_index(op.f("ix_events_at"), "events", ["at"])
