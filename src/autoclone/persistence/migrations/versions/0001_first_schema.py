"""The first schema: definitions with their history, ramps, the journal, and the fence."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CLONES = {
    "sqlite": """
        CREATE VIEW clones AS
        SELECT json_extract(clone.value, '$.name') AS name, ramps.parent AS parent,
               json_extract(clone.value, '$.since') AS since, json_extract(clone.value, '$.stage') AS stage,
               json_extract(clone.value, '$.announced') AS announced,
               json_extract(clone.value, '$.launched') AS launched,
               json_extract(clone.value, '$.lost') AS lost,
               json_extract(clone.value, '$.attempts') AS attempts,
               json_extract(clone.value, '$.retry_at') AS retry_at, ramps.epoch AS epoch
        FROM ramps, json_each(ramps.state, '$.clones') AS clone
    """,
    "postgresql": """
        CREATE VIEW clones AS
        SELECT clone ->> 'name' AS name, ramps.parent AS parent,
               (clone ->> 'since')::timestamptz AS since, clone ->> 'stage' AS stage,
               (clone ->> 'announced')::boolean AS announced,
               (clone ->> 'launched')::boolean AS launched,
               (clone ->> 'lost')::boolean AS lost,
               (clone ->> 'attempts')::integer AS attempts,
               (clone ->> 'retry_at')::timestamptz AS retry_at, ramps.epoch AS epoch
        FROM ramps, json_array_elements(ramps.state::json -> 'clones') AS clone
    """,
}


def upgrade() -> None:
    """Create everything."""
    _create_fence()
    _create_definitions()
    _create_ramps()
    _create_journal()


def _create_fence() -> None:
    fence = op.create_table(
        "fence",
        sa.Column("id", sa.Integer, autoincrement=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fence"),
        sa.CheckConstraint("id = 1", name=op.f("ck_fence_one_row")),
    )
    op.bulk_insert(fence, [{"id": 1, "epoch": 0}])
    op.create_table(
        "epochs",
        sa.Column("epoch", sa.BigInteger, autoincrement=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("claimed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("epoch", name="pk_epochs"),
    )


def _create_definitions() -> None:
    op.create_table(
        "dag_revisions",
        sa.Column("name", NAME),
        sa.Column("revision", sa.BigInteger, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", "revision", name="pk_dag_revisions"),
    )
    op.create_table(
        "dags",
        sa.Column("name", NAME),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("deleted_at", sa.BigInteger),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_dags"),
        sa.ForeignKeyConstraint(
            ["name", "revision"],
            ["dag_revisions.name", "dag_revisions.revision"],
            name="fk_dags_dag_revisions",
        ),
    )


def _create_ramps() -> None:
    op.create_table(
        "ramps",
        sa.Column("parent", NAME),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("parent", name="pk_ramps"),
    )
    op.execute(CLONES[op.get_bind().dialect.name])


def _create_journal() -> None:
    op.create_table(
        "events",
        sa.Column("position", POSITION, autoincrement=True),
        sa.Column("parent", NAME, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("clone", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("clones", sa.Integer, nullable=False),
        sa.Column("target", sa.Integer, nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("published_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("parent", "sequence", name="uq_events_parent_sequence"),
        sqlite_autoincrement=True,
    )
