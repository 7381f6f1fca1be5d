"""The journal of the store in memory, with the outbox that is part of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, starmap

from autoclone.core.events import Event
from autoclone.errors import Permanent
from autoclone.persistence.codec import storable
from autoclone.persistence.retention import Bounds
from autoclone.ports import EventFilter, JournalEntry, JournalSpan, OutboxLag, Pruned


class MemoryJournal:
    """Events by their positions, which are never given out twice.

    Attributes:
        sequences: the number of each parent's last event, for ever.
    """

    def __init__(self) -> None:
        self.sequences: dict[str, int] = {}
        self._last = 0
        self._removed = 0
        self._events: dict[int, Event] = {}
        self._waiting: dict[int, Event] = {}

    def append(self, news: Sequence[Event]) -> None:
        """Add events, in their order, at the end.

        Raises:
            Permanent: a number is there already. Nothing was added.
        """
        self.sequences.update(_numbered(self.sequences, news))
        for position, event in enumerate(map(_storable, news), self._last + 1):
            self._last = position
            self._events[position] = self._waiting[position] = event

    def read(self, where: EventFilter, *, after: int, limit: int, newest_first: bool) -> list[JournalEntry]:
        """Return up to `limit` entries, as `Store.events`."""
        if newest_first:
            positions = range(min(after - 1, self._last) if after else self._last, 0, -1)
        else:
            positions = range(after + 1, self._last + 1)
        found = (one for one in self._at(positions) if _matches(one.event, where))
        return list(islice(found, limit))

    def span(self) -> JournalSpan:
        """Return from where to where it goes."""
        return JournalSpan(self._last, self._removed)

    def _at(self, positions: Iterable[int]) -> Iterator[JournalEntry]:
        kept = self._events
        return (JournalEntry(position, kept[position]) for position in positions if position in kept)

    def unsent(self, limit: int) -> list[JournalEntry]:
        """Return up to `limit` entries from the first that was not published on."""
        return list(islice(starmap(JournalEntry, self._waiting.items()), limit))

    def mark_sent(self, positions: Iterable[int]) -> None:
        """Note that these were published."""
        for position in positions:
            self._waiting.pop(position, None)

    def lag(self) -> OutboxLag:
        """Return how much waits, and since when."""
        first = next(iter(self._waiting.values()), None)
        return OutboxLag(len(self._waiting), None if first is None else first.at)

    def prune(self, bounds: Bounds) -> Pruned:
        """Remove what is old in the next stretch."""
        stretch = list(islice(self._at(range(bounds.after + 1, self._last + 1)), bounds.limit))
        old = [entry for entry in stretch if self._is_old(entry, bounds)]
        unsent = sum(entry.position in self._waiting for entry in old)
        for entry in old:
            del self._events[entry.position]
            self._removed = max(self._removed, entry.position)
            self._waiting.pop(entry.position, None)
        position = stretch[-1].position if stretch else bounds.after
        return Pruned(len(old) - unsent, unsent, position, done=len(stretch) < bounds.limit)

    def _is_old(self, entry: JournalEntry, bounds: Bounds) -> bool:
        before = bounds.unsent_before if entry.position in self._waiting else bounds.before
        newest = self.sequences[entry.event.parent]
        return before is not None and entry.event.at < before and entry.event.sequence < newest


def _numbered(sequences: Mapping[str, int], news: Iterable[Event]) -> dict[str, int]:
    """Return the new last number of each parent that has events among `news`.

    Raises:
        Permanent: a number is there already.
    """
    numbered: dict[str, int] = {}
    for event in news:
        last = numbered.get(event.parent) or sequences.get(event.parent, 0)
        if event.sequence <= last:
            raise Permanent(f"{event.parent} has an event {event.sequence} already. Nothing was written.")
        numbered[event.parent] = event.sequence
    return numbered


def _storable(event: Event) -> Event:
    return event if event.message is None else replace(event, message=storable(event.message))


def _matches(event: Event, where: EventFilter) -> bool:
    return (
        where.parent in (None, event.parent)
        and (not where.types or event.type in where.types)
        and (where.since is None or event.at >= where.since)
        and (where.until is None or event.at < where.until)
    )
