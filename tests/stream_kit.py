"""Readers of streams: in front of the application itself, with no network, and of real servers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import Message

PATH = "/api/v1/events/stream"
AGAIN_SECONDS = 0.05


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


class Follower:
    """A reader of real servers as a browser is one: it connects again by itself, and says how far it has got.

    Args:
        urls: where to connect, each time to the next of them.

    Attributes:
        events: what it was told of, from the first connection on.
        other: what it was told beside events.
        connected: how many times it was.
        began: set once it was.
    """

    def __init__(self, *urls: str) -> None:
        self.events: list[Any] = []
        self.other: list[Told] = []
        self.connected = 0
        self.began = asyncio.Event()
        self._urls = cycle(urls)
        self._last: str | None = None

    async def run(self) -> None:
        """Follow for ever."""
        async with httpx.AsyncClient(timeout=10, trust_env=False, verify=False) as client:  # noqa: S501 - there is no TLS on the loopback interface
            while True:
                with suppress(httpx.HTTPError):
                    await self._read(client, next(self._urls))
                await asyncio.sleep(AGAIN_SECONDS)

    async def _read(self, client: httpx.AsyncClient, url: str) -> None:
        headers = {} if self._last is None else {"Last-Event-ID": self._last}
        async with client.stream("GET", url + PATH, headers=headers) as answer:
            answer.raise_for_status()
            self.connected += 1
            self.began.set()
            rest = ""
            async for text in answer.aiter_text():
                *whole, rest = (rest + text).split("\n\n")
                for told in parsed("".join(f"{block}\n\n" for block in whole)):
                    self._take(told)

    def _take(self, told: Told) -> None:
        self._last = told.id or self._last
        if told.data is not None and "sequence" in told.data:
            self.events.append(told.data)
        elif told.data is not None:
            self.other.append(told)


@asynccontextmanager
async def following(*urls: str) -> AsyncIterator[Follower]:
    """Follow the streams of real servers inside the block, from when it begins on."""
    follower = Follower(*urls)
    running = asyncio.create_task(follower.run())
    try:
        await follower.began.wait()
        yield follower
    finally:
        running.cancel()
        await asyncio.wait((running,))


async def journal(url: str) -> list[Any]:
    """All events that a real server lists."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as client:  # noqa: S501 - likewise
        items: list[Any] = []
        while True:
            after = items[-1]["position"] if items else 0
            answer = await client.get("/api/v1/events", params={"after": after, "limit": 1000})
            page = answer.raise_for_status().json()["items"]
            items += page
            if not page:
                return items
