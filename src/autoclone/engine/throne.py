"""The one reign that there may be at a time, in a task of its own."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from autoclone.engine.reign import Reign
from autoclone.errors import AutoCloneError

log = logging.getLogger("autoclone.engine")


class Throne:
    """Begins and ends reigns. Ending one means that every DAG and clone it ran has been stopped.

    Args:
        crown: returns a reign, not yet begun, for the epoch that it is given.
    """

    def __init__(self, crown: Callable[[int], Reign]) -> None:
        self.reign: Reign | None = None
        self.task: asyncio.Task[None] | None = None
        self._crown = crown
        self._last: Reign | None = None
        self._rest: set[asyncio.Task[None]] = set()

    def ascend(self, epoch: int) -> None:
        """Begin to reign."""
        self.reign = self._crown(epoch)
        self.task = asyncio.create_task(self.reign.run())

    async def begun(self) -> None:
        """Wait until the reign, if there is one, has begun, or has ended instead."""
        if self.reign is None or self.task is None:
            return
        begun = asyncio.ensure_future(self.reign.begun.wait())
        await asyncio.wait((begun, self.task), return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()

    async def vacate(self, drain: timedelta) -> BaseException | None:
        """End the reign, if there is one, giving DAGs `drain` to finish what they have in hand.

        Returns:
            What it ended with by itself, None if it had not.
        """
        if self.task is None:
            return None
        if self.reign is not None:
            self.reign.drain, self.reign, self._last = drain, None, self.reign
            self.task.cancel()
        await asyncio.wait((self.task,))  # whoever is cancelled here leaves the rest to who asks next
        task, self.task = self.task, None
        self._leave(self._last)
        error = None if task.cancelled() else task.exception()
        return None if error is None else reason_of(error)

    async def settled(self) -> None:
        """Wait until nothing is under way any more of what the reigns had begun."""
        if self._rest:
            await asyncio.wait(self._rest)

    def _leave(self, reign: Reign | None) -> None:
        """Keep what a silent store holds up of a reign, until it has ended, however it does."""
        work = None if reign is None else reign.work
        if work is None or work.done():
            return
        self._rest.add(work)
        work.add_done_callback(self._rest.discard)
        work.add_done_callback(_tell)


def _tell(work: asyncio.Task[None]) -> None:
    """Say what a reign's work has come to that ended after it: nobody waits for that any more."""
    error = None if work.cancelled() else work.exception()
    if error is not None:
        log.error("The clones were not managed to the end: %s", reason_of(error))


def reason_of(error: BaseException) -> BaseException:
    """Return the error to tell an operator of, where several ended together: one of AutoClone's, if any."""
    while isinstance(error, BaseExceptionGroup):
        error = next(
            (one for one in error.exceptions if isinstance(one, AutoCloneError)), error.exceptions[0]
        )
    return error
