"""A listener that remembers how a group divided its partitions."""

from collections.abc import Mapping, Sequence

from autoclone.runtimes.nodes.kafka.port import Partition


class Witness:
    """The `Listener` port.

    Attributes:
        ours: the partitions that are ours now.
        due: what it commits of partitions that are revoked.
        told: every call that said anything: what it was, and of which partitions.
    """

    def __init__(self) -> None:
        self.ours: set[Partition] = set()
        self.due: dict[Partition, int] = {}
        self.told: list[tuple[str, list[Partition]]] = []

    async def revoked(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        self._note("revoked", partitions)
        self.ours -= set(partitions)
        return {one: self.due[one] for one in partitions if one in self.due}

    def lost(self, partitions: Sequence[Partition]) -> None:
        self._note("lost", partitions)
        self.ours -= set(partitions)

    def assigned(self, partitions: Sequence[Partition]) -> None:
        assert not self.ours & set(partitions), "nobody is told of what it has already"
        self._note("assigned", partitions)
        self.ours |= set(partitions)

    def _note(self, what: str, partitions: Sequence[Partition]) -> None:
        if partitions:
            self.told.append((what, list(partitions)))
