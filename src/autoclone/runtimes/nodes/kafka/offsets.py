"""Which records of a partition a DAG is through with, and so from where the group may go on."""

from collections.abc import Iterable, Mapping

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
    """Those of the partitions that are ours."""

    def __init__(self) -> None:
        self._ledgers: dict[Partition, Ledger] = {}
        self._changed: anyio.Event | None = None

    def __contains__(self, partition: Partition) -> bool:
        return partition in self._ledgers

    def of(self, partition: Partition) -> Ledger:
        """Return a partition's. Raises `KeyError` where it is not ours."""
        return self._ledgers[partition]

    def take_over(self, partitions: Iterable[Partition]) -> None:
        """Begin those of further partitions."""
        self._ledgers |= {one: Ledger() for one in partitions}

    def give_up(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """End those of some partitions; return what is to be committed of them."""
        given = {one: self._ledgers.pop(one) for one in partitions if one in self._ledgers}
        self.changed()
        return _due(given)

    def due(self) -> dict[Partition, int]:
        """Return what is to be committed."""
        return _due(self._ledgers)

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """Note what was committed."""
        for partition, offset in offsets.items():
            if partition in self._ledgers:
                self._ledgers[partition].committed = offset

    def changed(self) -> None:
        """Wake who waits for `idle`. Call it after an `end` or a `lose`."""
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    async def idle(self, partitions: Iterable[Partition] | None = None) -> None:
        """Wait until the DAG has no record of these partitions in hand; of none at all by default."""
        while self._busy(self._ledgers if partitions is None else partitions):
            self._changed = self._changed or anyio.Event()
            await self._changed.wait()

    def _busy(self, partitions: Iterable[Partition]) -> bool:
        return any(self._ledgers[one].busy for one in partitions if one in self._ledgers)


def _due(ledgers: Mapping[Partition, Ledger]) -> dict[Partition, int]:
    return {one: due for one, ledger in ledgers.items() if (due := ledger.due) is not None}
