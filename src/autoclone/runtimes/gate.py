"""The gate of one DAG: closed while it is suspended."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

ItemT = TypeVar("ItemT")


class Gate:
    """Nodes pass it before they take a record in. It begins open.

    Attributes:
        is_open: whether they may pass.
    """

    __slots__ = ("_opened", "_takers", "is_open")

    def __init__(self) -> None:
        self.is_open = True
        self._opened: anyio.Event | None = None
        self._takers: list[anyio.CancelScope] = []

    def close(self) -> None:
        """Hold back whoever comes, and call back whoever is in the middle of `take`."""
        if self.is_open:
            self.is_open = False
            self._opened = anyio.Event()
            for scope in self._takers:
                scope.cancel()

    def open(self) -> None:
        """Let all pass."""
        self.is_open = True
        if self._opened is not None:
            self._opened.set()
            self._opened = None

    async def passed(self) -> None:
        """Wait until it is open."""
        while self._opened is not None:
            await self._opened.wait()

    async def take(self, call: Callable[[], Awaitable[ItemT]]) -> ItemT:
        """Return what `call` returns; while the gate is closed, `call` is not under way."""
        while True:
            await self.passed()
            with anyio.CancelScope() as scope:
                self._takers.append(scope)
                try:
                    return await call()
                finally:
                    self._takers.remove(scope)
