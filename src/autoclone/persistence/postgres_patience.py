"""How long PostgreSQL may take for what."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from autoclone.errors import AutoCloneError

T = TypeVar("T")

NEVER = timedelta()
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0

log = logging.getLogger("autoclone.persistence")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what.

    Attributes:
        start: for PostgreSQL to be there, when the store is opened.
        connect: for a connection.
        lock: for the writes of other servers.
        idle: for a server that was suspended, or cut off, in the middle of a write. After that PostgreSQL
            undoes what it had begun, so that it holds nobody up. Keep it below ZooKeeper's session timeout.
        statement: for one statement; 0 for ever.
        answer: for any answer at all, where the network fails; 0 for ever. Longer than `statement`, which
            PostgreSQL itself sees to.
    """

    start: timedelta = timedelta(seconds=10)
    connect: timedelta = timedelta(seconds=5)
    lock: timedelta = timedelta(seconds=5)
    idle: timedelta = timedelta(seconds=2)
    statement: timedelta = timedelta(seconds=15)
    answer: timedelta = timedelta(seconds=18)

    def unhurried(self) -> "Patience":
        """Return what migrations get, which may have large tables to change."""
        return replace(self, statement=NEVER, answer=NEVER, idle=timedelta(minutes=1))

    def arguments(self) -> dict[str, Any]:
        """Return it as the driver takes it."""
        return {
            "timeout": self.connect.total_seconds(),
            "command_timeout": self.answer.total_seconds() or None,
            "server_settings": {
                "application_name": "autoclone",
                "statement_timeout": _milliseconds(self.statement),
                "lock_timeout": _milliseconds(self.lock),
                "idle_in_transaction_session_timeout": _milliseconds(self.idle),
                "jit": "off",  # of no use to statements as short as these
            },
        }


def _milliseconds(time: timedelta) -> str:
    return str(time // timedelta(milliseconds=1))


async def until_told(
    ask: Callable[[], Awaitable[T]],
    worthwhile: Callable[[AutoCloneError], bool],
    patience: timedelta = timedelta.max,
) -> T:
    """Return what `ask` returns, asked again with growing pauses while its errors are `worthwhile`.

    Raises:
        AutoCloneError: the last error, which is not worthwhile, or has `patience` at an end.
    """
    time = asyncio.get_running_loop().time
    end = time() + patience.total_seconds()
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return await ask()
        except AutoCloneError as error:
            if not worthwhile(error) or time() + pause > end:
                raise
            if pause == FIRST_PAUSE_SECONDS:
                log.warning("%s It is tried again", error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
