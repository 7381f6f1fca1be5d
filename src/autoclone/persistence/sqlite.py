"""The store in a file of SQLite: its connections and transactions.

SQLite runs in WAL mode: readers never wait for the writer. `synchronous=FULL` flushes the log to the disk at
each commit, so a commit outlives both a killed process and a power loss; it costs one flush a batch. (With
NORMAL a power loss could undo the last commits, whose clones and messages are already out in the world.)
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, PoolProxiedConnection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool

from autoclone.persistence import sqlite_schema
from autoclone.persistence.failures import unusable
from autoclone.persistence.session import READERS, Database, T, Work, opened, to_the_end
from autoclone.persistence.sql import SqlStore
from autoclone.persistence.sqlite_failures import MOVED, translated

# Short enough for a server to end in good time while another program holds the lock.
BUSY_TIMEOUT = timedelta(seconds=3)
PRAGMAS = ("foreign_keys=ON", "synchronous=FULL", "cache_size=-16384")


class SqliteStore(SqlStore):
    """A `Store` in one SQLite file.

    Args:
        path: the file; it is made where there is none, its directory is not.
        busy_timeout: how long a write waits for another program's lock before it raises `Transient`.
    """

    _database: "SqliteDatabase"

    def __init__(self, path: Path, *, busy_timeout: timedelta = BUSY_TIMEOUT) -> None:
        super().__init__(SqliteDatabase(path, busy_timeout))


class SqliteDatabase(Database):
    """One SQLite file.

    A write transaction takes SQLite's write lock as it begins. What it reads first (the epoch) therefore
    still holds when it writes, and no lock is ever upgraded half-way.
    """

    def __init__(self, path: Path, busy_timeout: timedelta) -> None:
        super().__init__(f"sqlite:///{path}")
        self.path = path
        self.busy_timeout = busy_timeout
        self._file: tuple[int, int] | None = None

    async def prepare(self) -> None:
        """Make the file where there is none, check it, and bring its schema up to date."""
        await sqlite_schema.prepare(self)

    def start(self) -> None:
        """Make ready to connect to a database that exists by now."""
        self._file = _file_at(self.path)
        writer, reader = self._engine("rw", size=1), self._engine("rw", size=READERS)
        event.listen(writer.sync_engine, "begin", _begin_writing)
        event.listen(reader.sync_engine, "begin", _begin_reading)
        self._started(writer, reader)

    async def _read(self, work: Work[T]) -> T:
        return await to_the_end(_done(work, self.reading()))

    async def _write(self, work: Work[T]) -> T:
        return await to_the_end(_done(work, self.writing()))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees one unchanging snapshot."""
        with translated(self.where):
            async with opened(self._reader).begin() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that holds the write lock; commit at the end, roll back on any error.

        Raises:
            StoreError: another file, or none, has taken the place of the one that was opened. SQLite itself
                would go on writing to what no later start can find.
        """
        with translated(self.where):
            async with opened(self._writer).begin() as connection:
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


async def _done(work: Work[T], transaction: AbstractAsyncContextManager[AsyncConnection]) -> T:
    async with transaction as connection:
        return await work(connection)


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
