"""What the store holds, in memory: what a secondary shows, and what a new primary begins with."""

import asyncio
from collections.abc import Iterator, Sequence

from autoclone.core.model import RampState
from autoclone.engine.definitions import Definitions
from autoclone.engine.fleet import Fleet
from autoclone.ports import DagRecord, Defaults, Store

PAGE = 1000


class Mirror:
    """A fleet that follows the store. Only what was written since the last look is read.

    Attributes:
        fleet: the DAGs as they stood at the last refresh. It belongs to the primary once there is a reign.
        fresh_at: the store's version at the last refresh, 0 before the first.
    """

    def __init__(self, store: Store, definitions: Definitions) -> None:
        self.fleet = Fleet()
        self.fresh_at = 0
        self._store = store
        self._definitions = definitions
        self._one_at_a_time = asyncio.Lock()
        self._doubted = False

    @property
    def defaults(self) -> Defaults:
        """What this server lends to definitions."""
        return self._definitions.defaults

    def doubt(self) -> None:
        """Have the next refresh read everything: what a reign that has ended knew may be out of date."""
        self._doubted = True

    async def refresh(self) -> Sequence[DagRecord]:
        """Follow the store to where it is now; return the records that had to be read.

        Raises:
            StoreError, Transient: as the store. Whatever was read by then is kept, and read again.
        """
        read: list[DagRecord] = []
        async with self._one_at_a_time:
            if self._doubted:
                self._doubted, self.fresh_at = False, 0
                for entry in self.fleet.entries.values():
                    entry.revision = 0  # even where the definition is the same: its file's error is not
            version = (await self._store.lease()).version
            if version == self.fresh_at:
                return read
            there = await self._store.count_dags()
            after = None
            while page := await self._store.load(after=after, since=self.fresh_at, limit=PAGE):
                for record, state in page:
                    self._take(record, state)
                    read.append(record)
                after = page[-1][0].name
            await self._forget(there)
            self.fresh_at = version
        return read

    def _take(self, record: DagRecord, state: RampState) -> None:
        entry = self.fleet.entries.get(record.name)
        if entry is None:
            self.fleet.add(self._definitions.entry(record, state))
            return
        self.fleet.apply(entry, state)
        if entry.revision != record.revision:
            self._definitions.follow(entry, record)
        entry.parent = record.status

    async def _forget(self, there: int) -> None:
        """Drop the DAGs that the store has forgotten: nothing tells of them but that fewer are `there`."""
        deleted = [name for name, entry in self.fleet.entries.items() if entry.deleted]
        for names in (deleted, list(self.fleet.entries)):  # the second is seldom needed, and takes long
            for page in _pages(names):
                if len(self.fleet) > there:
                    await self._drop(page)

    async def _drop(self, names: Sequence[str]) -> None:
        kept = await self._store.get_documents(names)
        for name in names:
            if name not in kept and name in self.fleet.entries:
                entry = self.fleet.entries[name]
                self.fleet.apply(entry, RampState(name, sequence=entry.state.sequence))
                self.fleet.remove(name)


def _pages(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[first : first + PAGE] for first in range(0, len(names), PAGE))
