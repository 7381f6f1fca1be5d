"""Members of consumer groups that rebalance cooperatively, by librdkafka."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import from_thread, to_thread
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from autoclone.errors import Transient
from autoclone.runtimes.nodes.kafka.librdkafka_failures import GONE, MENDING, translated
from autoclone.runtimes.nodes.kafka.port import Arrival, Listener, Partition, Subscription

MILLISECOND = timedelta(milliseconds=1)
REQUEST_SECONDS = 10
# Whether a broker is there that is perhaps not is asked for a second, after which it can be seen why not.
TURN_SECONDS = 1
POLL_SECONDS = 0.25
# Members learn of a rebalance by their heartbeats, and a ramp should not wait long for one.
HEARTBEAT_MS = 1_000
FIXED = {
    "partition.assignment.strategy": "cooperative-sticky",
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "allow.auto.create.topics": False,
    "socket.timeout.ms": REQUEST_SECONDS * 1_000,
    "reconnect.backoff.max.ms": 2_000,
    # What one of many clones reads ahead should not fill the memory, nor should it wait a second for more.
    "queued.min.messages": 1_000,
    "queued.max.messages.kbytes": 8 * 1_024,
    "fetch.queue.backoff.ms": 20,
}

ResultT = TypeVar("ResultT")
log = logging.getLogger("confluent_kafka")


class LibrdkafkaConsumer:
    """The `Consumer` port.

    librdkafka has threads of its own that speak to the brokers. Its calls wait for them, so each is made in a
    thread, one after the other, and goes on to its end where the caller runs out of patience.
    """

    def __init__(self, properties: Mapping[str, Any], subscription: Subscription, listener: Listener) -> None:
        session, rebalance = (one // MILLISECOND for one in (subscription.session, subscription.rebalance))
        self._properties: dict[str, Any] = {
            **properties,
            **FIXED,
            "client.id": subscription.client,
            "group.id": subscription.group,
            "auto.offset.reset": subscription.reset,
            "session.timeout.ms": session,
            "heartbeat.interval.ms": min(HEARTBEAT_MS, session // 3),
            "max.poll.interval.ms": rebalance,
            "error_cb": self._on_error,
        }
        self._brokers = str(properties["bootstrap.servers"])
        self._topics = subscription.topics
        self._listener = listener
        self._client: Consumer | None = None
        self._one_by_one = anyio.CapacityLimiter(1)
        self._trouble: KafkaError | None = None
        self._fetching: asyncio.Task[list[Arrival]] | None = None
        self._ending: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, see that the topics are there, and join the group."""
        await self._call(self._join)

    async def stop(self) -> None:
        """Leave the group and disconnect; that goes on where the caller runs out of patience."""
        self._ending = self._ending or self._begin(self._leave)
        await asyncio.wait([self._ending])

    async def poll(self, most: int, *, wait: bool) -> Sequence[Arrival]:
        """Return what has come."""
        fetch = partial(self._fetch, most, POLL_SECONDS if wait else 0)
        self._fetching = self._fetching or self._begin(fetch)
        await asyncio.wait([self._fetching])
        fetched, self._fetching = self._fetching, None
        return fetched.result()

    async def commit(self, offsets: Mapping[Partition, int]) -> bool:
        """Commit; False where the group has divided its partitions anew."""
        return await self._call(partial(self._commit, offsets))

    async def check(self) -> None:
        """Ask for an offset."""
        await self._call(self._ask)

    async def pause(self) -> None:
        """Have `poll` return nothing."""
        await self._call(lambda: self._joined.pause(self._joined.assignment()))

    async def resume(self) -> None:
        """Undo `pause`."""
        await self._call(lambda: self._joined.resume(self._joined.assignment()))

    async def _call(self, call: Callable[[], ResultT]) -> ResultT:
        made = self._begin(call)
        await asyncio.wait([made])
        return made.result()

    def _begin(self, call: Callable[[], ResultT]) -> "asyncio.Task[ResultT]":
        made = asyncio.create_task(to_thread.run_sync(self._translated, call, limiter=self._one_by_one))
        made.add_done_callback(_heard)
        return made

    # What follows runs in the thread.

    def _translated(self, call: Callable[[], ResultT]) -> ResultT:
        with translated(self._brokers, self._topics, lambda: self._trouble):
            return call()

    @property
    def _joined(self) -> Consumer:
        if self._client is None:
            raise Transient(f"Kafka at {self._brokers} was left")
        return self._client

    def _join(self) -> None:
        self._client = Consumer(self._properties, logger=log)
        for topic in self._topics:
            self._look_for(topic)
        self._client.subscribe(
            list(self._topics), on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
        )

    def _look_for(self, topic: str) -> None:
        for turn in range(REQUEST_SECONDS // TURN_SECONDS):
            try:
                found = self._joined.list_topics(topic, TURN_SECONDS).topics[topic]
            except KafkaException:
                self._joined.poll(0)  # may call `_on_error`
                if self._trouble is not None or turn + 1 == REQUEST_SECONDS // TURN_SECONDS:
                    raise
            else:
                if found.error is not None:
                    raise KafkaException(found.error)
                return

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _fetch(self, most: int, seconds: float) -> list[Arrival]:
        first = self._joined.poll(seconds)
        if first is None:
            return []
        rest = self._joined.consume(most - 1, 0) if most > 1 else []
        return [_arrival(one) for one in (first, *rest) if not self._is_error(one)]

    def _is_error(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return False
        if error.code() not in MENDING:
            raise KafkaException(error)
        log.info("%s", error)
        return True

    def _commit(self, offsets: Mapping[Partition, int]) -> bool:
        if self._trouble is not None:
            # A commit that waits for brokers to return may come when the group has taken us for dead: then
            # librdkafka gives up the membership that it has just got anew.
            self._ask()
        # Some may have been revoked while this waited for its turn, with a later offset committed by then.
        ours = set(_partitions(self._joined.assignment()))
        given = [TopicPartition(*one, offset) for one, offset in offsets.items() if one in ours]
        if not given:
            return False
        try:
            done = self._joined.commit(offsets=given, asynchronous=False) or []
            _raise_first(done)
        except KafkaException as error:
            if error.args[0].code() in GONE:
                return False
            raise
        self._trouble = None
        return True

    def _ask(self) -> None:
        seconds = REQUEST_SECONDS if self._trouble is None else TURN_SECONDS
        ours = self._joined.assignment()[:1]
        if ours:
            _raise_first(self._joined.committed(ours, seconds))
        else:
            self._joined.list_topics(self._topics[0], seconds)
        self._trouble = None

    def _on_error(self, error: KafkaError) -> None:
        """Keep in mind what librdkafka has to say; it goes on trying by itself."""
        self._trouble = error

    def _on_assign(self, _: Consumer, assigned: list[TopicPartition]) -> None:
        if self._ending is None:
            from_thread.run_sync(self._listener.assigned, _partitions(assigned))

    def _on_revoke(self, _: Consumer, revoked: list[TopicPartition]) -> None:
        if self._ending is None:
            offsets = from_thread.run(self._listener.revoked, _partitions(revoked))
            if offsets:
                self._commit_last(offsets)

    def _on_lost(self, _: Consumer, lost: list[TopicPartition]) -> None:
        if self._ending is None:
            from_thread.run_sync(self._listener.lost, _partitions(lost))

    def _commit_last(self, offsets: Mapping[Partition, int]) -> None:
        """Commit what another goes on from. What cannot be committed comes to it once more."""
        try:
            self._commit(offsets)
        except KafkaException as error:
            log.warning("%s could not be committed: %s", offsets, error)


def _heard(made: "asyncio.Task[Any]") -> None:
    """Take note of what nobody may be left to hear of."""
    if not made.cancelled():
        made.exception()


def _raise_first(answered: Iterable[TopicPartition]) -> None:
    for one in answered:
        if one.error is not None:
            raise KafkaException(one.error)


def _partitions(found: Iterable[TopicPartition]) -> list[Partition]:
    return sorted(Partition(one.topic, one.partition) for one in found)


def _arrival(one: Message) -> Arrival:
    topic, number, offset = one.topic(), one.partition(), one.offset()
    if topic is None or number is None or offset is None:
        raise AssertionError("a message that is no error has a place")
    at = datetime.fromtimestamp(max(one.timestamp()[1], 0) / 1000, UTC)
    headers: Any = one.headers() or ()
    return Arrival(Partition(topic, number), offset, at, one.key(), one.value(), tuple(headers))
