"""One open stream: what waits to be sent to its reader, up to a bound."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from api.streams import messages
from api.streams.messages import Cut
from autoclone.ports import EventFilter

# What a reader may be behind by.
BUFFER_BYTES = 1024 * 1024
# What is sent in one go.
PORTION_BYTES = 128 * 1024


class Stream:
    """What waits to be sent to one reader. What waits is shared with other streams, not copied.

    Args:
        where: which events its reader wants.
        asks: called with the stream when there is something to be sent and nothing is being sent.

    Attributes:
        over: why the server has ended it, None while it has not: all that may still come is its last message.
        sent: how many portions its reader has taken.
        busy: whether a portion is on its way, which its reader has not taken yet.
    """

    def __init__(self, where: EventFilter, asks: Callable[["Stream"], None]) -> None:
        self.where = where
        self.over: Cut | None = None
        self.sent = 0
        self.busy = False
        self._asks = asks
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._turn = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether its reader has taken all that there is."""
        return not (self.busy or self._waiting)

    def offer(self, chunk: bytes) -> None:
        """Have a chunk of whole messages sent. A reader too far behind is cut instead."""
        if self.over:
            return
        if self._waiting and self._size + len(chunk) > BUFFER_BYTES:
            self.end(Cut.SLOW)
            return
        self._waiting.append(chunk)
        self._size += len(chunk)
        self._ask()

    def end(self, why: Cut) -> None:
        """Drop what waits, and have the reader told why there will be no more."""
        if not self.over:
            self.over = why
            last = messages.cut(why)
            self._waiting, self._size = deque((last,)), len(last)
            self._ask()

    def go(self) -> int:
        """Have it send its next portion; return how many bytes that has, about."""
        self._turn.set()
        return min(self._size, PORTION_BYTES)

    async def portions(self, backlog: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the backlog, then what is offered, until it is over; what is yielded counts as on its way."""
        async for chunk in backlog:
            self.busy = True
            yield chunk
            self._taken()
        self._ask()
        while not (self.over and self.idle):
            await self._turn.wait()
            self._turn.clear()
            if not self._waiting:  # it was given the turn for what it has sent by now
                continue
            self.busy = True
            yield self._portion()
            self._taken()
            self._ask()

    def _ask(self) -> None:
        if self._waiting and not self.busy:
            self._asks(self)

    def _portion(self) -> bytes:
        """Take the first chunk that waits, and those after it as far as they fit in with it."""
        portion = [self._waiting.popleft()]
        size = len(portion[0])
        while self._waiting and size + len(self._waiting[0]) <= PORTION_BYTES:
            portion.append(self._waiting.popleft())
            size += len(portion[-1])
        self._size -= size
        return b"".join(portion)

    def _taken(self) -> None:
        self.busy = False
        self.sent += 1


def chunks(written: Iterable[bytes]) -> Iterator[bytes]:
    """Join messages into chunks that are sent in one go."""
    chunk: list[bytes] = []
    size = 0
    for text in written:
        if chunk and size + len(text) > PORTION_BYTES:
            yield b"".join(chunk)
            chunk, size = [], 0
        chunk.append(text)
        size += len(text)
    if chunk:
        yield b"".join(chunk)
