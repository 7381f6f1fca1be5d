"""Connections and transactions, and all that sets one database apart from another.

SQLite runs in WAL mode: readers never wait for the writer. `synchronous=FULL` flushes the log to the disk at
each commit, so a commit outlives both a killed process and a power loss; it costs one flush a batch. (With
NORMAL a power loss could undo the last commits, whose clones and messages are already out in the world.)
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, PoolProxiedConnection, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool

from autoclone.persistence.failures import MOVED, closed, too_busy, translated, unusable

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

READERS = 4
# How long a read or a write waits for those before it.
PATIENCE = timedelta(seconds=30)
PRAGMAS = ("foreign_keys=ON", "synchronous=FULL", "cache_size=-16384")

# PostgreSQL's `insert` has the same `on_conflict_do_update`.
upsert = sqlite.insert


class Work(Protocol[T_co]):
    """What is to be done within one transaction."""

    def __call__(self, connection: AsyncConnection, /) -> Awaitable[T_co]:
        """Do it on `connection`."""


class Database:
    """One SQLite file: a single writer, so that writers queue in order, and readers beside it.

    A write transaction takes SQLite's write lock as it begins. What it reads first (the epoch) therefore
    still holds when it writes, and no lock is ever upgraded half-way.
    """

    def __init__(self, path: Path, busy_timeout: timedelta) -> None:
        self.path = path
        self.where = f"sqlite:///{path}"
        self.busy_timeout = busy_timeout
        self._file: tuple[int, int] | None = None
        self._writer: AsyncEngine | None = None
        self._reader: AsyncEngine | None = None
        self._reads = asyncio.Semaphore(READERS)
        self._writes = asyncio.Semaphore()

    def start(self) -> None:
        """Make ready to connect to a database that exists by now."""
        self._file = _file_at(self.path)
        self._reads = asyncio.Semaphore(READERS)
        self._writes = asyncio.Semaphore()
        self._writer = self._engine("rw", size=1)
        self._reader = self._engine("rw", size=READERS)
        event.listen(self._writer.sync_engine, "begin", _begin_writing)
        event.listen(self._reader.sync_engine, "begin", _begin_reading)

    async def stop(self) -> None:
        """Let what has begun finish, then close every connection. Stopping twice is harmless."""
        engines, self._reader, self._writer = (self._reader, self._writer), None, None
        turns = [self._writes, *[self._reads] * READERS]
        for turn in turns:
            await turn.acquire()
        for engine in engines:
            if engine is not None:
                await engine.dispose()
        for turn in turns:
            turn.release()

    async def read(self, work: Work[T]) -> T:
        """Return what `work` makes of a connection that sees one unchanging snapshot."""
        async with self._turn(self._reads):
            return await to_the_end(_done(work, self.reading()))

    async def write(self, work: Work[T]) -> T:
        """Return what `work` makes of a connection that holds the write lock, once that is committed."""
        async with self._turn(self._writes):
            return await to_the_end(_done(work, self.writing()))

    @asynccontextmanager
    async def _turn(self, turns: asyncio.Semaphore) -> AsyncIterator[None]:
        """Wait for a connection to be free, in which the caller, unlike later on, may be cancelled."""
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await turns.acquire()
        except TimeoutError as error:
            raise too_busy(self.where) from error
        try:
            yield
        finally:
            turns.release()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees one unchanging snapshot."""
        with translated(self.where):
            async with _opened(self._reader).begin() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that holds the write lock; commit at the end, roll back on any error.

        Raises:
            StoreError: another file, or none, has taken the place of the one that was opened. SQLite itself
                would go on writing to what no later start can find.
        """
        with translated(self.where):
            async with _opened(self._writer).begin() as connection:
                if _file_at(self.path) != self._file:
                    raise unusable(self.where, MOVED)
                yield connection

    @asynccontextmanager
    async def alone(self, mode: str) -> AsyncIterator[AsyncConnection]:
        """Give a connection outside any pool and any transaction; `mode` is SQLite's `ro`, `rw` or `rwc`."""
        engine = self._engine(mode)
        with translated(self.where):
            try:
                async with engine.connect() as connection:
                    yield await connection.execution_options(isolation_level="AUTOCOMMIT")
            finally:
                await engine.dispose()

    def _engine(self, mode: str, size: int = 0) -> AsyncEngine:
        """Make an engine. Only mode `rwc` makes a file: one that vanished is an error, not a new database."""
        url = URL.create(
            "sqlite+aiosqlite",
            database=f"file:{quote(str(self.path.absolute()))}",
            query={"mode": mode, "uri": "true"},
        )
        arguments = {"isolation_level": None, "timeout": self.busy_timeout.total_seconds()}
        if not size:
            return create_async_engine(url, connect_args=arguments, poolclass=NullPool)
        engine = create_async_engine(
            url, connect_args=arguments, poolclass=AsyncAdaptedQueuePool, pool_size=size, max_overflow=0
        )
        event.listen(engine.sync_engine, "connect", _configure)
        return engine


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, and see it through first even where the caller is cancelled meanwhile.

    The statement that a connection is at goes on in its thread whatever becomes of the caller. If the caller
    left it there, the connection would be given up with its transaction open and the lock held.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # looked at, so that nobody is told that it was not
    raise cancelled


async def _done(work: Work[T], transaction: AbstractAsyncContextManager[AsyncConnection]) -> T:
    async with transaction as connection:
        return await work(connection)


def _opened(engine: AsyncEngine | None) -> AsyncEngine:
    if engine is None:
        raise closed()
    return engine


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at `path` from any other, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _configure(connection: PoolProxiedConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
