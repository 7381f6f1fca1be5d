"""Which records of a partition a DAG is through with, and so from where the group may go on."""

from collections.abc import Iterable, Iterator, Mapping

import anyio

from autoclone.runtimes.nodes.kafka.port import Partition


class Ledger:
    """The records of one partition, from where we began to read.

    Attributes:
        position: the offset after the last record that was taken; None before the first.
        committed: what was last committed by us; None for nothing.
    """

    __slots__ = ("_lost", "_open", "committed", "position")

    def __init__(self) -> None:
        self._open: dict[int, None] = {}  # in the order of their offsets
        self._lost: set[int] = set()
        self.position: int | None = None
        self.committed: int | None = None

    @property
    def busy(self) -> bool:
        """Whether the DAG has any of its records in hand."""
        return len(self._open) > len(self._lost)

    @property
    def due(self) -> int | None:
        """The offset to go on from after a crash, if it is not the one that is committed already."""
        first = next(iter(self._open), self.position)
        return None if first == self.committed else first

    def take(self, offset: int) -> None:
        """Note a record that the DAG gets."""
        if self.position is not None and offset < self.position:
            # The topic was cut back, or made anew: its offsets have begun again.
            self._open, self.committed = {}, None
            self._lost.clear()
        self._open[offset] = None
        self.position = offset + 1

    def end(self, offset: int) -> None:
        """Note that the DAG is through with it."""
        self._open.pop(offset, None)

    def lose(self, offset: int) -> None:
        """Note that it will never be, so that no commit may ever pass it."""
        if offset in self._open:
            self._lost.add(offset)


class Ledgers:
    """Those of all partitions that are ours."""

    def __init__(self) -> None:
        self._ledgers: dict[Partition, Ledger] = {}
        self._idle: anyio.Event | None = None

    def of(self, partition: Partition) -> Ledger:
        """Return a partition's, a new one where there is none."""
        return self._ledgers.setdefault(partition, Ledger())

    def keep(self, partitions: Iterable[Partition]) -> Iterator[tuple[Partition, int]]:
        """Forget all others; yield where to go on in those that we had before."""
        self._ledgers = {one: self._ledgers[one] for one in partitions if one in self._ledgers}
        self.changed()
        for partition, ledger in self._ledgers.items():
            if ledger.position is not None:
                yield partition, ledger.position

    def due(self) -> dict[Partition, int]:
        """Return what is to be committed."""
        return {one: due for one, ledger in self._ledgers.items() if (due := ledger.due) is not None}

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """Note what was committed."""
        for partition, offset in offsets.items():
            if partition in self._ledgers:
                self._ledgers[partition].committed = offset

    def changed(self) -> None:
        """Wake who waits for `idle`, where it is so. Call it after an `end` or a `lose`."""
        if self._idle is not None and not self._busy():
            self._idle.set()
            self._idle = None

    async def idle(self) -> None:
        """Wait until the DAG has none of the records in hand."""
        while self._busy():
            self._idle = self._idle or anyio.Event()
            await self._idle.wait()

    def _busy(self) -> bool:
        return any(ledger.busy for ledger in self._ledgers.values())
