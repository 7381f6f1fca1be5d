"""The journal of events, as it is read, published from, and kept short."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from autoclone.core.events import Event


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One event in the journal, with its place in the order of all events."""

    position: int
    event: Event


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events to read. An absent condition accepts all.

    Attributes:
        parent: only this DAG's.
        types: only these types, as `EventType` values.
        since: only those at or after this instant, UTC.
        until: only those before this instant, UTC.
    """

    parent: str | None = None
    types: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxLag:
    """What waits to be published.

    Attributes:
        count: how many events.
        oldest_at: when the first of them happened, UTC; None where nothing waits.
    """

    count: int = 0
    oldest_at: datetime | None = None

    def age(self, now: datetime) -> timedelta:
        """Return for how long the first of them has waited."""
        return timedelta() if self.oldest_at is None else max(timedelta(), now - self.oldest_at)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What `Store.prune` removed.

    Attributes:
        sent: how many events that were published.
        unsent: how many that never were, and now never will be.
        position: how far in the journal it got: from where to go on.
        done: whether nothing older is left beyond.
    """

    sent: int = 0
    unsent: int = 0
    position: int = 0
    done: bool = True


@dataclass(frozen=True, slots=True)
class JournalSpan:
    """From where to where the journal goes.

    Attributes:
        newest: the position of its last event, 0 where there never was one. That one is never removed.
        removed: the position of the last event that was removed, 0 where none was. Who has read up to
            there, or further, has missed nothing.
    """

    newest: int = 0
    removed: int = 0


class Journal(Protocol):
    """The journal, as it is read. Methods fail as those of `Store` do.

    Events become visible in the order of their positions: who has seen one will see no earlier one any more.
    """

    async def events(
        self, where: EventFilter, *, after: int = 0, limit: int = 100, newest_first: bool = False
    ) -> Sequence[JournalEntry]:
        """Return up to `limit` entries past the position `after`, in journal order.

        With `newest_first`, from the end backwards, before the position `after` (0: from the very end).
        """

    async def span(self) -> JournalSpan:
        """Return from where to where it goes now."""


class Outbox(Protocol):
    """The events in the journal that were not published yet. Methods fail as those of `Store` do."""

    async def unsent(self, limit: int) -> Sequence[JournalEntry]:
        """Return up to `limit` of them, in journal order, from the first."""

    async def mark_sent(self, epoch: int, positions: Sequence[int], at: datetime) -> None:
        """Note that these were published. Those that were noted before stay as they are.

        Raises:
            StaleEpoch: a newer epoch was claimed. Nothing was written.
        """

    async def lag(self) -> OutboxLag:
        """Return how much waits."""
