"""Bringing a database to the newest schema, or refusing it before anything is touched."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import stamina
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from autoclone.errors import Transient
from autoclone.persistence.failures import DAMAGED, NOT_A_DATABASE, unusable
from autoclone.persistence.session import Database

MIGRATIONS = Path(__file__).parent / "migrations"

# These only grow, and no start reads them whole: looking all through them would make each start slower.
LARGE = {"dag_revisions", "events"}

# A file that may not be written fails here, and not only at the first write: `BEGIN IMMEDIATE` lets it pass.
WRITES_NOTHING = "UPDATE fence SET epoch = epoch WHERE id < 0"

# Bytes. SQLite has no page smaller than this, and takes a file of one byte for an empty one.
SMALLEST = 512


async def prepare(database: Database) -> None:
    """Create the database where there is none, else check that it is ours and bring it up to date.

    Raises:
        StoreError: it is not ours, of a newer version, damaged or not writable. It was not touched.
        Transient: another program holds a lock on it.
    """
    try:
        exists = await asyncio.to_thread(_look, database.path, database.where)
        unfinished = exists and await asyncio.to_thread(_journal_of(database.path).exists)
    except OSError as error:
        problem = f"the file cannot be reached ({error.strerror}). Name another file"
        raise unusable(database.where, problem) from error
    if exists:
        # SQLite cannot read past a transaction that a crash cut short without rolling it back.
        async with database.alone("rw" if unfinished else "ro") as connection:
            await connection.run_sync(_check, database.where)
    # SQLite does not wait for a lock here, such as that of another server which makes the database as well.
    async for attempt in _while_busy(database.busy_timeout):
        with attempt:
            async with database.alone("rwc") as connection:
                await connection.run_sync(_log_ahead, database.where)
    database.start()
    async with database.writing() as connection:
        await connection.run_sync(_upgrade)
        await connection.exec_driver_sql(WRITES_NOTHING)


def _while_busy(patience: timedelta) -> AsyncIterator[stamina.Attempt]:
    return stamina.retry_context(
        Transient, attempts=None, timeout=patience, wait_initial=0.01, wait_max=0.1, wait_jitter=0.1
    )


def _look(path: Path, where: str) -> bool:
    """Return whether there is a database in the file. Raises `StoreError` where none can be.

    The file is not opened: closing it would take away the locks that this process has on it through SQLite.
    """
    if path.is_dir():
        raise unusable(where, "this is a directory. Name a file in it")
    if not path.parent.is_dir():
        raise unusable(where, f"there is no directory {path.parent}. Create it")
    if not path.exists():
        return False
    size = path.stat().st_size
    if not path.is_file() or 0 < size < SMALLEST:
        raise unusable(where, NOT_A_DATABASE)
    return size > 0


def _journal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def configuration(connection: Connection) -> Config:
    """Return what Alembic needs to work on `connection`, without any file of settings."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _check(connection: Connection, where: str) -> None:
    """Raise `StoreError` unless the database is whole, and empty or of a schema that this version knows."""
    revision = MigrationContext.configure(connection).get_current_revision()
    tables = inspect(connection).get_table_names()
    if revision is None and tables:
        raise unusable(where, "the database belongs to another program. Name another file")
    if revision not in (None, *_known()):
        problem = f"its schema {revision} is unknown: a newer AutoClone, or another program, wrote it"
        raise unusable(where, f"{problem}. Install that version, or name another file")
    for table in sorted(set(tables) - LARGE):
        found = connection.exec_driver_sql(f"PRAGMA quick_check({table})").scalar()
        if found != "ok":
            raise unusable(where, f"{DAMAGED} ({found})")


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def _log_ahead(connection: Connection, where: str) -> None:
    """Make SQLite write ahead to a log, which the database remembers."""
    mode = connection.exec_driver_sql("PRAGMA journal_mode=WAL").scalar()
    if mode != "wal":
        raise unusable(where, "its file system cannot share memory, as WAL mode has to. Name a local file")


def _upgrade(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")
