"""Keeps the journal from growing for ever: a duty of the primary."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from autoclone.clock import Clock
from autoclone.config.durations import format_duration
from autoclone.config.settings_model import variable
from autoclone.errors import AutoCloneError, StaleEpoch
from autoclone.ports import Observer, Pruned, Store

# What waits for a topic gets this long to be published by a server that was down for a long time.
FIRST_AFTER = timedelta(minutes=5)
EVERY = timedelta(hours=1)
# Decisions are committed between two stretches, of so many events.
STRETCH = 2_000
PAUSE = timedelta(milliseconds=100)

log = logging.getLogger("autoclone.engine")


@dataclass(slots=True)
class _Round:
    """What was removed in one round so far."""

    expired: int = 0
    unsent: int = 0


class Housekeeping:
    """Removes old events: shortly after a reign begins, and then each hour.

    Args:
        store: where the journal is.
        clock: the time.
        observer: who is told of each stretch.
        retention: how long events are kept after they happened.
        unsent_retention: how long those are kept that were not published yet; None where there is no topic,
            so that none ever is: then `retention` is for all of them.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        observer: Observer,
        *,
        retention: timedelta,
        unsent_retention: timedelta | None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._observer = observer
        self._retention = retention
        self._unsent_retention = unsent_retention

    async def run(self, epoch: int) -> None:
        """Keep house for ever, as the primary of `epoch`, until cancelled.

        Raises:
            StaleEpoch: a newer primary has taken over.
        """
        await self._clock.sleep(FIRST_AFTER)
        while True:
            try:
                await self.clean(epoch)
            except StaleEpoch:
                raise
            except AutoCloneError as error:
                log.warning("Old events could not be removed, which is tried again in an hour: %s", error)
            await self._clock.sleep(EVERY)

    async def clean(self, epoch: int) -> None:
        """Remove all that is old by now, and tell of it, even where only a part could be removed.

        Raises:
            StaleEpoch, StoreError, Transient: as the store.
        """
        done = _Round()
        try:
            await self._clean(epoch, done)
        finally:
            self._tell(done)

    async def _clean(self, epoch: int, done: _Round) -> None:
        now = self._clock.now()
        before = _ago(now, self._retention)
        unsent_before = _ago(now, self._unsent_retention or self._retention)
        stretch = Pruned(done=False)
        while not stretch.done:
            stretch = await self._store.prune(
                epoch, before=before, unsent_before=unsent_before, after=stretch.position, limit=STRETCH
            )
            self._count(stretch, done)
            await self._clock.sleep(PAUSE)
        stretch = Pruned(done=False)
        while not stretch.done:
            stretch = await self._store.prune_history(
                epoch, before=before, after=stretch.position, limit=STRETCH
            )
            await self._clock.sleep(PAUSE)

    def _count(self, stretch: Pruned, done: _Round) -> None:
        expired, unsent = stretch.sent, stretch.unsent
        if self._unsent_retention is None:
            expired, unsent = expired + unsent, 0
        done.expired += expired
        done.unsent += unsent
        if expired or unsent:
            self._observer.pruned(expired, unsent)

    def _tell(self, done: _Round) -> None:
        if done.expired:
            age = format_duration(self._retention)
            log.info("%d events were removed, since they were older than %s", done.expired, age)
        if done.unsent:
            log.error(
                "%d events that were never published were removed, since they were older than %s (%s)",
                done.unsent,
                format_duration(self._unsent_retention or self._retention),
                variable("unsent_retention"),
            )


def _ago(now: datetime, age: timedelta) -> datetime:
    """Return the instant `age` before `now`, or the first of all where no calendar goes back so far."""
    first = datetime.min.replace(tzinfo=UTC)
    return now - age if age < now - first else first
