"""Readers of a stream, in front of the application itself: one chunk after the other, with no network."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.types import Message

PATH = "/api/v1/events/stream"


@dataclass(frozen=True, slots=True)
class Told:
    """One message. Fields that it does not have are None."""

    event: str | None = None
    data: Any = None
    id: str | None = None
    retry: str | None = None
    comment: str | None = None


def parsed(text: str) -> list[Told]:
    """Every whole message in the text of a stream."""
    found = []
    for block in text.split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        data = json.loads(fields["data"]) if "data" in fields else None
        known = {name: fields.get(name) for name in ("event", "id", "retry")}
        found.append(Told(data=data, comment=fields.get(""), **known))
    return found


class Reader:
    """Who reads one stream. It takes what comes unless it is told to stall."""

    def __init__(self, app: FastAPI, query: str, headers: dict[str, str], method: str) -> None:
        self.start: Message = {}
        self.text = ""
        self.writes = 0
        self.ended = False
        self._takes = asyncio.Event()
        self._takes.set()
        self._gone = asyncio.Event()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "path": PATH,
            "raw_path": PATH.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("autoclone.test", 80),
        }
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self._takes.wait()
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.text += message["body"].decode()
        self.writes += 1
        self.ended = not message.get("more_body", False)

    @property
    def status(self) -> int:
        """The status of the answer."""
        status: int = self.start["status"]
        return status

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return {name.decode(): value.decode() for name, value in self.start["headers"]}

    @property
    def told(self) -> list[Told]:
        """All that has come."""
        return parsed(self.text)

    @property
    def events(self) -> list[Told]:
        """All that has come and that a browser would show to the page."""
        return [one for one in self.told if one.data is not None]

    @property
    def positions(self) -> list[int]:
        """The positions of the events of the journal that have come."""
        return [one.data["position"] for one in self.events if "sequence" in one.data]

    def stall(self) -> None:
        """Take nothing more."""
        self._takes.clear()

    def go_on(self) -> None:
        """Take again."""
        self._takes.set()

    def hang_up(self) -> None:
        """Go away."""
        self._gone.set()


@asynccontextmanager
async def reading(
    app: FastAPI, query: str = "", *, method: str = "GET", **headers: str
) -> AsyncIterator[Reader]:
    """Read a stream inside the block. A header is named as in `last_event_id="3"`."""
    reader = Reader(app, query, {name.replace("_", "-"): text for name, text in headers.items()}, method)
    try:
        yield reader
    finally:
        reader.go_on()
        reader.hang_up()
        await asyncio.wait((reader.task,))
