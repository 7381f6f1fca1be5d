"""What surrounds every request: what keeps browsers safe, HEAD, and the answer to the unforeseen."""

import logging

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.catalogue import CROSS_SITE, INTERNAL_ERROR
from api.origin import SAFE_METHODS, is_foreign, told_by
from api.problems import problem

# A page from here loads nothing from anywhere else, and no other page may frame it. Whatever scripts and
# styles it has are files of ours: text that comes from elsewhere can never become one.
STRICT = b"default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
# The pages that others made bring theirs along.
LENIENT = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'"
MADE_BY_OTHERS = frozenset({"/docs", "/docs/oauth2-redirect", "/redoc"})
SAFETY = [
    (b"x-content-type-options", b"nosniff"),
    # "no-referrer" would have browsers hide the origin of our own forms too, which they are known by.
    (b"referrer-policy", b"same-origin"),
]

FOREIGN = (
    "another website had this sent. Nothing was changed. Open this server's own pages, or use a program."
)

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
        policy = LENIENT if scope["path"] in MADE_BY_OTHERS else STRICT
        exchange = _Exchange(send, policy, head=scope["method"] == "HEAD")
        if scope["method"] not in SAFE_METHODS and is_foreign(headers := Headers(scope=scope)):
            refusal = problem(CROSS_SITE, f"{told_by(headers)}: {FOREIGN}")
            await refusal(scope, receive, exchange.send)
            return
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

    __slots__ = ("_policy", "_send", "head", "started")

    def __init__(self, send: Send, policy: bytes, *, head: bool) -> None:
        self._send = send
        self._policy = policy
        self.head = head
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = [
                *message["headers"],
                *SAFETY,
                (b"content-security-policy", self._policy),
            ]
        elif self.head:
            await self._send({**message, "body": b"", "more_body": False})
            if message.get("more_body", False):
                raise ClientDisconnect  # who asked for the head has it, and a stream would never end
            return
        await self._send(message)
