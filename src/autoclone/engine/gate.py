"""The gate that every decision and every command passes: open while this server may act."""

import asyncio
from collections.abc import Callable

from autoclone.clock import Clock

# A judgement this old is made anew: a process that was stopped learns from it that its time has run out,
# while thousands of commands that start at one instant share one.
FRESH_SECONDS = 0.01


class Gate:
    """Tells whether this server may act, at this very moment.

    Args:
        clock: the time.
        judge: returns whether it may; called again and again.
    """

    def __init__(self, clock: Clock, judge: Callable[[], bool]) -> None:
        self._clock = clock
        self._judge = judge
        self._judged_at = float("-inf")
        self._open = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether this server may act now."""
        if self._clock.monotonic() - self._judged_at > FRESH_SECONDS:
            self.look()
        return self._open.is_set()

    def look(self) -> None:
        """Judge anew."""
        self._judged_at = self._clock.monotonic()
        if self._judge():
            self._open.set()
        else:
            self._open.clear()

    async def opened(self) -> None:
        """Wait until it is open."""
        while not self.is_open:
            await self._open.wait()
