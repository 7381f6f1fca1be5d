"""Small things to wait with."""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta

from election.base import Clock

logger = logging.getLogger(__name__)


class Bell:
    """Wakes those who wait at the moment when it rings."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake them."""
        bell, self._next = self._next, asyncio.Event()
        bell.set()

    async def wait(self) -> None:
        """Wait for the next ring."""
        await self._next.wait()


async def at_most(clock: Clock, delay: timedelta, work: Coroutine[None, None, object]) -> None:
    """Wait until the work is done or the delay is over, and cancel what is left."""
    tasks: list[asyncio.Task[object]] = [asyncio.create_task(clock.sleep(delay)), asyncio.create_task(work)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def reap(*tasks: asyncio.Task[None]) -> None:
    """Cancel the tasks and wait until they have ended. An error that ended one before is logged."""
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            logger.error("A task of the election failed: %r", ended, exc_info=ended)
