"""What every database has in common: who may read and write when, and that what has begun is seen through."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from autoclone.persistence.failures import closed, too_busy

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

READERS = 4
# How long a read or a write waits for those before it.
PATIENCE = timedelta(seconds=30)


class Work(Protocol[T_co]):
    """What is to be done within one transaction."""

    def __call__(self, connection: AsyncConnection, /) -> Awaitable[T_co]:
        """Do it on `connection`."""


class Database(ABC):
    """One database: a single writer, so that writers queue in order, and readers beside it.

    A subclass is all that sets one kind of database apart from another.

    Attributes:
        where: the address to show to people, without a password.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self._writer: AsyncEngine | None = None
        self._reader: AsyncEngine | None = None
        self._reads = asyncio.Semaphore(READERS)
        self._writes = asyncio.Semaphore()

    @abstractmethod
    async def prepare(self) -> None:
        """Check that the database is ours or empty, bring its schema up to date, and be ready for use.

        Raises:
            StoreError: it cannot be used as it is. It was not touched.
            Transient: it may be usable in a moment.
        """

    @abstractmethod
    async def _read(self, work: Work[T]) -> T:
        """Do `read` once it is its turn, and see it through."""

    @abstractmethod
    async def _write(self, work: Work[T]) -> T:
        """Do `write` once it is its turn, and see it through."""

    async def read(self, work: Work[T]) -> T:
        """Return what `work` makes of a connection that sees one unchanging snapshot."""
        async with self._turn(self._reads):
            return await self._read(work)

    async def write(self, work: Work[T]) -> T:
        """Return what `work` makes of a connection, once that is committed; undo it all on any error."""
        async with self._turn(self._writes):
            return await self._write(work)

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

    def _started(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        """Use these engines from now on."""
        self._reads = asyncio.Semaphore(READERS)
        self._writes = asyncio.Semaphore()
        self._writer, self._reader = writer, reader

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


def opened(engine: AsyncEngine | None) -> AsyncEngine:
    """Return the engine of a database that is open. Raises `StoreError` for one that is not."""
    if engine is None:
        raise closed()
    return engine


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, and see it through first even where the caller is cancelled meanwhile.

    The statement that a connection is at goes on whatever becomes of the caller. If the caller left it there,
    the connection would be given up with its transaction open and the lock held.
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
