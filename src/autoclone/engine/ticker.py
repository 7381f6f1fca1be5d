"""Wakes the reconciler at its deadlines, and whenever there is news."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from autoclone.clock import Clock
from autoclone.engine.executor import Executor
from autoclone.engine.gate import Gate
from autoclone.engine.health import Health
from autoclone.engine.reconciler import Reconciler
from autoclone.errors import AutoCloneError, StaleEpoch

# How long the ticker sleeps at most: a clock that is set forward is noticed within this.
GLANCE = timedelta(seconds=1)
# How far the wall clock may drift from elapsed time between two glances before it counts as a jump.
JUMP = timedelta(seconds=1)
# How long to leave a store alone that failed.
STORE_BACKOFF = timedelta(seconds=1)
# How long new decisions wait for commands that were decided before. Stuck ones give their places up later.
HEAD_START = timedelta(milliseconds=500)

log = logging.getLogger("autoclone.engine")


class Ticker:
    """Sleeps to the earliest deadline, has a batch decided and committed, hands its commands on."""

    def __init__(
        self,
        reconciler: Reconciler,
        clock: Clock,
        health: Health,
        executor: Executor,
        *,
        gate: Gate,
    ) -> None:
        self._reconciler = reconciler
        self._clock = clock
        self._health = health
        self._executor = executor
        self._gate = gate

    async def run(self) -> None:
        """Tick for ever, while the gate is open.

        Raises:
            StaleEpoch: a newer primary has taken over.
        """
        while True:
            await self._gate.opened()
            await self.tick()
            await self._pause()

    async def tick(self) -> None:
        """Run one batch. A store that fails is tried again a little later: nothing is lost meanwhile."""
        try:
            drafts = await self._reconciler.run_once()
        except StaleEpoch:
            raise
        except AutoCloneError as error:
            await self._back_off(error)
        else:
            self._health.store = None
            self._executor.submit([command for draft in drafts for command in draft.commands])
            await self._give_way()
            self._reconciler.announce(drafts)

    async def _give_way(self) -> None:
        """Let commands that are decided start before anything new is, for a moment at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HEAD_START.total_seconds()):
                await self._executor.started()

    async def _back_off(self, error: AutoCloneError) -> None:
        if self._health.store is None:
            log.error("Decisions cannot be stored, so the ramps stand still: %s", error)
        self._health.store = str(error)
        await self._clock.sleep(STORE_BACKOFF)

    async def _pause(self) -> None:
        wall, elapsed = self._clock.now(), self._clock.monotonic()
        await self._sleep()
        expected = wall + timedelta(seconds=self._clock.monotonic() - elapsed)
        now = self._clock.now()
        if abs(now - expected) > JUMP:
            log.warning("The clock was set from %s to %s; every DAG is looked at", expected, now)
            self._reconciler.touch_all()

    async def _sleep(self) -> None:
        """Wait until the next deadline, for a glance at most, or until there is news."""
        next_wake = self._reconciler.next_wake()
        delay = GLANCE if next_wake is None else min(GLANCE, next_wake - self._clock.now())
        timer = asyncio.ensure_future(self._clock.sleep(delay))
        news = asyncio.ensure_future(self._reconciler.arrived.wait())
        try:
            await asyncio.wait((timer, news), return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            news.cancel()
