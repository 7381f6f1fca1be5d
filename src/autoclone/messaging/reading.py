"""Reads events back from the topic, for people who look at it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError
from aiokafka.structs import ConsumerRecord

from autoclone.core.events import Event
from autoclone.errors import InvalidInput, Permanent
from autoclone.messaging.codec import Codec
from autoclone.messaging.kafka_failures import translated
from autoclone.messaging.kafka_settings import KafkaSettings
from autoclone.ports import Message

POLL_MILLISECONDS = 500


async def read_topic(settings: KafkaSettings, *, last: int, follow: bool) -> AsyncGenerator[Event, None]:
    """Yield events of the topic, those of each DAG in order. What is no event is left out; copies are not.

    Args:
        settings: where the topic is.
        last: how many of those that each partition holds to begin with.
        follow: go on with those that come.

    Raises:
        Permanent: there is no such topic, or it may not be read.
        Transient: the brokers cannot be asked.
    """
    codec = Codec()
    consumer = AIOKafkaConsumer(settings.topic, **settings.client_arguments(), enable_auto_commit=False)
    try:
        with translated(settings):
            await _start(consumer, settings.topic)
            ends = await _seek(consumer, settings.topic, last)
        while follow or await _behind(consumer, ends):
            with translated(settings):
                batches = await consumer.getmany(timeout_ms=POLL_MILLISECONDS)
            for record in sorted((one for batch in batches.values() for one in batch), key=_when):
                with suppress(InvalidInput):
                    yield codec.decode(Message("", record.value, dict(record.headers)))
    finally:
        await consumer.stop()


async def _start(consumer: AIOKafkaConsumer, topic: str) -> None:
    try:
        await consumer.start()
    except UnknownTopicOrPartitionError as error:
        raise _missing(topic) from error


async def _seek(consumer: AIOKafkaConsumer, topic: str, last: int) -> Mapping[TopicPartition, int]:
    """Begin so far before the end of each partition; return the ends."""
    partitions = sorted(consumer.assignment())
    if not partitions:
        raise _missing(topic)
    begins = await consumer.beginning_offsets(partitions)
    ends: Mapping[TopicPartition, int] = await consumer.end_offsets(partitions)
    for partition in partitions:
        consumer.seek(partition, max(begins[partition], ends[partition] - last))
    return ends


def _missing(topic: str) -> Permanent:
    return Permanent(f"There is no topic {topic!r}. Check kafka_topic, or publish an event first.")


async def _behind(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    return any([await consumer.position(partition) < end for partition, end in ends.items()])


def _when(record: ConsumerRecord) -> tuple[int, int, int]:
    return record.timestamp, record.partition, record.offset
