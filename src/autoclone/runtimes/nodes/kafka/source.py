"""A source that reads Kafka topics."""

import logging
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

import anyio

from autoclone.errors import Permanent, Transient
from autoclone.runtimes.nodes.base import Context, Problem, Site, Source
from autoclone.runtimes.nodes.kafka.backoff import Backoff
from autoclone.runtimes.nodes.kafka.letters import dead_letter
from autoclone.runtimes.nodes.kafka.offsets import Ledger
from autoclone.runtimes.nodes.kafka.params import KafkaSourceParams, problems, source_problems
from autoclone.runtimes.nodes.kafka.port import Arrival, Subscription, TooLarge
from autoclone.runtimes.nodes.kafka.reader import HAND_OVER, Reader
from autoclone.runtimes.nodes.kafka.values import about, decode
from autoclone.runtimes.nodes.kafka.writer import Writer
from autoclone.runtimes.nodes.receipt import Failure, Receipt
from autoclone.runtimes.nodes.values import fill
from autoclone.runtimes.timers import in_time
from autoclone.runtimes.together import together

log = logging.getLogger("autoclone.nodes")

# How long a rebalance may wait for a clone that is there, and is held up.
REBALANCE = timedelta(seconds=30)


class KafkaSource(Source[KafkaSourceParams]):
    """Reads Kafka topics, as a member of a consumer group.

    A DAG and its clones are one group, so they divide the partitions among them: a clone beyond as many as
    there are partitions gets none. Rebalancing is cooperative: when a clone comes or goes, only partitions
    that another is to have are taken from the one that has them. All others stay where they are. Who gives a
    partition up first finishes what it has of it in hand, for 5 s at most, and commits; meanwhile it goes on
    with what it has read of those that stay. Programs of other kinds may be members of the group only if they
    rebalance cooperatively as well: stop those that do not before the DAG starts.

    An offset is committed once the DAG is through with the record and all before it: when the last sink has
    written what came of it, or it was filtered out. An `aggregate` is through with a record once it has
    added it up, so what it holds is lost with its clone. After a crash records come again: each is
    processed at least once. Those that a rebalance waited for in vain come twice as well. What a transaction
    has written is read once that is committed.

    While queues are full, or the DAG is suspended, 1,000 messages are read ahead at most. Then the clone's
    partitions are paused, and it stays in the group. A clone that is stopped reads no more, finishes,
    commits and leaves the group, all within the server's `drain_timeout`. Without Kafka the node waits for
    it, and its state says why. SASL by GSSAPI needs a confluent-kafka that was built with it.
    """

    model = KafkaSourceParams
    close_within = timedelta(seconds=5)

    def __init__(self, params: KafkaSourceParams, context: Context) -> None:
        super().__init__(params, context)
        names = {"dag": context.dag, "parent": context.parent or context.dag, "node": context.node}
        subscription = Subscription(
            topics=params.topic,
            group=fill(params.group, names),
            client=f"autoclone-{context.dag}-{context.node}",
            reset=params.auto_offset_reset,
            session=params.session_timeout,
            rebalance=max(REBALANCE, params.session_timeout),
        )
        self._reader = Reader(context, params.bootstrap, subscription, params.commit_every, params.partitions)
        self._writer = Writer(context, context.site.kafka.arguments(params.bootstrap), partitions=1)
        self._dead: deque[tuple[Arrival, Ledger, Failure]] = deque()
        self._failure: Failure | None = None
        self._due = anyio.Event()  # set once there is a dead letter, or a failure
        self._backoff = Backoff()

    @classmethod
    def check(cls, params: KafkaSourceParams, site: Site) -> Iterable[Problem]:
        """Return what is wrong: no brokers, no library, or names that cannot work."""
        yield from problems(params, site)
        yield from source_problems(params)

    async def run(self) -> None:
        """Read and emit, for ever."""
        while True:
            try:
                await self._reader.open()
                self.context.retrying(None)
                await self._read()
            except Transient as error:
                self.context.retrying(error)
                await self._reader.close()
            except Exception:
                # What the DAG has in hand need not come again, but for the record that failed.
                await in_time(self.context.site.clock, HAND_OVER, self._reader.ledgers.idle)
                raise
            await self.context.sleep(self._backoff.wait())

    async def drain(self) -> None:
        """Wait until the DAG is through with all records, commit, and leave the group."""
        async with together() as group:
            group.start_soon(self._reader.stay)
            group.start_soon(self._bury)
            await self._reader.ledgers.idle()
            group.cancel_scope.cancel()
        await self._reader.close()

    async def close(self) -> None:
        """Commit what is due and leave the group. A later `open` begins at what is committed."""
        async with together() as group:
            group.start_soon(self._writer.close)
            await self._reader.close()
        self._dead.clear()
        self._failure = None

    async def _read(self) -> None:
        async with together() as group:
            group.start_soon(self._reader.keep_reading)
            group.start_soon(self._reader.keep_committing)
            group.start_soon(self._bury)
            while True:
                arrival, ledger = await self._reader.next()
                self._backoff.reset()
                await self._deliver(arrival, ledger)

    async def _deliver(self, arrival: Arrival, ledger: Ledger) -> None:
        receipt = Receipt(partial(self._ended, arrival, ledger))
        try:
            record = decode(arrival, self.params.format)
        except ValueError as error:
            receipt.fail(self.context.node, error)
            receipt.release()
            self.context.reject(error)
            return
        if self.params.about is not None:
            record[self.params.about] = about(arrival)
        await self.context.emit(record, receipt)

    def _ended(self, arrival: Arrival, ledger: Ledger, receipt: Receipt) -> None:
        failure = receipt.failure
        if receipt.lost:
            ledger.lose(arrival.offset)
        elif failure is None or self.params.on_error == "skip":
            ledger.end(arrival.offset)
        elif self.params.on_error == "fail":
            ledger.lose(arrival.offset)
            self._failure = self._failure or failure
            self._due.set()
        else:
            self._dead.append((arrival, ledger, failure))
            self._due.set()
        self._reader.ledgers.changed()

    async def _bury(self) -> None:
        """Write dead letters, and raise a failure that is to fail the source."""
        await self._writer.flush()
        while True:
            await self._due.wait()
            self._due = anyio.Event()
            if self._failure is not None:
                node, error = self._failure.node, self._failure.error
                raise Permanent(f"node {node!r}: {type(error).__name__}: {error}") from error
            while self._dead:
                arrival, ledger, failure = self._dead.popleft()
                topic = self.params.dead_letter_topic.replace("{topic}", arrival.partition.topic)
                now = self.context.site.clock.now()
                letter = dead_letter(arrival, failure, topic, self.context.dag, now)
                await self._writer.write(letter, partial(self._buried, arrival, ledger))
            await self._writer.flush()

    def _buried(self, arrival: Arrival, ledger: Ledger, error: TooLarge | None) -> None:
        if error is not None:
            place = f"{arrival.partition.topic}/{arrival.partition.number}@{arrival.offset}"
            log.error("%s/%s leaves out %s: %s", self.context.dag, self.context.node, place, error)
        ledger.end(arrival.offset)
        self._reader.ledgers.changed()
