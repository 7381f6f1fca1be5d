"""From kazoo's threads to the event loop. Nothing here waits on the loop's thread for another."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from kazoo.client import KazooClient


class Bridge:
    """Hands to one event loop what the threads of one client find out."""

    def __init__(self, client: KazooClient) -> None:
        """Take the client; the loop is the one that runs now."""
        self._client = client
        self._loop = asyncio.get_running_loop()

    def post(self, call: Callable[..., object], *args: object) -> None:
        """Have the loop call something soon, in the order of posting. Safe from any thread."""
        with suppress(RuntimeError):  # the loop is closed, and nobody is left to be told
            self._loop.call_soon_threadsafe(call, *args)

    def ask(self, request: Callable[..., Any], *args: object) -> asyncio.Future[Any]:
        """Send one of kazoo's asynchronous requests; a client that is stopped leaves it without an answer."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        request(*args).rawlink(lambda result: self._settle(answer, result.get))
        return answer

    def call(self, work: Callable[[], Any]) -> asyncio.Future[Any]:
        """Do something that blocks, in a thread of kazoo's."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._client.handler.spawn(self._settle, answer, work)
        return answer

    def _settle(self, answer: asyncio.Future[Any], work: Callable[[], Any]) -> None:
        try:
            result = work()
        except Exception as problem:  # noqa: BLE001 - it is raised where the answer is awaited
            self.post(_fail, answer, problem)
        else:
            self.post(_succeed, answer, result)


def _succeed(answer: asyncio.Future[Any], result: object) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[Any], problem: Exception) -> None:
    if not answer.done():
        answer.set_exception(problem)
        answer.exception()  # whoever awaited it may be gone, which is no fault worth a warning
