"""Kafka's clients without Kafka: a topic of two partitions, and groups that divide them cooperatively."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from autoclone.runtimes.nodes.kafka.port import (
    Arrival,
    Consumer,
    Kafka,
    Letter,
    Listener,
    Partition,
    Producer,
    Subscription,
)

AT = datetime(2025, 1, 25, 8, tzinfo=UTC)
FIRST, SECOND = Partition("orders", 0), Partition("orders", 1)


class FakeKafka:
    """Makes clients. A test adds messages, says what fails, and sees what is committed and written.

    Attributes:
        failures: what the next calls to `start` raise, of consumers and producers alike.
        refused: what the next messages that are handed over raise once they are on their way.
        offsets: what is committed; there is one group.
        written: what was acknowledged.
        silent: whether it answers nothing that has to do with offsets and acknowledgements.
        trouble: what all that has to do with offsets raises; None for nothing.
        members: of the group, in the order in which they joined.
        newest: the newest consumer.
    """

    def __init__(self, *partitions: Partition) -> None:
        self.failures: list[Exception] = []
        self.refused: list[Exception] = []
        self.offsets: dict[Partition, int] = {}
        self.written: list[Letter] = []
        self.members: list[FakeConsumer] = []
        self.newest: FakeConsumer | None = None
        self.logs: dict[Partition, list[bytes]] = {one: [] for one in partitions or (FIRST, SECOND)}
        self.silent = False
        self.trouble: Exception | None = None

    @property
    def site(self) -> Kafka:
        return Kafka("broker:9092", clients=self)

    @property
    def member(self) -> "FakeConsumer":
        assert self.newest is not None
        return self.newest

    def add(self, partition: Partition, *numbers: int) -> None:
        self.logs[partition] += [json.dumps({"n": n}).encode() for n in numbers]
        self.wake()

    def consumer(
        self, properties: Mapping[str, Any], subscription: Subscription, listener: Listener
    ) -> Consumer:
        self.newest = FakeConsumer(self, listener)
        return self.newest

    def producer(self, arguments: Mapping[str, Any], client: str) -> Producer:
        return FakeProducer(self)

    async def ensure(self, arguments: Mapping[str, Any], topic: str, partitions: int) -> None:
        """There is every topic."""

    def fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

    async def answer(self) -> None:
        """Answer something that has to do with offsets, or not."""
        if self.silent:
            await asyncio.Event().wait()
        if self.trouble is not None:
            raise self.trouble

    def wake(self) -> None:
        for member in self.members:
            member.came.set()

    def divide(self) -> None:
        """Have each member give up what is beyond its share, and take what nobody has."""
        taken = {one for member in self.members for one in member.positions}
        free = sorted(self.logs.keys() - taken)
        for index, member in enumerate(self.members):
            share = len(self.logs) // len(self.members) + (index < len(self.logs) % len(self.members))
            ours = sorted(member.positions)
            member.revoking = ours[share:]
            member.assigning = free[: max(0, share - len(ours))]
            free = free[len(member.assigning) :]
        self.wake()


class FakeConsumer:
    """Is told what its group has in mind for it where it polls, as the real one is."""

    def __init__(self, broker: FakeKafka, listener: Listener) -> None:
        self.listener = listener
        self.came = asyncio.Event()
        self.positions: dict[Partition, int] = {}
        self.revoking: list[Partition] = []
        self.assigning: list[Partition] = []
        self.paused: set[Partition] = set()
        self._lost: list[Partition] = []
        self.polls = 0
        self.left = False
        self._broker = broker

    async def start(self) -> None:
        self._broker.fail()
        self._broker.members.append(self)
        self._broker.divide()

    async def stop(self) -> None:
        self.left = True
        self._leave()

    def lose(self) -> None:
        """Have the group take it for dead. It learns of that at its next poll, and joins anew."""
        self._lost = list(self.positions)
        self._leave()
        self.came.set()

    def _leave(self) -> None:
        self.positions, self.revoking, self.assigning = {}, [], []
        if self in self._broker.members:
            self._broker.members.remove(self)
            self._broker.divide()

    async def poll(self, most: int, *, wait: bool) -> Sequence[Arrival]:
        self.polls += 1
        await self._serve()
        while not (found := self._due()[:most]) and wait:
            self.came.clear()
            await self.came.wait()
            await self._serve()
        for one in found:
            self.positions[one.partition] = one.offset + 1
        return found

    async def _serve(self) -> None:
        if self._lost:
            self.listener.lost(self._lost)
            self._lost = []
            await self.start()
        while self.revoking or self.assigning:
            revoked, self.revoking = self.revoking, []
            if revoked:
                self._broker.offsets.update(await self.listener.revoked(revoked))
                for one in revoked:
                    self.positions.pop(one, None)
                self._broker.divide()
            taken, self.assigning = self.assigning, []
            if taken:
                self.positions |= {one: self._broker.offsets.get(one, 0) for one in taken}
                self.listener.assigned(taken)

    def _due(self) -> list[Arrival]:
        return [
            Arrival(partition, offset, AT, None, self._broker.logs[partition][offset], ())
            for partition, position in self.positions.items()
            if partition not in self.paused
            for offset in range(position, len(self._broker.logs[partition]))
        ]

    async def commit(self, offsets: Mapping[Partition, int]) -> bool:
        await self._broker.answer()
        ours = {one: offset for one, offset in offsets.items() if one in self.positions}
        self._broker.offsets.update(ours)
        return bool(ours)

    async def check(self) -> None:
        await self._broker.answer()

    async def pause(self) -> None:
        self.paused = set(self.positions)

    async def resume(self) -> None:
        self.paused = set()


class FakeProducer:
    def __init__(self, broker: FakeKafka) -> None:
        self._broker = broker

    async def start(self) -> None:
        self._broker.fail()

    async def stop(self) -> None:
        """There is nothing to end."""

    async def send(self, letter: Letter) -> asyncio.Future[None]:
        sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._broker.silent:
            return sent
        if self._broker.refused:
            sent.set_exception(self._broker.refused.pop(0))
        else:
            self._broker.written.append(letter)
            sent.set_result(None)
        return sent
