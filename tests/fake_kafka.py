"""Kafka's clients without Kafka: one topic of two partitions, and one member of its group."""

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
        offsets: what is committed.
        written: what was acknowledged.
        silent: whether it answers nothing that has to do with offsets and acknowledgements.
        newest: the newest consumer.
    """

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.refused: list[Exception] = []
        self.offsets: dict[Partition, int] = {}
        self.written: list[Letter] = []
        self.newest: FakeConsumer | None = None
        self.logs: dict[Partition, list[bytes]] = {FIRST: [], SECOND: []}
        self.silent = False

    @property
    def site(self) -> Kafka:
        return Kafka("broker:9092", {}, self)

    @property
    def member(self) -> "FakeConsumer":
        assert self.newest is not None
        return self.newest

    def add(self, partition: Partition, *numbers: int) -> None:
        self.logs[partition] += [json.dumps({"n": n}).encode() for n in numbers]
        if self.newest is not None:
            self.newest.came.set()

    def consumer(
        self, arguments: Mapping[str, Any], subscription: Subscription, listener: Listener
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


class FakeConsumer:
    def __init__(self, broker: FakeKafka, listener: Listener) -> None:
        self.listener = listener
        self.came = asyncio.Event()
        self.positions: dict[Partition, int] = {}
        self.paused: set[Partition] = set()
        self.polls = 0
        self.left = False
        self._broker = broker

    async def start(self) -> None:
        self._broker.fail()
        self.assign(FIRST, SECOND)

    async def stop(self) -> None:
        self.left = True

    def assign(self, *partitions: Partition) -> None:
        """Have the group divide its partitions so that these are ours."""
        self.positions = {one: self._broker.offsets.get(one, 0) for one in partitions}
        self.paused = set()
        self.listener.assigned(partitions)
        self.came.set()

    async def poll(self, most: int, *, wait: bool) -> Sequence[Arrival]:
        self.polls += 1
        while not (found := self._due()) and wait:
            self.came.clear()
            await self.came.wait()
        for one in found:
            self.positions[one.partition] = one.offset + 1
        return found

    def _due(self) -> list[Arrival]:
        return [
            Arrival(partition, offset, AT, None, self._broker.logs[partition][offset], ())
            for partition, position in self.positions.items()
            if partition not in self.paused
            for offset in range(position, len(self._broker.logs[partition]))
        ]

    async def commit(self, offsets: Mapping[Partition, int]) -> bool:
        if self._broker.silent:
            await asyncio.Event().wait()
        self._broker.offsets.update(offsets)
        return True

    async def check(self) -> None:
        if self._broker.silent:
            await asyncio.Event().wait()

    def pause(self) -> None:
        self.paused = set(self.positions)

    def resume(self) -> None:
        self.paused = set()

    def seek(self, partition: Partition, offset: int) -> None:
        self.positions[partition] = offset


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
