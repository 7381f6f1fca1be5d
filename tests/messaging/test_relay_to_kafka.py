"""The relay, a real broker, and a consumer that shares no code with them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import pytest

from autoclone.clock import SystemClock
from autoclone.messaging.codec import Codec, Mode
from autoclone.messaging.kafka import KafkaPublisher
from autoclone.messaging.kafka_settings import KafkaSettings
from autoclone.messaging.relay import Backoff, Relay
from kafka_kit import Brokers
from messaging_kit import MemoryOutbox, at_kafka, journal, read_topic, without_doubles

OFTEN = Backoff(timedelta(milliseconds=50), timedelta(milliseconds=200))
PATIENCE_SECONDS = 60


@asynccontextmanager
async def relaying(outbox: MemoryOutbox, settings: KafkaSettings, codec: Codec) -> AsyncIterator[Relay]:
    relay = Relay(outbox, KafkaPublisher(settings), codec, SystemClock(), batch=50, backoff=OFTEN)
    task = asyncio.ensure_future(relay.run(1))
    try:
        yield relay
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class WatchedOutbox(MemoryOutbox):
    """Lets a test wait until so much is marked."""

    def __init__(self, parents: int, each: int) -> None:
        super().__init__(journal(parents, each))
        self.changed = asyncio.Event()

    async def mark_sent(self, epoch: int, positions: Sequence[int], at: datetime) -> None:
        await super().mark_sent(epoch, positions, at)
        self.changed.set()

    async def until(self, marked: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.sent) < marked:
                self.changed.clear()
                await self.changed.wait()


def is_the_journal(outbox: MemoryOutbox, settings: KafkaSettings, codec: Codec) -> bool:
    """Whether the topic holds exactly the journal, of each parent in order, doubles apart."""
    given = [codec.encode(entry.event) for entry in outbox.entries]
    arrived = without_doubles(read_topic(settings.bootstrap, settings.topic))
    numbers = {parent: [codec.decode(one).sequence for one in some] for parent, some in arrived.items()}
    no_hole = all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    return no_hole and arrived == without_doubles(given)


@pytest.mark.parametrize("mode", list(Mode))
async def test_the_topic_holds_the_journal(kafka: Brokers, mode: Mode) -> None:
    outbox, settings, codec = WatchedOutbox(20, 50), at_kafka(kafka.bootstrap), Codec(mode=mode)
    async with relaying(outbox, settings, codec):
        await outbox.until(1000)
    assert is_the_journal(outbox, settings, codec)


async def test_it_does_after_the_broker_was_killed_in_between(kafka: Brokers) -> None:
    outbox, settings, codec = WatchedOutbox(20, 50), at_kafka(kafka.bootstrap), Codec()
    async with relaying(outbox, settings, codec) as relay:
        await outbox.until(300)
        kafka.kill()
        marked = len(outbox.sent)
        await asyncio.to_thread(kafka.start)
        await outbox.until(1000)
        assert relay.state.problem is None
    assert marked < 1000
    assert is_the_journal(outbox, settings, codec)


async def test_it_does_after_one_relay_followed_another_again_and_again(kafka: Brokers) -> None:
    outbox, settings, codec = WatchedOutbox(20, 50), at_kafka(kafka.bootstrap), Codec()
    for marked in (1, 200, 500, 1000):
        async with relaying(outbox, settings, codec):
            await outbox.until(marked)
    assert is_the_journal(outbox, settings, codec)


async def test_two_at_once_only_double(kafka: Brokers) -> None:
    """A primary that was suspended in mid-batch goes on after the next one has begun."""
    outbox, settings, codec = WatchedOutbox(20, 50), at_kafka(kafka.bootstrap), Codec()
    async with relaying(outbox, settings, codec), relaying(outbox, settings, codec):
        await outbox.until(1000)
    assert is_the_journal(outbox, settings, codec)
