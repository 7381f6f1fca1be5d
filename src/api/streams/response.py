"""The answer that an open stream is."""

from collections.abc import AsyncIterator

from fastapi.sse import EventSourceResponse
from starlette.types import Receive, Scope, Send

from api.streams.hub import Hub
from api.streams.stream import Stream

# No cache may keep it, and nginx passes on each piece as it comes.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class StreamResponse(EventSourceResponse):
    """Sends what a stream has, and closes it when that ends or the reader has gone."""

    def __init__(self, hub: Hub, stream: Stream, portions: AsyncIterator[bytes]) -> None:
        super().__init__(portions, headers=HEADERS)
        self._hub = hub
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._hub.close(self._stream)
