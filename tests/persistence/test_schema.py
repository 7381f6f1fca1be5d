"""The migrations build exactly the tables that the code uses."""

import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from autoclone.errors import StoreError
from autoclone.persistence import schema, sqlite_schema
from autoclone.persistence.schema import configuration
from autoclone.persistence.sqlite import SqliteStore
from autoclone.persistence.tables import metadata
from store_kit import START, change


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection to an empty database in memory."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def tables(connection: Connection) -> dict[str, set[str]]:
    """What each table and index consists of, as it was said when it was made or altered."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite_%' "
        "AND name <> 'alembic_version'"
    )
    return {name: parts(sql) for name, sql in found}


def parts(sql: str) -> set[str]:
    """The columns and constraints, wherever the lines end: columns that were added follow all others."""
    _, _, inside = sql.partition("(")
    return {part.strip() for part in re.split(r",(?![^()]*\))", inside.rpartition(")")[0])}


def test_the_migrations_from_nothing_give_exactly_the_tables(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []


def test_they_agree_on_every_constraint_too(connection: Connection) -> None:
    metadata.create_all(connection)
    expected = tables(connection)
    metadata.drop_all(connection)
    assert tables(connection) == {}
    command.upgrade(configuration(connection), "head")
    assert tables(connection) == expected


def test_a_difference_would_be_noticed(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")
    connection.exec_driver_sql("ALTER TABLE ramps DROP COLUMN phase")
    assert compare_metadata(MigrationContext.configure(connection), metadata) != []


def test_upgrading_what_is_up_to_date_changes_nothing(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")
    before = tables(connection)
    command.upgrade(configuration(connection), "head")
    assert tables(connection) == before
    assert connection.exec_driver_sql("SELECT epoch FROM fence").all() == [(0,)]


async def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.db"

    def fail(connection: Connection) -> None:
        command.upgrade(configuration(connection), "head")
        raise StoreError("the disk went away")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "upgrade", fail)
        with pytest.raises(StoreError, match="went away"):
            await SqliteStore(path).open()
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []
    database.close()
    store = SqliteStore(path)
    await store.open()
    assert await store.load() == []
    await store.close()


def test_a_database_that_cannot_write_ahead_is_refused(connection: Connection) -> None:
    with pytest.raises(StoreError, match=r"AUTOCLONE_STORE = here: .*WAL mode.*Name a local file"):
        sqlite_schema._log_ahead(connection, "here")  # one in memory cannot


def test_the_migrations_are_in_the_package_that_users_install(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    source = schema.MIGRATIONS
    needed = {f"autoclone/persistence/migrations/{path.relative_to(source)}" for path in source.rglob("*.*")}
    assert {name for name in needed if "__pycache__" not in name} <= packed


async def test_an_operator_can_look_at_the_clones(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    await store.open()
    await store.commit(await store.claim_epoch("one", START), [change("orders", 1, 2)])
    with sqlite3.connect(tmp_path / "store.db") as database:
        found = database.execute("SELECT name, parent, stage, since, epoch FROM clones").fetchall()
    database.close()
    await store.close()
    since = "2025-01-25T09:00:00.123456+00:00"
    assert found == [("orders_20250125090000", "orders", "running", since, 1)]
