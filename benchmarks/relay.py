"""How fast events get from the store to a real Kafka broker, and how long one of them takes.

The peer is aiokafka's bare idempotent producer, which sends the same messages and has no store to read, to
mark in, or to be fenced by.
"""

import asyncio
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from autoclone.clock import SystemClock
from autoclone.core.model import RampState
from autoclone.messaging.codec import Codec
from autoclone.messaging.kafka import KafkaPublisher
from autoclone.messaging.relay import Relay
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import Change
from benchmarks.table import Row
from kafka_kit import brokers, create_topic
from messaging_kit import AT, an_event, at_kafka

PARENTS = 100
EACH = 200
ROUNDS = 7
SINGLES = 200
PARTITIONS = 6


async def measure() -> list[Row]:
    """Measure both, in turns."""
    with tempfile.TemporaryDirectory() as folder, brokers(Path(folder) / "kafka") as kafka:
        await _bare("warm-up", kafka.bootstrap)  # of a broker that has just started
        bare, relayed = [], []
        for number in range(ROUNDS):
            bare.append(await _bare(f"bare-{number}", kafka.bootstrap))
            relayed.append(await _relayed(Path(folder), f"relay-{number}", kafka.bootstrap))
        single = await _singles(Path(folder), kafka.bootstrap)
    # Of each round by itself: the speed of a shared machine drifts from one to the next.
    ratio = median(ours / theirs for ours, theirs in zip(relayed, bare, strict=True))
    events = PARENTS * EACH
    return [
        Row(
            f"the relay over SQLite, {events:,} events",
            f"{median(relayed):,.0f} events/s",
            f"a bare producer: {median(bare):,.0f} messages/s",
            f"{ratio:.2f}",
            "≥ 0.70",
        ),
        Row(
            f"from commit to topic, {SINGLES} single events",
            f"median {median(single) * 1000:.1f} ms",
            f"p99 {quantiles(single, n=100)[98] * 1000:.1f} ms",
            "",
            "",
        ),
    ]


def _changes(parents: int, each: int) -> list[Change]:
    return [
        Change(RampState(name, sequence=each), tuple(an_event(name, n) for n in range(1, each + 1)))
        for name in (f"dag{parent}" for parent in range(parents))
    ]


async def _bare(topic: str, bootstrap: str) -> float:
    """Return how many messages a second the topic has taken, with nothing but the sending."""
    await create_topic(bootstrap, topic, PARTITIONS)
    codec = Codec()
    messages = [codec.encode(event) for change in _changes(PARENTS, EACH) for event in change.events]
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        began = time.perf_counter()
        sent = [
            await producer.send(topic, one.value, one.key.encode(), headers=[*one.headers.items()])
            for one in messages
        ]
        await asyncio.gather(*sent)
        return len(messages) / (time.perf_counter() - began)
    finally:
        await producer.stop()


async def _relayed(folder: Path, name: str, bootstrap: str) -> float:
    """Return how many events a second leave the store, with the reading, the encoding and the marks."""
    await create_topic(bootstrap, name, PARTITIONS)
    store = SqliteStore(folder / f"{name}.db")
    await store.open()
    epoch = await store.claim_epoch("benchmark", AT)
    await store.commit(epoch, _changes(PARENTS, EACH))
    publisher = KafkaPublisher(at_kafka(bootstrap, name))
    await publisher.open()
    relay = Relay(store, publisher, Codec(), SystemClock())
    began = time.perf_counter()
    work = asyncio.create_task(relay.run(epoch))
    while relay.state.published < PARENTS * EACH or await store.unsent(1):
        await asyncio.sleep(0.002)
    took = time.perf_counter() - began
    await _ended(work)
    await store.close()
    return PARENTS * EACH / took


async def _singles(folder: Path, bootstrap: str) -> list[float]:
    """Return how long single events took from their commit until a consumer had them."""
    await create_topic(bootstrap, "singles", PARTITIONS)
    store = SqliteStore(folder / "singles.db")
    await store.open()
    epoch = await store.claim_epoch("benchmark", AT)
    relay = Relay(store, KafkaPublisher(at_kafka(bootstrap, "singles")), Codec(), SystemClock())
    work = asyncio.create_task(relay.run(epoch))
    consumer = AIOKafkaConsumer("singles", bootstrap_servers=bootstrap, fetch_max_wait_ms=5)
    await consumer.start()
    await consumer.seek_to_end()
    took = []
    for sequence in range(1, SINGLES + 1):
        change = Change(RampState("orders", sequence=sequence), (an_event("orders", sequence),))
        await store.commit(epoch, [change])
        began = time.perf_counter()
        relay.nudge()
        await consumer.getone()
        took.append(time.perf_counter() - began)
    await consumer.stop()
    await _ended(work)
    await store.close()
    return took


async def _ended(work: "asyncio.Task[None]") -> None:
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
