"""All open streams of events, and the one reader of the journal that feeds them."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from api.streams import messages
from api.streams.messages import Cut
from api.streams.pace import Pace, Turns
from api.streams.stream import Stream, chunks
from autoclone.clock import Clock
from autoclone.errors import AutoCloneError, Transient
from autoclone.ports import EventFilter, Journal, JournalEntry, Standing

# How long the reader waits after news, so that what happens in one go is read and sent in one go.
GATHER = timedelta(milliseconds=50)
# How often it looks where nobody brings news: on a server that is not the primary.
GLANCE = timedelta(seconds=1)
# How many events are read at once: few, since the loop stands still while they are made of rows.
PAGE = 200
HEARTBEAT = timedelta(seconds=15)
# Readers that lose their streams at one instant come back over some time.
RETRY_MS = range(2000, 4000, 50)
REMOVED = "Some events after it were too old and are removed."

log = logging.getLogger("autoclone.http")


class TooManyStreams(AutoCloneError):
    """There are as many streams as there may be."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} streams are open, and this server allows no more.")
        self.most = most


class Hub:
    """Opens streams, and feeds them for as long as `run` does.

    It needs no role: where the primary is another server, what that writes is found in the shared store.

    Args:
        journal: what is streamed.
        clock: the time.
        most: how many streams there may be.
    """

    def __init__(self, journal: Journal, clock: Clock, *, most: int) -> None:
        self._most = most
        self._journal = journal
        self._clock = clock
        self._turns = Turns(clock)
        self._pace = Pace(clock)
        self._streams: dict[Stream, None] = {}
        self._live: dict[EventFilter, dict[Stream, None]] = {}
        self._position: int | None = None  # how far all have been fed, None while there is nobody to feed
        self._news = asyncio.Event()
        self._round = asyncio.Event()
        self._one_backlog = asyncio.Lock()
        self._standing = b""
        self._slow = 0
        self._stopping = False
        self._problem: str | None = None
        self._serial = count()

    def __len__(self) -> int:
        return len(self._streams)

    @property
    def slow(self) -> int:
        """How many streams were cut since their readers were too slow."""
        return self._slow

    def nudge(self) -> None:
        """Have the journal looked at soon: there is news."""
        self._news.set()

    def tell(self, standing: Standing) -> None:
        """Have every reader know what this server is now."""
        told, self._standing = self._standing, messages.server(standing)
        if self._standing != told:  # what else it says is not for readers
            for stream in self._streams:
                stream.offer(self._standing)

    async def open(self, where: EventFilter, after: int | None) -> tuple[Stream, AsyncIterator[bytes]]:
        """Open a stream; return it, and what to send. Whoever has it closes it.

        Args:
            where: which events; it names no instants.
            after: the position that they come after; None: only those from now on.

        Raises:
            TooManyStreams: there are as many as there may be.
            Transient: the server stops; or as the journal.
            StoreError: as the journal.
        """
        if self._stopping:
            raise Transient("The server stops.")
        if len(self._streams) >= self._most:
            raise TooManyStreams(self._most)
        stream = Stream(where, self._turns.ask)
        self._streams[stream] = None
        try:
            return stream, stream.portions(await self._begun(stream, after))
        except BaseException:
            self.close(stream)
            raise

    def close(self, stream: Stream) -> None:
        """Forget a stream. Closing twice is harmless."""
        if stream in self._streams:
            del self._streams[stream]
            self._slow += stream.over is Cut.SLOW
        self._turns.leave(stream)
        live = self._live.get(stream.where, {})
        live.pop(stream, None)
        if not live:
            self._live.pop(stream.where, None)
        if not self._streams:
            self._position = None

    def stop(self) -> None:
        """End all streams at once, each with a word of why, and open no more."""
        self._stopping = True
        for stream in self._streams:
            stream.end(Cut.STOPPING)
        self._turns.hurry()
        self._round.set()

    async def run(self) -> None:
        """Feed the streams for ever."""
        async with asyncio.TaskGroup() as group:
            for work in (self._follow, self._turns.run, self._beat):
                group.create_task(work())

    # One stream, from where its reader was to where the others are

    async def _begun(self, stream: Stream, after: int | None) -> AsyncIterator[bytes]:
        span = await self._journal.span()
        if self._position is None:
            self._position = span.newest
            self.nudge()
        position = span.newest if after is None else min(after, span.newest)
        opening = messages.opening(position, RETRY_MS[next(self._serial) % len(RETRY_MS)]) + self._standing
        if after is not None and after > span.newest:
            opening += messages.gap(after, position, "There was no such event: the journal is another one.")
        elif position < span.removed:
            opening += messages.gap(position, position, REMOVED)
        return self._backlog(stream, position, span.removed, opening)

    async def _backlog(
        self, stream: Stream, position: int, removed: int, opening: bytes
    ) -> AsyncIterator[bytes]:
        """Yield what lies between `position` and where the others are, then have the stream join them."""
        yield opening
        while not stream.over:
            here = self._position or 0
            if position == here:
                self._live.setdefault(stream.where, {})[stream] = None
                return
            if position > here:
                self.nudge()
                await self._round.wait()
                continue
            try:
                page, reached, removed_by_now = await self._between(stream.where, position)
            except AutoCloneError:  # told of where the journal is read for all
                await self._round.wait()
                continue
            if removed_by_now > max(position, removed):
                yield messages.gap(position, position, REMOVED)
            for chunk in chunks(page):
                yield chunk
            position, removed = reached, removed_by_now

    async def _between(self, where: EventFilter, position: int) -> tuple[list[bytes], int, int]:
        """Read one page, but not beyond where the others are.

        Returns:
            Its messages, how far it goes, and what was removed from the journal by then.
        """
        async with self._one_backlog:
            began, here = self._pace.begin(), self._position or 0
            found = await self._journal.events(where, after=position, limit=PAGE)
            span = await self._journal.span()
            page = [messages.event(entry) for entry in found if entry.position <= here]
            await self._pace.rest(began)
        return page, found[-1].position if len(page) == PAGE else here, span.removed

    # All of them

    async def _follow(self) -> None:
        """Read what is new, again and again, and hand it to all whom it concerns."""
        while True:
            await self._wait()
            self._news.clear()
            self._note(await self._tried())
            self._round.set()
            self._round.clear()

    async def _tried(self) -> str | None:
        """Hand on all that is new. Return what kept it from that, if anything did."""
        try:
            await self._catch_up()
        except AutoCloneError as error:
            return str(error)
        except Exception:
            log.exception("Streams of events wait, since the journal could not be read")
        return None

    def _note(self, problem: str | None) -> None:
        if problem is not None and self._problem is None:
            log.warning("Streams of events wait, since the journal cannot be read: %s", problem)
        elif problem is None and self._problem is not None:
            log.info("Streams of events go on")
        self._problem = problem

    async def _wait(self) -> None:
        """Wait for news; where there are streams, for a glance at most."""
        news = asyncio.ensure_future(self._news.wait())
        watched: list[asyncio.Future[Any]] = [news]
        if self._streams:
            watched.append(asyncio.ensure_future(self._clock.sleep(GLANCE)))
        try:
            await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in watched:
                one.cancel()
        await self._clock.sleep(GATHER)

    async def _catch_up(self) -> None:
        """Read page after page, each once those who can have taken the one before."""
        more = True
        while more and (here := self._position) is not None:
            began = self._pace.begin()
            page = await self._journal.events(EventFilter(), after=here, limit=PAGE)
            written = [(entry, messages.event(entry)) for entry in page]
            if page and self._position == here:  # else all have left, and others have come
                self._feed(written)
            more = len(page) == PAGE
            await self._pace.rest(began)
            await self._turns.all_taken()

    def _feed(self, written: Sequence[tuple[JournalEntry, bytes]]) -> None:
        by_parent: dict[str, list[tuple[JournalEntry, bytes]]] = defaultdict(list)
        for one in written:
            by_parent[one[0].event.parent].append(one)
        for where, streams in self._live.items():
            candidates = written if where.parent is None else by_parent.get(where.parent, ())
            wanted = [
                text for entry, text in candidates if not where.types or entry.event.type in where.types
            ]
            for chunk in chunks(wanted):
                for stream in streams:
                    stream.offer(chunk)
        self._position = written[-1][0].position

    async def _beat(self) -> None:
        """Give signs of life, and cut those who have taken nothing since the last one."""
        before: dict[Stream, int] = {}
        while True:
            await self._clock.sleep(HEARTBEAT)
            for stream, sent in before.items():
                if stream.busy and stream.sent == sent:
                    stream.end(Cut.SLOW)
            sign = messages.heartbeat(self._position or 0)
            for streams in self._live.values():
                for stream in streams:
                    if stream.idle:
                        stream.offer(sign)
            before = {stream: stream.sent for stream in self._streams if stream.busy}
