"""The store in PostgreSQL: its connections and transactions, and what becomes of them when it goes away.

Every write locks the fence row first (see `fence`), so that the writers of all servers follow one another and
each sees what those before it have committed. Reads see one snapshot and wait for nobody.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from autoclone.errors import Transient
from autoclone.persistence import postgres_schema
from autoclone.persistence.postgres_address import PostgresAddress
from autoclone.persistence.postgres_failures import RAW, translated
from autoclone.persistence.postgres_fate import UnsureError, lost, number, was_committed
from autoclone.persistence.postgres_patience import Patience, until_told
from autoclone.persistence.session import READERS, Database, T, Work, opened, to_the_end
from autoclone.persistence.sql import SqlStore

log = logging.getLogger("autoclone.persistence")


class PostgresStore(SqlStore):
    """A `Store` in a database of PostgreSQL, which several servers may share."""

    _database: "PostgresDatabase"

    def __init__(self, address: PostgresAddress, *, patience: Patience | None = None) -> None:
        super().__init__(PostgresDatabase(address, patience or Patience()))


class PostgresDatabase(Database):
    """One database of PostgreSQL. A connection that was lost is replaced when it is wanted again."""

    def __init__(self, address: PostgresAddress, patience: Patience) -> None:
        super().__init__(address.shown)
        self._address = address
        self._patience = patience
        self._asking = False

    async def prepare(self) -> None:
        """Wait for PostgreSQL to be there, check the database, and bring its schema up to date."""
        engine = self._engine(self._patience.unhurried(), 1, "READ COMMITTED")

        async def attempt() -> None:
            with translated(self.where):
                async with engine.begin() as connection:
                    await postgres_schema.prepare(connection, self.where)

        try:
            await until_told(attempt, lambda error: isinstance(error, Transient), self._patience.start)
        finally:
            await engine.dispose()
        # Said each time, since the database may have other defaults.
        writer = self._engine(self._patience, 1, "READ COMMITTED")
        reader = self._engine(self._patience, READERS, "REPEATABLE READ")
        self._started(writer, reader.execution_options(postgresql_readonly=True))

    async def write(self, work: Work[T]) -> T:
        """As `Database.write`; fails at once while the fate of an earlier write is being asked for."""
        if self._asking:
            raise lost(self.where)
        return await super().write(work)

    async def _read(self, work: Work[T]) -> T:
        return await to_the_end(self._read_once(work))

    async def _read_once(self, work: Work[T]) -> T:
        with translated(self.where):
            async with _connected(opened(self._reader)) as connection:
                return await _anew(connection, work)

    async def _write(self, work: Work[T]) -> T:
        """Do it once, whatever happens meanwhile.

        Where the answer to the commit is lost this lasts until PostgreSQL is back and says what became of it;
        the caller can be cancelled then.
        """
        try:
            return await to_the_end(self._write_once(work))
        except UnsureError as unsure:
            done: T = await self._settled(unsure)
            return done

    async def _write_once(self, work: Work[T]) -> T:
        with translated(self.where):
            async with _connected(opened(self._writer)) as connection:
                transaction = await _anew(connection, number)
                done = await work(connection)
                try:
                    await connection.commit()
                except (DBAPIError, *RAW) as error:
                    await connection.invalidate()
                    raise UnsureError(transaction, done) from error
                return done

    async def _settled(self, unsure: UnsureError) -> Any:  # noqa: ANN401 - whatever the write returned
        """Return what the write returned if it was made. Raises `Transient` if it was not."""
        log.warning("The answer to a commit was lost: PostgreSQL is asked until it tells what became of it")
        self._asking = True
        try:
            committed = await until_told(
                lambda: to_the_end(self._was_committed(unsure.transaction)),
                lambda _error: self._writer is not None,
            )
        finally:
            self._asking = False
        if not committed:
            raise lost(self.where) from unsure
        return unsure.done

    async def _was_committed(self, transaction: int) -> bool:
        with translated(self.where):
            async with _connected(opened(self._writer)) as connection:
                return await was_committed(connection, transaction, self.where)

    def _engine(self, patience: Patience, size: int, isolation: str) -> AsyncEngine:
        return create_async_engine(
            self._address.url,
            connect_args={**patience.arguments(), **self._address.arguments},
            poolclass=AsyncAdaptedQueuePool,
            pool_size=size,
            max_overflow=0,
            hide_parameters=True,
            isolation_level=isolation,
        )


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Give a connection, on which the first statement begins a transaction; it is undone unless committed."""
    async with engine.connect() as connection:
        try:
            yield connection
        except RAW:
            # No answer came: whatever still comes must not be taken for the answer to something else.
            await connection.invalidate()
            raise


async def _anew(connection: AsyncConnection, work: Work[T]) -> T:
    """Return what `work` returns, which changes nothing, on a new connection where this one had been lost.

    All idle connections are lost when PostgreSQL is restarted; that need not hurt anybody later on.
    """
    try:
        return await work(connection)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    await connection.rollback()
    return await work(connection)
