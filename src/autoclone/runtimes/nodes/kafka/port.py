"""What the nodes need of Kafka. Two libraries have it, and tests bring their own."""

from asyncio import Future
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from autoclone.errors import Permanent, Transient

Headers = tuple[tuple[str, bytes | None], ...]


class TooLarge(Permanent):
    """A message that Kafka will never take."""


class NoRoom(Transient):
    """A message that was not taken, since too many of its partition wait to be acknowledged."""


class Partition(NamedTuple):
    """One partition of a topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it was read.

    Attributes:
        partition: where it lies.
        offset: its place there.
        at: when it was written, UTC.
        key: None where it has none.
        value: None where it has none.
        headers: in order.
    """

    partition: Partition
    offset: int
    at: datetime
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be written.

    Attributes:
        topic: where to.
        key: messages of one key stay in order; None for any partition.
        value: None for none.
        headers: in order.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a consumer reads.

    Attributes:
        topics: the topics.
        group: the consumer group that shares their partitions.
        client: what brokers call the consumer in their logs.
        reset: where a partition begins of which the group has committed nothing: `earliest` or `latest`.
        session: after how long of silence the group takes a member for dead.
        rebalance: how long members may take to hand partitions over.
    """

    topics: tuple[str, ...]
    group: str
    client: str
    reset: str
    session: timedelta
    rebalance: timedelta


class Listener(Protocol):
    """Is told how a group divides its partitions, cooperatively: of those that stay ours nothing is said."""

    async def revoked(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """Finish with partitions that another gets; return what is to be committed. The group waits."""

    def lost(self, partitions: Sequence[Partition]) -> None:
        """Forget partitions that another may have already: nothing of them can be committed."""

    def assigned(self, partitions: Sequence[Partition]) -> None:
        """Take partitions that are ours from now on, beside those that we have."""


class Consumer(Protocol):
    """A member of a consumer group. It commits nothing by itself but what its listener returns.

    The group is served in `poll` alone: call it every few seconds, and once at a time. All calls but `stop`
    raise `Transient` where Kafka cannot be used now and `Permanent` where it refuses. A member gets over a
    Kafka that was away by itself; only one whose `poll` has raised is of no further use.
    """

    async def start(self) -> None:
        """Connect, see that the topics are there, and join the group."""

    async def stop(self) -> None:
        """Leave the group at once, so that others get the partitions, and disconnect. Twice is harmless."""

    async def poll(self, most: int, *, wait: bool) -> Sequence[Arrival]:
        """Return what has come, `most` messages at most; with `wait`, wait a moment for some.

        Where it is cancelled, the next call returns what came meanwhile.
        """

    async def commit(self, offsets: Mapping[Partition, int]) -> bool:
        """Commit the offsets to go on from, of partitions that are still ours.

        Return False where none is, since the group has divided them anew.
        """

    async def check(self) -> None:
        """Ask the group's coordinator something, to see that it answers."""

    async def pause(self) -> None:
        """Have `poll` return nothing of the partitions that are ours now."""

    async def resume(self) -> None:
        """Undo `pause`."""


class Producer(Protocol):
    """Writes messages: idempotently, each acknowledged by every replica that is in sync."""

    async def start(self) -> None:
        """Connect. Raises `Transient` or `Permanent`."""

    async def stop(self) -> None:
        """Disconnect, giving up what was not acknowledged. Twice is harmless."""

    async def send(self, letter: Letter) -> Future[None]:
        """Hand a message over, waiting for room; return what ends once it is acknowledged.

        It may take for ever while Kafka is away. Either raises `TooLarge`, `Transient` or `Permanent`, and
        this call `NoRoom`; after all but the first and the last the producer is of no further use.
        """


class Clients(Protocol):
    """Makes clients."""

    def consumer(
        self, properties: Mapping[str, Any], subscription: Subscription, listener: Listener
    ) -> Consumer:
        """Return a consumer that has yet to be started."""

    def producer(self, arguments: Mapping[str, Any], client: str) -> Producer:
        """Return a producer that has yet to be started."""

    async def ensure(self, arguments: Mapping[str, Any], topic: str, partitions: int) -> None:
        """Make a topic where it is not there. Raises `Transient` or `Permanent`."""


@dataclass(frozen=True, slots=True)
class Kafka:
    """The Kafka of this server's own.

    Attributes:
        bootstrap: brokers to begin with, `host:port`, with commas between them; None where there is none.
        security: what aiokafka, which writes, needs to be told of TLS and SASL to speak to them.
        credentials: the same for librdkafka, which reads.
        clients: what makes clients; None for these libraries.
    """

    bootstrap: str | None = None
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)
    credentials: Mapping[str, Any] = field(default_factory=dict, repr=False)
    clients: Clients | None = None

    def arguments(self, bootstrap: str | None) -> Mapping[str, Any]:
        """Return what a client that writes is told of its brokers.

        Brokers that a node names itself are not told this server's secrets, unless they are the server's.
        """
        if self._ours(bootstrap):
            return {"bootstrap_servers": self.bootstrap, **self.security}
        return {"bootstrap_servers": bootstrap}

    def properties(self, bootstrap: str | None) -> Mapping[str, Any]:
        """Return what a client that reads is told of its brokers, likewise."""
        if self._ours(bootstrap):
            return {"bootstrap.servers": self.bootstrap, **self.credentials}
        return {"bootstrap.servers": bootstrap}

    def connect(self) -> Clients:
        """Return what makes clients."""
        if self.clients is not None:
            return self.clients
        from autoclone.runtimes.nodes.kafka.libraries import Libraries  # noqa: PLC0415 - they may be absent

        return Libraries()

    def _ours(self, bootstrap: str | None) -> bool:
        return bootstrap is None or bootstrap == self.bootstrap
