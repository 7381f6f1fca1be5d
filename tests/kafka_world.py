"""The Kafka nodes in virtual time: a runtime over a Kafka that does as a test says, and nodes to try it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from autoclone.runtimes.embedded import TOPIC_CAPACITY
from fake_kafka import FakeConsumer, FakeKafka
from kafka_witness import Witness
from runtime_kit import World, node, world

SOURCE = node("in", "kafka_source", topic="orders")
LOG = node("log", "log")
FULL = {**node("full", "topic_sink", topic="jobs"), "buffer": 1}
MINUTE = timedelta(minutes=1)
MANY = 600  # more than are read ahead


@asynccontextmanager
async def kafka_world(folder: Path) -> AsyncIterator[tuple[World, FakeKafka]]:
    broker = FakeKafka()
    async with world(folder, kafka=broker.site) as at:
        yield at, broker


async def fill(at: World) -> None:
    """Leave no room in the topic that `full` writes to."""
    for _ in range(TOPIC_CAPACITY):
        await at.runtime._topics.named("jobs").put({})


async def take(at: World, records: int) -> None:
    """Make room for so many."""
    for _ in range(records):
        await at.runtime._topics.named("jobs").get()


async def another(at: World, broker: FakeKafka) -> FakeConsumer:
    """Have another member join, and wait for what can be given up to it at once."""
    other = FakeConsumer(broker, Witness())
    await other.start()
    await at.clock.settle()
    return other
