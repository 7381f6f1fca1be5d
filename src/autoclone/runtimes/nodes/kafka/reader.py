"""A member of a consumer group, which commits what the DAG is through with and nothing else."""

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import anyio

from autoclone.errors import AutoCloneError, Transient
from autoclone.runtimes.nodes.base import Context
from autoclone.runtimes.nodes.kafka.offsets import Ledger, Ledgers
from autoclone.runtimes.nodes.kafka.port import Arrival, Consumer, Partition, Subscription
from autoclone.runtimes.timers import in_time

log = logging.getLogger("autoclone.nodes")

# How many messages one poll returns at most.
BATCH = 500
# How long a rebalance waits for the records that the DAG has in hand. Those that take longer come twice.
HAND_OVER = timedelta(seconds=5)
# Kafka takes a member for stuck that does not poll for five minutes.
STAY = timedelta(seconds=30)
# How long Kafka may leave a commit unanswered before the node says so.
PATIENCE = timedelta(seconds=10)
# How long the last commit may take.
LAST_COMMIT = timedelta(seconds=2)


class Reader:
    """Reads messages, one after the other, and knows how the group divides the partitions.

    Args:
        context: of the node that reads.
        arguments: what a client is told of its brokers.
        subscription: what to read.
        commit_every: how often to commit.
        partitions: how many a topic gets that is not there and has to be made; None to wait for it.

    Attributes:
        ledgers: what the DAG is through with.
    """

    def __init__(
        self,
        context: Context,
        arguments: Mapping[str, Any],
        subscription: Subscription,
        commit_every: timedelta,
        partitions: int | None,
    ) -> None:
        self.ledgers = Ledgers()
        self._context = context
        self._arguments = arguments
        self._subscription = subscription
        self._commit_every = commit_every
        self._partitions = partitions
        self._consumer: Consumer | None = None
        self._batch: deque[Arrival] = deque()
        self._polling = anyio.Lock()
        self._polls = 0
        self._paused = False
        self._dividing = False
        self._shown = False

    async def open(self) -> None:
        """Join the group."""
        clients = self._context.site.kafka.connect()
        if self._partitions is not None:
            for topic in self._subscription.topics:
                await clients.ensure(self._arguments, topic, self._partitions)
        self._consumer = clients.consumer(self._arguments, self._subscription, self)
        self._paused = self._dividing = False
        await self._consumer.start()

    async def close(self) -> None:
        """Commit what is due, for a moment, and leave the group. What is under way is not forgotten."""
        self._batch.clear()
        consumer = self._consumer
        if consumer is None:
            return
        try:
            await in_time(self._context.site.clock, LAST_COMMIT, self.commit)
        except AutoCloneError as error:
            log.warning("%s/%s has not committed: %s", self._context.dag, self._context.node, error)
        self._consumer = None
        await consumer.stop()

    def forget(self) -> None:
        """Read all anew from what is committed."""
        self.ledgers = Ledgers()

    async def next(self) -> tuple[Arrival, Ledger]:
        """Return the next message, and the ledger where it is noted."""
        while not self._batch:
            await self._poll(wait=True)
        arrival = self._batch.popleft()
        ledger = self.ledgers.of(arrival.partition)
        ledger.take(arrival.offset)
        return arrival, ledger

    async def stay(self) -> None:
        """Stay in the group while the DAG takes nothing, with our partitions paused."""
        while True:
            polls = self._polls
            await self._context.sleep(STAY)
            if self._polls == polls and self._consumer is not None:
                self._consumer.pause()
                self._paused = True
                await self._poll(wait=False)

    async def keep_committing(self) -> None:
        """Commit every so often, and see that Kafka answers where there is nothing to commit."""
        clock, asked = self._context.site.clock, self._context.site.clock.monotonic()
        while True:
            await self._context.sleep(self._commit_every)
            if self.ledgers.due():
                answered = await in_time(clock, PATIENCE, self.commit)
            elif clock.monotonic() - asked >= PATIENCE.total_seconds() and self._consumer is not None:
                answered = await in_time(clock, PATIENCE, self._consumer.check)
            else:
                continue
            asked = clock.monotonic()
            self._show(answered=answered)

    async def commit(self) -> None:
        """Commit what is due."""
        offsets = self.ledgers.due()
        if offsets and self._consumer is not None and await self._consumer.commit(offsets):
            self.ledgers.committed(offsets)

    async def revoked(self, partitions: Sequence[Partition]) -> None:
        """Let the DAG finish what it has in hand, for a while, and commit that. Nobody else reads it then."""
        self._dividing = True
        self._batch.clear()
        if partitions and self._consumer is not None:
            clock = self._context.site.clock
            await in_time(clock, HAND_OVER, self.ledgers.idle)
            await in_time(clock, LAST_COMMIT, self.commit)

    def assigned(self, partitions: Sequence[Partition]) -> None:
        """Go on where we were in the partitions that we had before: their records may still be under way."""
        self._dividing = False
        self._batch.clear()
        for partition, position in self.ledgers.keep(partitions):
            if self._consumer is not None:
                self._consumer.seek(partition, position)

    async def _poll(self, *, wait: bool) -> None:
        async with self._polling:
            if self._consumer is None:
                raise Transient("Kafka was left")
            if wait and self._paused:
                self._consumer.resume()
                self._paused = False
            self._polls += 1
            found = await self._consumer.poll(BATCH, wait=wait)
            # What comes while the group divides its partitions may be another's already.
            if not self._dividing:
                self._batch.extend(found)

    def _show(self, *, answered: bool) -> None:
        if not answered:
            brokers = self._arguments["bootstrap_servers"]
            limit = PATIENCE.total_seconds()
            self._context.retrying(Transient(f"Kafka at {brokers} has not answered for {limit:g} s"))
        elif self._shown:
            self._context.retrying(None)
        self._shown = not answered
