"""What the tests of messaging share: events, a topic that anyone may read, and an outbox in memory."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from autoclone.core.events import Event, EventType
from autoclone.core.model import By, Hold, HoldKind
from autoclone.errors import StaleEpoch
from autoclone.messaging.codec import Codec
from autoclone.messaging.kafka_settings import KafkaSettings
from autoclone.ports import JournalEntry, Message, OutboxLag

AT = datetime(2025, 1, 25, 9, tzinfo=UTC)
A_KIND = {"ramp": HoldKind.PAUSE, "override": HoldKind.OVERRIDE}
A_HOLD = Hold(HoldKind.PAUSE, AT + timedelta(hours=1), 5, AT, "a look at them")
# Short, so that a test of an outage is too.
REQUEST, DELIVERY = timedelta(seconds=2), timedelta(seconds=4)
READ_WITHIN_SECONDS = 30


def an_event(parent: str = "orders", sequence: int = 1, kind: EventType = EventType.CLONE_CREATED) -> Event:
    about_a_clone = kind.value.startswith("clone")
    subject = kind.value.partition(".")[0]
    about_a_hold = subject in A_KIND
    return Event(
        sequence=sequence,
        at=AT + timedelta(microseconds=sequence % 1_000_000),
        type=kind,
        parent=parent,
        clone=f"{parent}_20250125090000" if about_a_clone else None,
        status="ramping_up (1/5)",
        clones=1,
        target=5,
        epoch=1,
        message="the runtime does not answer" if kind.value.endswith("_failed") else None,
        hold=replace(A_HOLD, kind=A_KIND[subject]) if about_a_hold else None,
        by=By.CLOCK if about_a_hold else None,
    )


def journal(parents: int, each: int) -> list[JournalEntry]:
    """Return a journal in which the parents' events alternate."""
    events = [an_event(f"dag{parent}", n) for n in range(1, each + 1) for parent in range(parents)]
    return [JournalEntry(position, event) for position, event in enumerate(events, 1)]


def messages(parents: int, each: int) -> list[Message]:
    codec = Codec()
    return [codec.encode(entry.event) for entry in journal(parents, each)]


def at_kafka(bootstrap: str, topic: str = "", **changes: object) -> KafkaSettings:
    """Return settings for a topic of one test alone."""
    name = topic or f"events-{uuid.uuid4()}"
    given = {"request_timeout": REQUEST, "delivery_timeout": DELIVERY, **changes}
    return KafkaSettings(bootstrap, name, **given)  # type: ignore[arg-type]


def read_topic(bootstrap: str, topic: str) -> list[Message]:
    """Return all that is in a topic, by a client that shares no code with the one that publishes.

    Messages of one partition are in its order.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "tests",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "log_level": 3,
        }
    )
    try:
        unread = set(consumer.list_topics(topic, READ_WITHIN_SECONDS).topics[topic].partitions)
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in unread])
        read: list[Message] = []
        while unread:
            record = consumer.poll(READ_WITHIN_SECONDS)
            assert record is not None, f"Nothing comes from {unread}"
            error = record.error()
            if error is None:
                read.append(Message(record.key().decode(), record.value(), dict(record.headers() or ())))
            elif error.code() == KafkaError._PARTITION_EOF:
                unread.discard(record.partition())
            else:
                assert error.retriable(), error
        return read
    finally:
        consumer.close()


def without_doubles(arrived: Iterable[Message]) -> dict[str, list[Message]]:
    """Return what a consumer sees that drops every message it has seen, by key, in order of arrival."""
    seen: dict[str, dict[bytes, Message]] = {}
    for message in arrived:
        seen.setdefault(message.key, {}).setdefault(message.value, message)
    return {key: list(of_key.values()) for key, of_key in seen.items()}


class MemoryOutbox:
    """An outbox that a test fills, and that fails where it is told to."""

    def __init__(self, entries: Iterable[JournalEntry] = ()) -> None:
        self.entries = list(entries)
        self.sent: dict[int, datetime] = {}
        self.epoch = 1
        self.failures: list[Exception] = []

    async def unsent(self, limit: int) -> Sequence[JournalEntry]:
        return [entry for entry in self.entries if entry.position not in self.sent][:limit]

    async def mark_sent(self, epoch: int, positions: Sequence[int], at: datetime) -> None:
        if self.failures:
            raise self.failures.pop(0)
        if epoch < self.epoch:
            raise StaleEpoch(epoch, self.epoch)
        for position in positions:
            self.sent.setdefault(position, at)

    async def lag(self) -> OutboxLag:
        waiting = [entry.event for entry in self.entries if entry.position not in self.sent]
        return OutboxLag(len(waiting), waiting[0].at if waiting else None)
