"""How the work of streams is spread, so that whatever else the event loop has to do is late by little."""

import asyncio
from datetime import timedelta
from itertools import islice

from api.streams.stream import Stream
from autoclone.clock import Clock

# After work, the loop is left to others for so many times as long: what else there is to do takes longer by a
# third, at most.
REST = 3
LEAST = timedelta(milliseconds=1)
MOST = timedelta(milliseconds=200)
# What is done in one go, at most.
STREAMS = 32
BYTES = 512 * 1024


class Pace:
    """Leaves the loop to others for most of the time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def begin(self) -> float:
        """Return when work begins, for `rest`."""
        return self._clock.monotonic()

    async def rest(self, began: float) -> None:
        """Rest from the work since `began`: the longer, the more others kept the loop busy meanwhile."""
        took = timedelta(seconds=self._clock.monotonic() - began)
        await self._clock.sleep(min(MOST, max(LEAST, REST * took)))


class Turns:
    """Lets streams that have something to send do so, a few at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pace = Pace(clock)
        self._waiting: dict[Stream, None] = {}
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()

    def ask(self, stream: Stream) -> None:
        """Have a stream wait for its turn. Asking twice is harmless."""
        self._waiting[stream] = None
        self._some.set()
        self._none.clear()

    def leave(self, stream: Stream) -> None:
        """Have a stream that is closed wait no more."""
        self._waiting.pop(stream, None)
        self._settle()

    async def all_taken(self) -> None:
        """Wait until no stream waits for its turn. Those that are busy sending are not waited for."""
        await self._none.wait()

    def hurry(self) -> None:
        """Give all that wait their turns at once."""
        while self._waiting:
            self._give()

    async def run(self) -> None:
        """Give turns for ever."""
        while True:
            await self._some.wait()
            began = self._pace.begin()
            self._give()
            await self._clock.sleep(timedelta())  # those whose turn it is write now
            await self._pace.rest(began)

    def _give(self) -> None:
        size = 0
        for stream in list(islice(self._waiting, STREAMS)):
            if size > BYTES:
                break
            del self._waiting[stream]
            size += stream.go()
        self._settle()

    def _settle(self) -> None:
        if not self._waiting:
            self._some.clear()
            self._none.set()
