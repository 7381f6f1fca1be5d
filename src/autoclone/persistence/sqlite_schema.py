"""Bringing a file of SQLite to the newest schema, or refusing it before anything is touched."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import stamina
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.errors import Transient
from autoclone.persistence import schema
from autoclone.persistence.failures import DAMAGED, unusable
from autoclone.persistence.sqlite_failures import NOT_A_DATABASE

# These only grow, and no start reads them whole: looking all through them would make each start slower.
LARGE = {"dag_revisions", "events"}

# The first that tells what it has updated, as the fence has to know.
OLDEST = (3, 35)
TOO_OLD = (
    f"this Python's SQLite {sqlite3.sqlite_version} is too old. "
    "Use a Python with SQLite 3.35 or newer, or name a database of PostgreSQL"
)

# Bytes. SQLite has no page smaller than this, and takes a file of one byte for an empty one.
SMALLEST = 512


class File(Protocol):
    """What has to be known of the database here."""

    path: Path
    where: str
    busy_timeout: timedelta

    def start(self) -> None:
        """Make ready to connect to a database that exists by now."""

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection that holds the write lock, in a transaction."""

    def alone(self, mode: str) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection outside any transaction; `mode` is SQLite's `ro`, `rw` or `rwc`."""


async def prepare(database: File) -> None:
    """Create the database where there is none, else check that it is ours and bring it up to date.

    Raises:
        StoreError: it is not ours, of a newer version, damaged or not writable, or this Python's own SQLite
            is too old. It was not touched.
        Transient: another program holds a lock on it.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise unusable(database.where, TOO_OLD)
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
        await connection.run_sync(schema.upgrade)
        # `BEGIN IMMEDIATE` lets a file pass that may not be written.
        await connection.exec_driver_sql(schema.WRITES_NOTHING)


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


def _check(connection: Connection, where: str) -> None:
    """Raise `StoreError` unless the database is whole, and empty or of a schema that this version knows."""
    for table in sorted(set(schema.check(connection, where, "another file")) - LARGE):
        found = connection.exec_driver_sql(f"PRAGMA quick_check({table})").scalar()
        if found != "ok":
            raise unusable(where, f"{DAMAGED} ({found})")


def _log_ahead(connection: Connection, where: str) -> None:
    """Make SQLite write ahead to a log, which the database remembers."""
    mode = connection.exec_driver_sql("PRAGMA journal_mode=WAL").scalar()
    if mode != "wal":
        raise unusable(where, "its file system cannot share memory, as WAL mode has to. Name a local file")
