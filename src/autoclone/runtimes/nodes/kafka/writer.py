"""Writes messages in order, and tries for as long as it takes."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import anyio

from autoclone.errors import AutoCloneError, Transient
from autoclone.runtimes.nodes.base import Context
from autoclone.runtimes.nodes.kafka.backoff import Backoff
from autoclone.runtimes.nodes.kafka.port import Letter, NoRoom, Producer, TooLarge
from autoclone.runtimes.timers import in_time

# How many messages may be on their way at once.
WINDOW = 1_000
# How long a producer that has failed may take to end.
ENDING = timedelta(seconds=2)
# How long Kafka may acknowledge nothing before the node says so.
PATIENCE = timedelta(seconds=10)

# Is called with None once a message is acknowledged, or with why it never will be.
Ended = Callable[[TooLarge | None], None]


@dataclass(slots=True, eq=False)
class _Entry:
    letter: Letter
    ended: Ended
    sent: "asyncio.Future[None] | None" = None


class Writer:
    """Hands messages to a producer, in order, and again to a new one after a failure.

    Nobody knows what a producer that has failed had written, so messages may be there twice then.

    Args:
        context: of the node that writes.
        arguments: what a client is told of its brokers.
        partitions: how many a topic gets that is not there and has to be made; None to leave that to others.
    """

    def __init__(self, context: Context, arguments: Mapping[str, Any], partitions: int | None) -> None:
        self._context = context
        self._clock = context.site.clock
        self._heard = self._clock.monotonic()
        self._arguments = arguments
        self._partitions = partitions
        self._made: set[str] = set()
        self._producer: Producer | None = None
        self._started = False
        self._unsent: deque[_Entry] = deque()
        self._waiting: dict[_Entry, None] = {}  # all that is not acknowledged, in order
        self._trouble: AutoCloneError | None = None
        self._shown = False
        self._progress: anyio.Event | None = None
        self._backoff = Backoff()

    async def write(self, letter: Letter, ended: Ended) -> None:
        """Hand a message over; waits while a whole window is on its way, or for as long as Kafka is away."""
        entry = _Entry(letter, ended)
        if not self._waiting:
            self._heard = self._clock.monotonic()
        self._waiting[entry] = None
        self._unsent.append(entry)
        await self._settle(WINDOW)

    async def mend(self) -> None:
        """Write again what was not acknowledged, where something has failed; complain of long silence."""
        if self._trouble is not None:
            await self._settle(WINDOW)
        elif self._waiting and self._clock.monotonic() - self._heard > PATIENCE.total_seconds():
            self._complain(self._silence())

    async def flush(self) -> None:
        """Wait until every message is acknowledged."""
        await self._settle(0)

    async def close(self) -> None:
        """Disconnect. What is not acknowledged stays for a later `flush`."""
        self._unsent, self._trouble = deque(self._waiting), None
        for entry in self._unsent:
            entry.sent = None
        await self._stop()

    async def _stop(self) -> None:
        producer, self._producer, self._started = self._producer, None, False
        if producer is not None:
            await in_time(self._clock, ENDING, producer.stop)

    async def _settle(self, at_most: int) -> None:
        """Send all that is unsent, and wait until no more than so many messages are on their way."""
        while True:
            try:
                await self._send_all()
                while len(self._waiting) > at_most and self._trouble is None:
                    self._progress = self._progress or anyio.Event()
                    if not await in_time(self._clock, PATIENCE, self._progress.wait):
                        self._complain(self._silence())
                if self._trouble is None:
                    return
                trouble = self._trouble
            except NoRoom as error:
                self._complain(error)  # the producer goes on by itself, in order and without doubles
                continue
            except AutoCloneError as error:
                trouble = error
            self._complain(trouble)
            await self.close()
            await self._context.sleep(self._backoff.wait())

    async def _send_all(self) -> None:
        while self._unsent and self._trouble is None:
            entry = self._unsent[0]
            producer = await self._connected(entry.letter.topic)
            try:
                entry.sent = await producer.send(entry.letter)
            except TooLarge as error:
                self._end(entry, error)
            else:
                entry.sent.add_done_callback(partial(self._told, entry))
            self._unsent.popleft()

    async def _connected(self, topic: str) -> Producer:
        if not self._started:  # nor is one whose start was cancelled
            await self._stop()
            clients = self._context.site.kafka.connect()
            name = f"autoclone-{self._context.dag}-{self._context.node}"
            self._producer = clients.producer(self._arguments, name)
            await self._producer.start()
            self._started = True
        if self._producer is None:
            raise AssertionError("a producer that was started is there")
        if self._partitions is not None and topic not in self._made:
            await self._context.site.kafka.connect().ensure(self._arguments, topic, self._partitions)
            self._made.add(topic)
        return self._producer

    def _complain(self, error: AutoCloneError) -> None:
        self._heard = self._clock.monotonic()
        self._shown = True
        self._context.retrying(error)

    def _silence(self) -> Transient:
        brokers, limit = self._arguments["bootstrap_servers"], PATIENCE.total_seconds()
        return Transient(f"Kafka at {brokers} has acknowledged nothing for {limit:g} s")

    def _told(self, entry: _Entry, sent: "asyncio.Future[None]") -> None:
        error = None if sent.cancelled() else sent.exception()
        if entry.sent is not sent:
            return  # it is on its way again, by a producer that came after
        if error is None or isinstance(error, TooLarge):
            self._end(entry, error)
        elif isinstance(error, AutoCloneError):
            self._trouble = error
        if self._progress is not None:
            self._progress.set()
            self._progress = None

    def _end(self, entry: _Entry, error: TooLarge | None) -> None:
        del self._waiting[entry]
        self._heard = self._clock.monotonic()
        self._backoff.reset()
        if self._shown:
            self._shown = False
            self._context.retrying(None)
        entry.ended(error)
