"""The tables of the store. The migrations build them; a test holds the two together.

Instants are whole microseconds since 1970 in UTC: they sort, compare as numbers, and lose nothing. Columns
that a later migration adds come last and have a default, as in a database that was there before.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# Names are compared byte by byte, so that every database puts them into the order that Python does.
Name = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite numbers rows by itself only in a column declared as INTEGER, which holds 64 bits there.
Position = BigInteger().with_variant(Integer(), "sqlite")
NOUGHT = text("0")
EMPTY = text("''")

# The one row that every write changes: the fence. `version` counts the writes, `epoch` the claims; `owner`,
# `address` and `lease_term` (in microseconds) are of who holds the epoch, and say nothing where nobody does.
# `removed` is the last position that was removed from the journal.
fence = Table(
    "fence",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False, server_default=NOUGHT),
    Column("owner", Text, nullable=False, server_default=EMPTY),
    Column("address", Text),
    Column("lease_term", BigInteger, nullable=False, server_default=NOUGHT),
    Column("removed", BigInteger, nullable=False, server_default=NOUGHT),
    CheckConstraint("id = 1", name="one_row"),
)

# Who held which epoch, and since when.
epochs = Table(
    "epochs",
    metadata,
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
)

# Every definition there ever was. Rows outlive their DAG, so that a revision is never used again.
dag_revisions = Table(
    "dag_revisions",
    metadata,
    Column("name", Name, primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
)

# The DAGs there are. One with status `deleted` is a tombstone: its clones are still being removed. `version`
# is that of the write that a row comes from, here and in `ramps`: so a follower finds what is new.
dags = Table(
    "dags",
    metadata,
    Column("name", Name, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("deleted_at", BigInteger),
    Column("epoch", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False, server_default=NOUGHT, index=True),
    ForeignKeyConstraint(["name", "revision"], ["dag_revisions.name", "dag_revisions.revision"]),
)

# One row a parent. `state` is the whole RampState as JSON, its clones included; `phase` and `sequence`
# repeat what queries need. The view `clones` shows one row a clone.
ramps = Table(
    "ramps",
    metadata,
    Column("parent", Name, primary_key=True),
    Column("phase", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False, server_default=NOUGHT, index=True),
)

# What each ramp was told: one row for each commit that changed it. `heard` has the inputs as JSON; `state`
# is the one they began with, where it is recorded.
STATED = text("state IS NOT NULL")
steps = Table(
    "steps",
    metadata,
    Column("position", Position, primary_key=True),
    Column("parent", Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("defaults", Text, nullable=False),
    Column("heard", Text, nullable=False),
    Column("state", Text),
    Index(None, "parent", "position"),
    Index("ix_steps_stated", "parent", "position", sqlite_where=STATED, postgresql_where=STATED),
    sqlite_autoincrement=True,
)

# The journal. `published_at` stays empty until the event has left the outbox, which the second
# index is of; the first finds events by when they happened. `details` is JSON: what few types of event have.
UNSENT = text("published_at IS NULL")
events = Table(
    "events",
    metadata,
    Column("position", Position, primary_key=True),
    Column("parent", Name, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("clone", Text),
    Column("status", Text, nullable=False),
    Column("clones", Integer, nullable=False),
    Column("target", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("message", Text),
    Column("published_at", BigInteger),
    Column("details", Text),
    UniqueConstraint("parent", "sequence"),
    Index(None, "at"),
    Index("ix_events_unsent", "position", sqlite_where=UNSENT, postgresql_where=UNSENT),
    sqlite_autoincrement=True,  # a position is never given out twice, even once old events are removed
)
