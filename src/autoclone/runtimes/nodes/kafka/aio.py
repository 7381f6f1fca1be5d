"""The clients that write and make topics, by aiokafka."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from aiokafka import AIOKafkaProducer, errors
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from autoclone.errors import AutoCloneError, Permanent, Transient
from autoclone.runtimes.nodes.kafka.port import Letter, NoRoom, TooLarge

REQUEST_MS = 10_000
BATCH_BYTES = 256 * 1024
BY_DEFAULT = -1

REFUSED = (
    errors.AuthenticationFailedError,
    errors.AuthenticationMethodNotSupported,
    errors.ClusterAuthorizationFailedError,
    errors.IllegalSaslStateError,
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
    """Makes producers, and topics."""

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
