"""Messages that are read ahead of the DAG."""

from collections import deque
from collections.abc import Iterable

import anyio

from autoclone.runtimes.nodes.kafka.port import Arrival, Partition


class Ahead:
    """What was read and is not taken yet: of each partition in order, and of the partitions in turns.

    So what the DAG has in hand is of all of them, and none waits for another's to be worked off.

    Args:
        most: how many there are before no more should be read.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._of: dict[Partition, deque[Arrival]] = {}  # the one whose turn it is first
        self._changed: anyio.Event | None = None

    @property
    def full(self) -> bool:
        """Whether no more should be read."""
        return self._count >= self._most

    def add(self, arrivals: Iterable[Arrival]) -> None:
        """Add messages, of each partition in order."""
        for one in arrivals:
            self._of.setdefault(one.partition, deque()).append(one)
            self._count += 1
        self._tell()

    async def take(self) -> Arrival:
        """Return the next one; wait until there is one."""
        while not self._of:
            await self._change()
        partition = next(iter(self._of))
        waiting = self._of.pop(partition)
        arrival = waiting.popleft()
        if waiting:
            self._of[partition] = waiting
        self._count -= 1
        self._tell()
        return arrival

    async def room(self) -> None:
        """Wait until there is room for more."""
        while self.full:
            await self._change()

    def drop(self, partitions: Iterable[Partition]) -> None:
        """Throw away those of some partitions."""
        for one in partitions:
            self._count -= len(self._of.pop(one, ()))
        self._tell()

    def clear(self) -> None:
        """Throw all away."""
        self.drop(list(self._of))

    async def _change(self) -> None:
        self._changed = self._changed or anyio.Event()
        await self._changed.wait()

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed.set()
            self._changed = None
