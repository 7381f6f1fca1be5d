"""Carries events from the outbox to the topic, while this server is the primary."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from autoclone.clock import Clock
from autoclone.errors import AutoCloneError, Permanent, StaleEpoch, Transient
from autoclone.messaging.codec import Codec
from autoclone.ports import JournalEntry, Outbox, OutboxLag, Publisher

# Events, at most, that are published and then marked together.
BATCH = 1000
# How long the relay waits for news before it looks on its own.
GLANCE = timedelta(seconds=10)
# How often the lag is counted while a long backlog drains.
COUNT_EVERY = timedelta(seconds=1)
# Beyond this many doublings every backoff has long met its cap.
DOUBLINGS = 20

log = logging.getLogger("autoclone.messaging")


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after a failure: `base`, doubled at each further one in a row, `cap` at most."""

    base: timedelta = timedelta(milliseconds=200)
    cap: timedelta = timedelta(seconds=30)

    def after(self, error: AutoCloneError, failures: int) -> timedelta:
        """Return the wait after the last of so many failures in a row, one or more."""
        if isinstance(error, Permanent):
            return self.cap  # somebody has to act first
        grown = min(self.base * (1 << min(failures - 1, DOUBLINGS)), self.cap)
        least = error.retry_after if isinstance(error, Transient) else None
        return max(grown, min(least or timedelta(), self.cap))


@dataclass(frozen=True, slots=True)
class RelayState:
    """How the relay is doing, for metrics and readiness.

    Attributes:
        running: whether it is at work: on the primary alone.
        problem: why events do not get through, in words; None while they do.
        failures: how many tries in a row have failed.
        published: how many events it has published since the process began, doubles included.
        last_published_at: when it last did, UTC; None before the first time.
        lag: what waited when it was last counted.
    """

    running: bool = False
    problem: str | None = None
    failures: int = 0
    published: int = 0
    last_published_at: datetime | None = None
    lag: OutboxLag = field(default_factory=OutboxLag)


class Relay:
    """Publishes what the outbox holds, in journal order, and then marks it: each event at least once.

    A batch is marked after the topic has it, so a crash between the two has it published again. Of one
    parent no event is published before all earlier ones are: a batch that failed is tried again as it
    was read, from its first event on, before anything later is.
    """

    def __init__(
        self,
        outbox: Outbox,
        publisher: Publisher,
        codec: Codec,
        clock: Clock,
        *,
        batch: int = BATCH,
        backoff: Backoff | None = None,
    ) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._codec = codec
        self._clock = clock
        self._batch = batch
        self._backoff = backoff or Backoff()
        self._news = asyncio.Event()
        self._state = RelayState()
        self._counted: float | None = None

    @property
    def state(self) -> RelayState:
        """How it is doing."""
        return self._state

    def nudge(self) -> None:
        """Have it look into the outbox at once."""
        self._news.set()

    async def run(self, epoch: int) -> None:
        """Relay for ever, as the primary of `epoch`, until cancelled. Then close the publisher.

        Raises:
            StaleEpoch: a newer primary has taken over.
        """
        self._note(running=True)
        watch = asyncio.create_task(self._watch())
        try:
            while True:
                self._news.clear()
                failure = await self._tried(epoch)
                if failure:
                    await self._clock.sleep(self._backoff.after(failure, self._state.failures))
                elif not self._news.is_set():
                    await self._rest()
        finally:
            watch.cancel()
            await asyncio.wait((watch,))
            self._note(running=False, lag=OutboxLag())
            await self._publisher.close()

    async def _watch(self) -> None:
        """Keep count of what waits, however long the topic takes for what is on its way."""
        while True:
            await self._clock.sleep(GLANCE)
            await self._counted_or_not()

    async def _tried(self, epoch: int) -> AutoCloneError | None:
        """Empty the outbox. Return what kept it from that, if anything did."""
        try:
            await self._publisher.open()
            await self._drain(epoch)
        except StaleEpoch:
            raise
        except AutoCloneError as error:
            await self._failed(error)
            return error
        return None

    async def _drain(self, epoch: int) -> None:
        while entries := await self._outbox.unsent(self._batch):
            await self._relay(epoch, entries)
            if len(entries) < self._batch:
                break
            await self._count(at_least_every=COUNT_EVERY)
        await self._count()
        self._recovered()

    async def _relay(self, epoch: int, entries: Sequence[JournalEntry]) -> None:
        await self._publisher.publish([self._codec.encode(entry.event) for entry in entries])
        now = self._clock.now()
        self._note(published=self._state.published + len(entries), last_published_at=now)
        self._recovered()
        await self._outbox.mark_sent(epoch, [entry.position for entry in entries], now)

    async def _count(self, at_least_every: timedelta = timedelta()) -> None:
        """Count what waits, unless that was done a moment ago."""
        now = self._clock.monotonic()
        if self._counted is None or now - self._counted >= at_least_every.total_seconds():
            self._note(lag=await self._outbox.lag())
            self._counted = now

    async def _failed(self, error: AutoCloneError) -> None:
        if str(error) != self._state.problem:
            log.error("Events wait to be published: %s", error)
        self._note(problem=str(error), failures=self._state.failures + 1)
        await self._counted_or_not()

    async def _counted_or_not(self) -> None:
        try:
            await self._count(at_least_every=COUNT_EVERY)
        except AutoCloneError as error:
            log.debug("What waits could not be counted: %s", error)

    def _recovered(self) -> None:
        if self._state.problem is not None:
            log.info("Events are published again")
        self._note(problem=None, failures=0)

    async def _rest(self) -> None:
        """Wait until there is news, for a glance at most."""
        timer = asyncio.ensure_future(self._clock.sleep(GLANCE))
        news = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait((timer, news), return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            news.cancel()

    def _note(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]  # each caller names fields
