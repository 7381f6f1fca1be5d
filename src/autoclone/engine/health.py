"""How this server is doing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from autoclone.clock import Clock
from autoclone.ports import Observer

SAMPLE = timedelta(seconds=1)
# A loop that is further behind than this is not ready to keep anyone's pace.
TOO_FAR_BEHIND = timedelta(seconds=5)


@dataclass(slots=True)
class Health:
    """What was found at the last look.

    Attributes:
        started: whether every DAG was loaded and looked at once.
        store: why decisions cannot be stored, None if nothing is wrong.
        lease: why the lease in the store cannot be read or kept, None if nothing is wrong.
        lag: how far the event loop was behind.
    """

    started: bool = False
    store: str | None = None
    lease: str | None = None
    lag: timedelta = timedelta()

    def checks(self) -> Mapping[str, str]:
        """Return each readiness check by name, with `ok` or what is wrong."""
        behind = f"{self.lag.total_seconds():.3f} s behind"
        return {
            "started": "ok" if self.started else "still loading",
            "store": self.store or self.lease or "ok",
            "loop": "ok" if self.lag < TOO_FAR_BEHIND else behind,
        }

    async def watch_loop(self, clock: Clock, observer: Observer) -> None:
        """Measure the event loop's lag once a second, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            expected = loop.time() + SAMPLE.total_seconds()
            await clock.sleep(SAMPLE)
            self.lag = timedelta(seconds=max(0.0, loop.time() - expected))
            observer.lagged(self.lag)
