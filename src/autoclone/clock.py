"""The one place that reads the time. Everything else is told it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the service gets the time and its timers from; tests and simulations supply their own."""

    def now(self) -> datetime:
        """Return the wall-clock time, aware and in UTC. It may jump either way."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start. It never goes back."""

    async def sleep(self, delay: timedelta) -> None:
        """Wait for `delay` of monotonic time; a delay of zero or less only yields."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the wall-clock time, aware and in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start."""
        return time.monotonic()

    async def sleep(self, delay: timedelta) -> None:
        """Wait for `delay` of monotonic time."""
        await asyncio.sleep(max(0.0, delay.total_seconds()))
