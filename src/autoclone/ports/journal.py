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
