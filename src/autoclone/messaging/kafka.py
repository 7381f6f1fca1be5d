"""Publishing to Kafka, so that no message ever overtakes an earlier one of its key."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from autoclone.messaging import kafka_topic
from autoclone.messaging.kafka_failures import translated
from autoclone.messaging.kafka_settings import KafkaSettings
from autoclone.ports import Message

# Bytes of one batch of a partition. Several are never on their way at once, so they may well be large.
BATCH_BYTES = 256 * 1024


class KafkaPublisher:
    """The `Publisher` port over aiokafka's idempotent producer.

    The producer retries by itself until `delivery_timeout`. After a failure nobody knows what it would
    still send and in which order, so it is given up, and the next call begins with a new one.

    Of each partition one batch is on its way at a time: while it is not acknowledged, no later message
    is sent. Left to itself the producer would go on after a batch that the broker refused for good.
    """

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._partition_of = DefaultPartitioner()
        self._doubtful = False

    async def open(self) -> None:
        """Connect, and make the topic where it is not there."""
        await self._connected()

    async def close(self) -> None:
        """End the connections. What was not acknowledged is given up."""
        producer, self._producer, self._doubtful = self._producer, None, False
        if producer:
            await _give_up(producer)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish the messages and wait for every replica that is in sync."""
        if not messages:
            return
        producer = await self._connected()
        self._doubtful = True
        try:
            with translated(self._settings):
                async with asyncio.timeout(self._settings.delivery_timeout.total_seconds()):
                    await self._deliver(producer, messages)
        except Exception:
            await self.close()
            raise
        self._doubtful = False

    async def _connected(self) -> AIOKafkaProducer:
        if self._doubtful:  # somebody lost patience in the middle of a batch
            await self.close()
        if self._producer is None:
            with translated(self._settings):
                async with asyncio.timeout(self._settings.delivery_timeout.total_seconds()):
                    self._producer = await self._connect()
        return self._producer

    async def _connect(self) -> AIOKafkaProducer:
        await kafka_topic.ensure(self._settings)
        producer = AIOKafkaProducer(
            **self._settings.client_arguments(),
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES,
            compression_type=self._settings.compression,
        )
        try:
            await producer.start()
            await producer.partitions_for(self._settings.topic)
        except BaseException:
            await _give_up(producer)
            raise
        return producer

    async def _deliver(self, producer: AIOKafkaProducer, messages: Sequence[Message]) -> None:
        partitions = sorted(await producer.partitions_for(self._settings.topic))
        homes: dict[str, int] = {}
        shares: dict[int, list[Message]] = {}
        for message in messages:
            key = message.key
            if key not in homes:
                homes[key] = self._partition_of(key.encode(), partitions, partitions)
            shares.setdefault(homes[key], []).append(message)
        sending = [asyncio.ensure_future(self._send(producer, *share)) for share in shares.items()]
        try:
            await asyncio.gather(*sending)
        finally:
            for one in sending:
                one.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    async def _send(self, producer: AIOKafkaProducer, partition: int, messages: Sequence[Message]) -> None:
        """Send one partition's share, a batch after the other."""
        sent = 0
        while sent < len(messages):
            batch = producer.create_batch()
            for message in messages[sent:]:
                if not _append(batch, message):
                    break
                sent += 1
            await (await producer.send_batch(batch, self._settings.topic, partition=partition))


def _append(batch: BatchBuilder, message: Message) -> bool:
    """Add a message, and tell whether it had room. The first always has."""
    headers = list(message.headers.items())
    added = batch.append(timestamp=None, key=message.key.encode(), value=message.value, headers=headers)
    return added is not None


async def _give_up(producer: AIOKafkaProducer) -> None:
    """End a producer without waiting for what a broker may never acknowledge.

    aiokafka has no word for that: its `stop` waits for ever while no broker answers. This is all that it
    does but for the waiting.
    """
    producer._closed = True  # noqa: SLF001 - see above
    sender: asyncio.Task[None] | None = producer._sender.sender_task  # noqa: SLF001 - likewise
    if sender:
        sender.cancel()
        await asyncio.wait([sender])
    await producer.client.close()
