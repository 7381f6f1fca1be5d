"""The clients, by aiokafka."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition, errors
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from autoclone.errors import AutoCloneError, Permanent, Transient
from autoclone.runtimes.nodes.kafka.port import (
    Arrival,
    Letter,
    Listener,
    NoRoom,
    Partition,
    Subscription,
    TooLarge,
)

MILLISECOND = timedelta(milliseconds=1)
REQUEST_MS = 10_000
# Members learn of a rebalance by their heartbeats, and a ramp should not wait long for one.
HEARTBEAT_MS = 1_000
POLL_MS = 500
BATCH_BYTES = 256 * 1024
BY_DEFAULT = -1

REFUSED = (
    errors.AuthenticationFailedError,
    errors.AuthenticationMethodNotSupported,
    errors.ClusterAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.IllegalSaslStateError,
    errors.InconsistentGroupProtocolError,
    errors.InvalidGroupIdError,
    errors.InvalidSessionTimeoutError,
    errors.InvalidTopicError,
    errors.PolicyViolationError,
    errors.SaslAuthenticationFailed,
    errors.TopicAuthorizationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.UnsupportedVersionError,
)
TOO_LARGE = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError, errors.RecordTooLargeError)


@contextmanager
def translated(brokers: str) -> Iterator[None]:
    """Raise what aiokafka raises as `Transient` or `Permanent`."""
    try:
        yield
    except (errors.KafkaError, OSError) as error:
        said = str(error) or type(error).__name__
        if isinstance(error, REFUSED):
            raise Permanent(f"Kafka at {brokers} refuses this ({said})") from error
        if isinstance(error, TOO_LARGE):
            raise TooLarge(f"Kafka takes no message as large as this ({said})") from error
        raise Transient(f"Kafka at {brokers} cannot be used now ({said})") from error


class AioKafka:
    """Makes clients of aiokafka."""

    def consumer(
        self, arguments: Mapping[str, Any], subscription: Subscription, listener: Listener
    ) -> "AioConsumer":
        """Return a consumer that has yet to be started."""
        return AioConsumer(arguments, subscription, listener)

    def producer(self, arguments: Mapping[str, Any], client: str) -> "AioProducer":
        """Return a producer that has yet to be started."""
        return AioProducer(arguments, client)

    async def ensure(self, arguments: Mapping[str, Any], topic: str, partitions: int) -> None:
        """Make a topic where it is not there, with as many copies as the brokers give by default."""
        admin = AIOKafkaAdminClient(**arguments, request_timeout_ms=REQUEST_MS)
        with translated(str(arguments["bootstrap_servers"])):
            try:
                await admin.start()
                if topic not in await admin.list_topics():
                    answer = await admin.create_topics([NewTopic(topic, partitions, BY_DEFAULT, {})])
                    for _, code, *said in answer.topic_errors:
                        if code and errors.for_code(code) is not errors.TopicAlreadyExistsError:
                            raise errors.for_code(code)(*said)
            finally:
                await admin.close()


class _Told(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Passes on what aiokafka tells."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._listener.revoked(_partitions(revoked))

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._listener.assigned(_partitions(assigned))


class AioConsumer:
    """The `Consumer` port.

    aiokafka knows no cooperative rebalancing: a group stops, divides, and goes on. Its sticky assignor
    leaves members what they have. It keeps what it knows of them in its class, so each consumer has its own.
    """

    def __init__(self, arguments: Mapping[str, Any], subscription: Subscription, listener: Listener) -> None:
        self._brokers = str(arguments["bootstrap_servers"])
        self._topics = ", ".join(subscription.topics)
        self._ending: asyncio.Future[None] | None = None
        self._consumer = AIOKafkaConsumer(
            **arguments,
            client_id=subscription.client,
            group_id=subscription.group,
            auto_offset_reset=subscription.reset,
            enable_auto_commit=False,
            partition_assignment_strategy=[type("Sticky", (StickyPartitionAssignor,), {})],
            request_timeout_ms=REQUEST_MS,
            session_timeout_ms=subscription.session // MILLISECOND,
            heartbeat_interval_ms=min(HEARTBEAT_MS, subscription.session // MILLISECOND // 3),
            rebalance_timeout_ms=subscription.rebalance // MILLISECOND,
        )
        self._consumer.subscribe(list(subscription.topics), listener=_Told(listener))

    async def start(self) -> None:
        """Connect, join the group, and wait for a share of the partitions."""
        try:
            with translated(self._brokers):
                await self._consumer.start()
        except Transient as error:
            if isinstance(error.__cause__, errors.UnknownTopicOrPartitionError):
                raise Transient(f"Kafka at {self._brokers} has no topic {self._topics}. Create it") from error
            raise

    async def stop(self) -> None:
        """Leave the group and disconnect; that goes on where the caller runs out of patience."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._consumer.stop())
        await asyncio.shield(self._ending)

    async def poll(self, most: int, *, wait: bool) -> Sequence[Arrival]:
        """Return what has come."""
        with translated(self._brokers):
            found = await self._consumer.getmany(timeout_ms=POLL_MS if wait else 0, max_records=most)
        return [_arrival(one) for some in found.values() for one in some]

    async def commit(self, offsets: Mapping[Partition, int]) -> bool:
        """Commit; False where the group has divided its partitions anew."""
        try:
            with translated(self._brokers):
                await self._consumer.commit({TopicPartition(*one): offset for one, offset in offsets.items()})
        except Transient as error:
            if isinstance(error.__cause__, errors.CommitFailedError | errors.IllegalStateError):
                return False
            raise
        return True

    async def check(self) -> None:
        """Ask for an offset."""
        ours = sorted(self._consumer.assignment())
        if ours:
            with translated(self._brokers):
                await self._consumer.committed(ours[0])

    def pause(self) -> None:
        """Have `poll` return nothing."""
        self._consumer.pause(*self._consumer.assignment())

    def resume(self) -> None:
        """Undo `pause`."""
        self._consumer.resume(*self._consumer.paused())

    def seek(self, partition: Partition, offset: int) -> None:
        """Go on from an offset."""
        self._consumer.seek(TopicPartition(*partition), offset)


class AioProducer:
    """The `Producer` port."""

    def __init__(self, arguments: Mapping[str, Any], client: str) -> None:
        self._brokers = str(arguments["bootstrap_servers"])
        self._ending: asyncio.Future[None] | None = None
        self._producer = AIOKafkaProducer(
            **arguments,
            client_id=client,
            request_timeout_ms=REQUEST_MS,
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES,
        )

    async def start(self) -> None:
        """Connect."""
        with translated(self._brokers):
            await self._producer.start()

    async def stop(self) -> None:
        """Disconnect; that goes on where the caller runs out of patience."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._give_up())
        await asyncio.shield(self._ending)

    async def _give_up(self) -> None:
        """End it. aiokafka's own `stop` waits for what is not acknowledged, for ever where Kafka is away."""
        self._producer._closed = True  # noqa: SLF001 - see above
        sender: asyncio.Task[None] | None = self._producer._sender.sender_task  # noqa: SLF001 - likewise
        if sender is not None:
            sender.cancel()
            await asyncio.wait([sender])
        await self._producer.client.close()

    async def send(self, letter: Letter) -> asyncio.Future[None]:
        """Hand a message over."""
        headers = list(letter.headers)
        try:
            with translated(self._brokers):
                sent = await self._producer.send(letter.topic, letter.value, letter.key, headers=headers)
        except Transient as error:
            if isinstance(error.__cause__, errors.KafkaTimeoutError):
                raise NoRoom(str(error)) from error
            raise
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sent.add_done_callback(partial(self._tell, acknowledged))
        return acknowledged

    def _tell(self, acknowledged: asyncio.Future[None], sent: asyncio.Future[Any]) -> None:
        if acknowledged.done():
            return
        try:
            with translated(self._brokers):
                sent.result()
        except asyncio.CancelledError:
            acknowledged.set_exception(Transient(f"Kafka at {self._brokers} did not answer"))
        except AutoCloneError as error:
            acknowledged.set_exception(error)
        else:
            acknowledged.set_result(None)


def _partitions(found: set[TopicPartition]) -> list[Partition]:
    return [Partition(*one) for one in sorted(found)]


def _arrival(one: Any) -> Arrival:  # noqa: ANN401 - aiokafka has no types
    at = datetime.fromtimestamp(max(one.timestamp or 0, 0) / 1000, UTC)
    partition = Partition(one.topic, one.partition)
    return Arrival(partition, one.offset, at, one.key, one.value, tuple(one.headers))
