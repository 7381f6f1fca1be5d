"""A topic in memory, for tests and simulations."""

from collections.abc import Sequence
from dataclasses import dataclass

from autoclone.errors import AutoCloneError
from autoclone.ports import Message


@dataclass(frozen=True, slots=True)
class _Failure:
    error: AutoCloneError
    after: int


class MemoryPublisher:
    """Keeps what is published, and fails when it is told to.

    Attributes:
        published: every message that arrived, in order.
        connected: whether it is open.
    """

    def __init__(self) -> None:
        self.published: list[Message] = []
        self.connected = False
        self._down: AutoCloneError | None = None
        self._failures: list[_Failure] = []

    def fail_next(self, error: AutoCloneError, after: int = 0) -> None:
        """Have the next call to `publish` raise `error`, once `after` of its messages have arrived."""
        self._failures.append(_Failure(error, after))

    def go_down(self, error: AutoCloneError) -> None:
        """Have every call raise `error` until `come_back`."""
        self._down = error
        self.connected = False

    def come_back(self) -> None:
        """Work again."""
        self._down = None

    async def open(self) -> None:
        """Connect."""
        if self._down:
            raise self._down
        self.connected = True

    async def publish(self, messages: Sequence[Message]) -> None:
        """Keep the messages."""
        await self.open()
        if self._failures:
            failure = self._failures.pop(0)
            self.published += messages[: failure.after]
            raise failure.error
        self.published += messages

    async def close(self) -> None:
        """Disconnect."""
        self.connected = False
