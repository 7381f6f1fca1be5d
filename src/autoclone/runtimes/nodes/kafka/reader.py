"""A member of a consumer group, which commits what the DAG is through with and nothing else."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from autoclone.errors import AutoCloneError, Transient
from autoclone.runtimes.nodes.base import Context
from autoclone.runtimes.nodes.kafka.ahead import Ahead
from autoclone.runtimes.nodes.kafka.offsets import Ledger, Ledgers
from autoclone.runtimes.nodes.kafka.port import Arrival, Consumer, Partition, Subscription
from autoclone.runtimes.timers import in_time

log = logging.getLogger("autoclone.nodes")

# How many messages one poll returns at most.
BATCH = 500
# How many that the DAG has not taken yet keep the next poll from returning any.
AHEAD = 500
# How long a rebalance waits for the records that the DAG has in hand. Those that take longer come twice.
HAND_OVER = timedelta(seconds=5)
# How often the group is served while the DAG takes nothing: rebalances wait for that.
SERVE = timedelta(seconds=1)
# How long Kafka may leave a commit unanswered before the node says so.
PATIENCE = timedelta(seconds=10)
# How long the last commit may take.
LAST_COMMIT = timedelta(seconds=2)


class Reader:
    """Reads messages, one after the other, and knows which partitions are ours.

    Args:
        context: of the node that reads.
        bootstrap: the brokers that the node names itself, None for the server's.
        subscription: what to read.
        commit_every: how often to commit.
        partitions: how many a topic gets that is not there and has to be made; None to wait for it.

    Attributes:
        ledgers: what the DAG is through with.
    """

    def __init__(
        self,
        context: Context,
        bootstrap: str | None,
        subscription: Subscription,
        commit_every: timedelta,
        partitions: int | None,
    ) -> None:
        self.ledgers = Ledgers()
        self._context = context
        self._bootstrap = bootstrap
        self._subscription = subscription
        self._commit_every = commit_every
        self._partitions = partitions
        self._consumer: Consumer | None = None
        self._joined = False
        self._ahead = Ahead(AHEAD)
        self._paused = False
        self._shown = False

    async def open(self) -> None:
        """Join the group."""
        kafka = self._context.site.kafka
        clients = kafka.connect()
        if self._partitions is not None:
            for topic in self._subscription.topics:
                await clients.ensure(kafka.arguments(self._bootstrap), topic, self._partitions)
        self._consumer = clients.consumer(kafka.properties(self._bootstrap), self._subscription, self)
        self._paused = False
        await self._consumer.start()
        self._joined = True

    async def close(self) -> None:
        """Commit what is due, for a moment, and leave the group. What is under way then comes again."""
        self._ahead.clear()
        consumer = self._consumer
        if consumer is None:
            return
        try:
            await in_time(self._context.site.clock, LAST_COMMIT, self.commit)
        except AutoCloneError as error:
            log.warning("%s/%s has not committed: %s", self._context.dag, self._context.node, error)
        self._consumer, self._joined = None, False
        self.ledgers = Ledgers()
        await consumer.stop()

    async def next(self) -> tuple[Arrival, Ledger]:
        """Return the next message, and the ledger where it is noted."""
        arrival = await self._ahead.take()
        ledger = self.ledgers.of(arrival.partition)
        ledger.take(arrival.offset)
        return arrival, ledger

    async def keep_reading(self) -> None:
        """Read ahead of the DAG. Where it takes too little, pause, and serve the group all the same."""
        while True:
            while not self._ahead.full:
                await self._resume()
                await self._poll(wait=True)
            if not await in_time(self._context.site.clock, SERVE, self._ahead.room):
                await self._serve()

    async def stay(self) -> None:
        """Read no more, and serve the group."""
        self._ahead.clear()
        while self._joined:
            await self._serve()
            self._ahead.clear()
            await self._context.sleep(SERVE)

    async def keep_committing(self) -> None:
        """Commit every so often, and see that Kafka answers where there is nothing to commit."""
        clock, asked = self._context.site.clock, self._context.site.clock.monotonic()
        while True:
            await self._context.sleep(self._commit_every)
            if self.ledgers.due():
                call = self.commit
            elif self._shown or clock.monotonic() - asked >= PATIENCE.total_seconds():
                call = self._member.check
            else:
                continue
            try:
                answered = await in_time(clock, PATIENCE, call)
            except Transient as error:
                self._show(error)
            else:
                self._show(None if answered else self._silence())
            asked = clock.monotonic()

    async def commit(self) -> None:
        """Commit what is due."""
        offsets = self.ledgers.due()
        if offsets and await self._member.commit(offsets):
            self.ledgers.committed(offsets)

    async def revoked(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """Let the DAG finish what it has of them in hand, for a while. Nobody else reads them then."""
        self._ahead.drop(partitions)
        await in_time(self._context.site.clock, HAND_OVER, partial(self.ledgers.idle, partitions))
        return self.ledgers.give_up(partitions)

    def lost(self, partitions: Sequence[Partition]) -> None:
        """Forget them."""
        self._ahead.drop(partitions)
        self.ledgers.give_up(partitions)

    def assigned(self, partitions: Sequence[Partition]) -> None:
        """Begin their ledgers."""
        self.ledgers.take_over(partitions)

    @property
    def _member(self) -> Consumer:
        if self._consumer is None:
            raise Transient("Kafka was left")
        return self._consumer

    async def _serve(self) -> None:
        await self._member.pause()
        self._paused = True
        await self._poll(wait=False)

    async def _resume(self) -> None:
        if self._paused:
            await self._member.resume()
            self._paused = False

    async def _poll(self, *, wait: bool) -> None:
        found = await self._member.poll(BATCH, wait=wait)
        # What was fetched just before a partition was given up is another's already.
        self._ahead.add(one for one in found if one.partition in self.ledgers)

    def _show(self, error: Transient | None) -> None:
        if (error is not None) != self._shown:
            self._context.retrying(error)
        self._shown = error is not None

    def _silence(self) -> Transient:
        brokers = self._context.site.kafka.arguments(self._bootstrap)["bootstrap_servers"]
        return Transient(f"Kafka at {brokers} has not answered for {PATIENCE.total_seconds():g} s")
