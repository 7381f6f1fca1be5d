"""The one reign that there may be at a time, in a task of its own."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from autoclone.engine.reign import Reign
from autoclone.errors import AutoCloneError


class Throne:
    """Begins and ends reigns. Ending one means that everything it ran has been stopped.

    Args:
        crown: returns a reign, not yet begun, for the epoch that it is given.
    """

    def __init__(self, crown: Callable[[int], Reign]) -> None:
        self.reign: Reign | None = None
        self.task: asyncio.Task[None] | None = None
        self._crown = crown

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
            self.reign.drain, self.reign = drain, None
            self.task.cancel()
        await asyncio.wait((self.task,))  # whoever is cancelled here leaves the rest to who asks next
        task, self.task = self.task, None
        error = None if task.cancelled() else task.exception()
        return None if error is None else reason_of(error)


def reason_of(error: BaseException) -> BaseException:
    """Return the error to tell an operator of, where several ended together: one of AutoClone's, if any."""
    while isinstance(error, BaseExceptionGroup):
        error = next(
            (one for one in error.exceptions if isinstance(one, AutoCloneError)), error.exceptions[0]
        )
    return error
