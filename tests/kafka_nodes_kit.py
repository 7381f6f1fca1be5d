"""What the tests of the Kafka nodes share: topics that are filled and read, and a runtime in real time."""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, timedelta
from pathlib import Path

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    ConsumerGroupState,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from autoclone.clock import SystemClock
from autoclone.ports import JsonObject, NodeStats
from autoclone.runtimes.embedded import EmbeddedRuntime
from autoclone.runtimes.nodes.kafka.port import Clients, Kafka
from kafka_kit import create_topic
from runtime_kit import ALLOWED, SECOND, node, spec

PATIENCE_SECONDS = 60
ANSWER_SECONDS = 5


async def a_topic(bootstrap: str, partitions: int = 1) -> str:
    """Make a topic of one test alone."""
    return await create_topic(bootstrap, f"topic-{uuid.uuid4()}", partitions)


def write(
    bootstrap: str, topic: str, values: Iterable[bytes | None], partitions: int = 1, first_partition: int = 0
) -> None:
    """Write messages, to one partition after the other."""
    producer = Producer({"bootstrap.servers": bootstrap, "log_level": 3})
    for index, value in enumerate(values):
        producer.produce(topic, value, key=f"k{index}", partition=first_partition + index % partitions)
        producer.poll(0)
    assert producer.flush(PATIENCE_SECONDS) == 0


def numbers(count: int, first: int = 0) -> list[bytes | None]:
    """Return records that count up."""
    return [json.dumps({"n": n}).encode() for n in range(first, first + count)]


@contextmanager
def _consumer(bootstrap: str, group: str) -> Iterator[Consumer]:
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "log_level": 3,
        }
    )
    try:
        yield consumer
    finally:
        consumer.close()


def read(bootstrap: str, topic: str) -> list[Message]:
    """Return all that is in a topic, by a client that shares no code with the nodes."""
    with _consumer(bootstrap, "tests") as consumer:
        unread = set(consumer.list_topics(topic, PATIENCE_SECONDS).topics[topic].partitions)
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in unread])
        found: list[Message] = []
        while unread:
            message = consumer.poll(PATIENCE_SECONDS)
            assert message is not None, f"nothing comes from {unread}"
            error = message.error()
            if error is None:
                found.append(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                unread.discard(message.partition())
        return found


def committed(bootstrap: str, group: str, topic: str, partitions: int = 1) -> int:
    """Return the sum of what a group has committed."""
    with _consumer(bootstrap, group) as consumer:
        asked = [TopicPartition(topic, number) for number in range(partitions)]
        return sum(max(0, one.offset) for one in consumer.committed(asked, PATIENCE_SECONDS))


@contextmanager
def a_member(bootstrap: str, group: str, topic: str, assignor: str) -> Iterator[None]:
    """Have a program of another kind be a member of a group."""
    told = {"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False, "log_level": 3}
    consumer = Consumer({**told, "partition.assignment.strategy": assignor})
    try:
        consumer.subscribe([topic])
        for _ in range(PATIENCE_SECONDS):
            consumer.poll(1)
            if consumer.assignment():
                break
        yield
    finally:
        consumer.close()


def members(bootstrap: str, group: str) -> int:
    """Return how many members of a group have partitions; 0 while they are about to divide them."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 3})  # must outlive its answers
    # A fresh broker has no coordinator yet, and one that is asked for it just then may never answer.
    described = admin.describe_consumer_groups([group], request_timeout=ANSWER_SECONDS)
    try:
        found = described[group].result(PATIENCE_SECONDS)
    except KafkaException:
        return 0
    if found.state is not ConsumerGroupState.STABLE:
        return 0
    return sum(1 for one in found.members if one.assignment.topic_partitions)


async def until_divided(bootstrap: str, group: str, count: int) -> None:
    """Wait until a group's partitions are divided among so many members."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await asyncio.to_thread(members, bootstrap, group) != count:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.1)


def source(topic: str, **params: object) -> JsonObject:
    return node("in", "kafka_source", topic=topic, commit_every="100ms", **params)


def out() -> JsonObject:
    return node("out", "jsonl", path="{dag}.jsonl", flush_every="50ms")


class Station:
    """An embedded runtime in real time, and the folder that it writes."""

    def __init__(self, runtime: EmbeddedRuntime, folder: Path) -> None:
        self.runtime, self.folder = runtime, folder

    async def run(self, document: JsonObject, name: str = "orders", parent: str | None = None) -> None:
        await self.runtime.create(spec(document, name, parent), 1)
        await self.runtime.start(name, 1)

    async def family(self, document: JsonObject, clones: int) -> list[str]:
        """Run a DAG and so many clones of it; return their names."""
        names = ["orders", *(f"orders_{number}" for number in range(1, clones + 1))]
        for name in names:
            await self.run(document, name, None if name == "orders" else "orders")
        return names

    async def node(self, id_: str, name: str = "orders") -> NodeStats:
        stats = await self.runtime.stats(name)
        assert stats is not None
        return next(one for one in stats.nodes if one.id == id_)

    async def until(self, id_: str, condition: Callable[[NodeStats], bool], name: str = "orders") -> None:
        """Wait for what a broker and threads do in their own time."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition(await self.node(id_, name)):  # noqa: ASYNC110 - nobody sets an event for it
                await asyncio.sleep(0.02)

    async def until_seen(self, condition: Callable[[Counter[int]], bool]) -> None:
        """Wait for what sinks have written."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition(self.seen()):  # noqa: ASYNC110 - likewise
                await asyncio.sleep(0.05)

    def seen(self, name: str = "*") -> Counter[int]:
        """Return how often each record was written, by one DAG or clone or all together."""
        files = sorted(self.folder.glob(f"{name}.jsonl"))
        return Counter(json.loads(line)["n"] for file in files for line in file.read_text().splitlines())

    def kill(self, name: str) -> None:
        """End a DAG at once, without a drain, as the end of its process does."""
        runner = self.runtime._held[name].runner
        assert runner is not None
        runner._scope.cancel()


def is_everything(count: int) -> Callable[[Counter[int]], bool]:
    """Return whether each of so many records was written at least once."""
    return lambda seen: set(seen) >= set(range(count))


@asynccontextmanager
async def station(
    folder: Path, kafka: str | Kafka, allowed: tuple[str, ...] = ALLOWED, clients: Clients | None = None
) -> AsyncIterator[Station]:
    runtime = EmbeddedRuntime(
        SystemClock(),
        default_zone=UTC,
        allowed_modules=allowed,
        data_dir=folder,
        drain_timeout=20 * SECOND,
        kafka=kafka if isinstance(kafka, Kafka) else Kafka(kafka, clients=clients),
    )
    await runtime.open()
    try:
        yield Station(runtime, folder)
    finally:
        await runtime.close(timedelta())
