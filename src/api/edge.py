"""What surrounds every request: headers that keep browsers safe, HEAD, and the answer to the unforeseen."""

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.catalogue import INTERNAL_ERROR
from api.problems import problem

# A page from here loads nothing from anywhere else, and no other page may frame it.
POLICY = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'"
SAFETY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", POLICY),
]

log = logging.getLogger("autoclone.http")


class Edge:
    """The outermost layer of the application. Plain ASGI, since every request pays for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(send, head=scope["method"] == "HEAD")
        # The server goes by its own scope, which still says HEAD.
        inner = {**scope, "method": "GET"} if exchange.head else scope
        try:
            await self._app(inner, receive, exchange.send)
        except ClientDisconnect:
            log.debug("The client went away in the middle of %s %r", scope["method"], scope["path"])
        except Exception:
            log.exception("%s %r failed", scope["method"], scope["path"])
            if exchange.started:
                raise  # it is too late for another answer: the server cuts the connection
            answer = problem(INTERNAL_ERROR, INTERNAL_ERROR.detail)
            await answer(inner, receive, exchange.send)


class _Exchange:
    """One answer on its way out."""

    __slots__ = ("_send", "head", "started")

    def __init__(self, send: Send, *, head: bool) -> None:
        self._send = send
        self.head = head
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = [*message["headers"], *SAFETY]
        elif self.head:
            message = {**message, "body": b""}
        await self._send(message)
