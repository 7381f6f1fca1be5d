"""The migrations build in PostgreSQL, too, exactly the tables that the code uses."""

from collections.abc import Callable

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from autoclone.errors import StoreError
from autoclone.persistence import open_store, schema
from autoclone.persistence.postgres_address import PostgresAddress
from autoclone.persistence.tables import metadata
from postgres_kit import Postgres

COLUMNS = """
    SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT IN ('alembic_version', 'clones')
    ORDER BY table_name, ordinal_position
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text AS its_table, conname, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    ORDER BY its_table, conname
"""


async def done(address: str, work: Callable[[Connection], object]) -> object:
    engine = create_async_engine(PostgresAddress.parse(address).url, poolclass=NullPool)
    async with engine.begin() as connection:
        return await connection.run_sync(work)


def differences(connection: Connection) -> object:
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)


async def test_the_migrations_from_nothing_give_exactly_the_tables(address: str) -> None:
    await done(address, schema.upgrade)
    assert await done(address, differences) == []


async def test_they_agree_on_every_column_and_constraint(postgres: Postgres) -> None:
    migrated, created = postgres.database(), postgres.database()
    await done(postgres.address(migrated), schema.upgrade)
    await done(postgres.address(created), metadata.create_all)
    for question in (COLUMNS, CONSTRAINTS):
        assert postgres.sql(question, migrated) == postgres.sql(question, created) != ""


async def test_a_difference_would_be_noticed(postgres: Postgres) -> None:
    database = postgres.database()
    await done(postgres.address(database), schema.upgrade)
    postgres.sql("ALTER TABLE ramps DROP COLUMN phase CASCADE", database)
    assert await done(postgres.address(database), differences) != []


async def test_a_migration_that_fails_leaves_nothing_behind(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = postgres.database()

    def fail(connection: Connection) -> None:
        command.upgrade(schema.configuration(connection), "head")
        raise StoreError("the disk went away")

    store = open_store(postgres.address(database))
    with monkeypatch.context() as patched:
        patched.setattr(schema, "upgrade", fail)
        with pytest.raises(StoreError, match="went away"):
            await store.open()
    assert postgres.sql(COLUMNS, database) == ""
    await store.open()
    assert await store.load() == []
    await store.close()


async def test_one_name_is_found_by_an_index(postgres: Postgres) -> None:
    """The store asks with the order of bytes, which the index has to have as well."""
    database = postgres.database()
    await done(postgres.address(database), schema.upgrade)
    for table, column in (("dags", "name"), ("events", "parent"), ("ramps", "parent")):
        asked = f"SELECT * FROM {table} WHERE {column} = 'orders'::VARCHAR COLLATE \"C\""  # noqa: S608
        plan = postgres.sql(f"SET enable_seqscan = off; EXPLAIN {asked}", database)
        assert "Index Cond" in plan
