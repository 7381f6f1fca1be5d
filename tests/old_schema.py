"""A database as an earlier version of AutoClone left it."""

from collections.abc import Callable

from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from autoclone.persistence.codec import encode_document, encode_state, to_micros
from autoclone.persistence.postgres_address import PostgresAddress
from autoclone.persistence.schema import configuration
from store_kit import START, document, state

FIRST = """
    UPDATE fence SET epoch = 3;
    INSERT INTO epochs (epoch, owner, claimed_at) VALUES (1, 'a', 0), (2, 'b', 0), (3, 'old', 0);
    INSERT INTO dag_revisions (name, revision, document, source, updated_at, epoch)
    VALUES ('flights', 1, :flights, 'api', :at, 1), ('orders', 2, :orders, 'api', :at, 3);
    INSERT INTO dags (name, revision, status, deleted_at, epoch)
    VALUES ('flights', 1, 'stopped', NULL, 1), ('orders', 2, 'running', NULL, 3);
    INSERT INTO ramps (parent, phase, sequence, epoch, state)
    VALUES ('orders', 'ramping_up', 2, 3, :state);
    INSERT INTO events (parent, sequence, at, type, status, clones, target, epoch)
    VALUES ('orders', 1, :at, 'clone.created', '', 1, 3, 3), ('orders', 2, :at, 'clone.created', '', 1, 3, 3)
"""
VALUES = {
    "flights": encode_document(document("flights")),
    "orders": encode_document(document()),
    "at": to_micros(START),
    "state": encode_state(state("orders", 2)),
}


async def change_behind(where: str, work: Callable[[Connection], None]) -> None:
    """Do something to a database without a store."""
    path = where.removeprefix("sqlite:///")
    url = PostgresAddress.parse(where).url if path == where else f"sqlite+aiosqlite:///{path}"
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(work)


def make_the_first_schema(connection: Connection) -> None:
    """Make the tables of the first schema, with the DAGs `flights` and `orders` in them."""
    command.upgrade(configuration(connection), "0001")
    for statement in map(text, FIRST.split(";")):
        named = {name: VALUES[name] for name in statement.compile().params}
        connection.execute(statement, named)
