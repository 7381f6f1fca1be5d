"""What every member of a consumer group does: the same suite over groups in memory and a real Kafka."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from autoclone.runtimes.nodes.kafka.libraries import Libraries
from autoclone.runtimes.nodes.kafka.port import Arrival, Clients, Consumer, Partition, Subscription
from fake_kafka import FakeConsumer, FakeKafka
from kafka_kit import Brokers
from kafka_nodes_kit import PATIENCE_SECONDS, a_topic, committed, numbers, write
from kafka_witness import Witness

PARTITIONS = 4
# So long that a member that has not left at once makes a test fail.
SESSION = timedelta(seconds=45)
# The shortest that a broker allows.
SHORT = timedelta(seconds=6)


class Group(ABC):
    """A group, its topic, and its members so far."""

    def __init__(self, topic: str, clients: Clients, bootstrap: str) -> None:
        self.partitions = [Partition(topic, number) for number in range(PARTITIONS)]
        self._clients, self._bootstrap = clients, bootstrap
        self.members: list[Consumer] = []

    async def join(self, session: timedelta = SESSION) -> tuple[Consumer, Witness]:
        topic, witness = self.partitions[0].topic, Witness()
        subscription = Subscription((topic,), topic, "tests", "earliest", session, session)
        properties = {"bootstrap.servers": self._bootstrap}
        member = self._clients.consumer(properties, subscription, witness)
        self.members.append(member)
        await member.start()
        return member, witness

    async def joined(self) -> tuple[Consumer, Witness]:
        """Join as the only member, and return once all partitions are ours."""
        member, witness = await self.join()
        await self.serve(lambda: len(witness.ours) == PARTITIONS)
        return member, witness

    async def serve(self, until: Callable[[], bool], *members: Consumer) -> None:
        """Have members, all by default, serve the group; what they read is thrown away."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not until():
                for member in members or self.members:
                    await member.poll(100, wait=False)
                await asyncio.sleep(0.01)

    @abstractmethod
    async def write(self, partition: Partition, count: int) -> None:
        """Add records to a partition."""

    @abstractmethod
    async def committed(self) -> int:
        """Return the sum of what is committed."""

    @abstractmethod
    async def strand(self, member: Consumer) -> None:
        """Have the group take a member for dead that has a `SHORT` session."""


class FakeGroup(Group):
    def __init__(self) -> None:
        self._broker = FakeKafka(*(Partition("orders", number) for number in range(PARTITIONS)))
        super().__init__("orders", self._broker, "")

    async def write(self, partition: Partition, count: int) -> None:
        self._broker.add(partition, *range(count))

    async def committed(self) -> int:
        return sum(self._broker.offsets.values())

    async def strand(self, member: Consumer) -> None:
        assert isinstance(member, FakeConsumer)
        member.lose()


class RealGroup(Group):
    def __init__(self, topic: str, bootstrap: str) -> None:
        super().__init__(topic, Libraries(), bootstrap)

    async def write(self, partition: Partition, count: int) -> None:
        where = {"partitions": 1, "first_partition": partition.number}
        await asyncio.to_thread(write, self._bootstrap, partition.topic, numbers(count), **where)

    async def committed(self) -> int:
        topic = self.partitions[0].topic
        return await asyncio.to_thread(committed, self._bootstrap, topic, topic, PARTITIONS)

    async def strand(self, member: Consumer) -> None:
        await asyncio.sleep(SHORT.total_seconds() + 2)  # only a broker's own time does it


@pytest.fixture(params=["fake", "real"])
async def group(request: pytest.FixtureRequest) -> AsyncIterator[Group]:
    made: Group = FakeGroup()
    if request.param == "real":
        kafka: Brokers = request.getfixturevalue("kafka")
        made = RealGroup(await a_topic(kafka.bootstrap, PARTITIONS), kafka.bootstrap)
    yield made
    for member in made.members:
        await member.stop()


async def receive(member: Consumer, count: int, most: int = 100) -> list[tuple[int, int]]:
    """Return the partition and the offset of so many messages, in the order in which they came."""
    found: list[Arrival] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count:
            found += await member.poll(most, wait=True)
    return [(one.partition.number, one.offset) for one in found]


async def test_a_single_member_reads_all_partitions_each_in_order(group: Group) -> None:
    for partition in group.partitions:
        await group.write(partition, 5)
    member, _ = await group.join()
    found = await receive(member, 20)
    for number in range(PARTITIONS):
        assert [offset for one, offset in found if one == number] == [0, 1, 2, 3, 4]


async def test_no_more_comes_at_once_than_was_asked_for(group: Group) -> None:
    await group.write(group.partitions[0], 10)
    member, _ = await group.join()
    sizes, found = [], 0
    while found < 10:
        sizes.append(len(await member.poll(3, wait=True)))
        found += sizes[-1]
    assert max(sizes) <= 3


async def test_the_next_member_begins_where_the_last_has_committed(group: Group) -> None:
    first, second = group.partitions[:2]
    await group.write(first, 5)
    await group.write(second, 5)
    member, _ = await group.join()
    await receive(member, 10)
    assert await member.commit({first: 3, second: 5})
    await member.stop()
    assert await group.committed() == 8
    later, _ = await group.join()
    assert await receive(later, 2) == [(0, 3), (0, 4)]


async def test_what_stays_is_never_taken_away_when_another_joins(group: Group) -> None:
    _, first = await group.joined()
    _, second = await group.join()
    await group.serve(lambda: len(second.ours) == PARTITIONS // 2)
    assert first.ours | second.ours == set(group.partitions)
    assert first.told == [("assigned", group.partitions), ("revoked", sorted(second.ours))]
    assert second.told == [("assigned", sorted(second.ours))]


async def test_what_is_due_is_committed_before_another_begins(group: Group) -> None:
    for partition in group.partitions:
        await group.write(partition, 4)
    member, first = await group.join()
    await receive(member, 4 * PARTITIONS)
    first.due = dict.fromkeys(group.partitions, 3)
    another, second = await group.join()
    await group.serve(lambda: len(first.ours) == PARTITIONS // 2, member)
    serving = asyncio.create_task(group.serve(lambda: False, member))
    try:
        assert {offset for _, offset in await receive(another, PARTITIONS // 2)} == {3}
    finally:
        serving.cancel()
    assert await group.committed() == 3 * len(second.ours)


async def test_what_another_has_now_is_not_committed(group: Group) -> None:
    for partition in group.partitions:
        await group.write(partition, 4)
    member, first = await group.join()
    await receive(member, 4 * PARTITIONS)
    first.due = dict.fromkeys(group.partitions, 3)
    _, second = await group.join()
    await group.serve(lambda: len(second.ours) == PARTITIONS // 2)
    gone, kept = min(second.ours), min(first.ours)
    assert not await member.commit({gone: 1})
    assert await member.commit({gone: 1, kept: 2})
    assert await group.committed() == 3 * len(second.ours) + 2


async def test_who_leaves_hands_over_at_once(group: Group) -> None:
    member, first = await group.joined()
    _, second = await group.join()
    await group.serve(lambda: len(second.ours) == PARTITIONS // 2)
    kept = sorted(second.ours)
    await member.stop()
    await member.stop()
    group.members.remove(member)
    async with asyncio.timeout(SESSION.total_seconds() / 2):
        await group.serve(lambda: len(second.ours) == PARTITIONS)
    assert second.told == [("assigned", kept), ("assigned", sorted(set(group.partitions) - set(kept)))]
    assert [what for what, _ in first.told] == ["assigned", "revoked"], "who leaves is not told of it"


async def test_what_is_paused_comes_later_and_once(group: Group) -> None:
    member, _ = await group.joined()
    await group.write(group.partitions[0], 5)
    assert len(await receive(member, 5)) == 5
    await member.pause()
    await group.write(group.partitions[0], 5)
    await group.write(group.partitions[1], 5)
    for _ in range(20):
        assert await member.poll(100, wait=False) == []
        await asyncio.sleep(0.01)
    await member.resume()
    found = await receive(member, 10)
    assert sorted(found) == [(0, offset) for offset in range(5, 10)] + [(1, offset) for offset in range(5)]


async def test_a_poll_that_is_cancelled_loses_nothing(group: Group) -> None:
    member, _ = await group.joined()
    polling = asyncio.create_task(member.poll(100, wait=True))
    await asyncio.sleep(0)
    await group.write(group.partitions[0], 5)
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling
    assert await receive(member, 5) == [(0, offset) for offset in range(5)]


async def test_nothing_is_committed_of_what_is_lost_and_it_comes_again(group: Group) -> None:
    await group.write(group.partitions[0], 5)
    member, witness = await group.join(SHORT)
    await receive(member, 5)
    await member.check()
    await group.strand(member)
    assert not await member.commit({group.partitions[0]: 5})
    assert await receive(member, 5) == [(0, offset) for offset in range(5)]
    assert [what for what, _ in witness.told] == ["assigned", "lost", "assigned"]
    assert await group.committed() == 0
