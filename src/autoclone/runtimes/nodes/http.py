"""A sink that sends records to an HTTP server."""

import re
import ssl
from datetime import timedelta
from typing import Any, Literal

import httpx
import orjson
from anyio import to_thread
from pydantic import Field, HttpUrl

from autoclone.config.fields import Duration
from autoclone.errors import Permanent, Transient
from autoclone.runtimes.nodes.base import Params, Record, Sink

LONGEST_WAIT = timedelta(seconds=30)

# Answers that may be others in a moment: too early, too many requests, and all that is the server's fault.
PASSING = frozenset({408, 425, 429})
SERVER_FAULT = 500

SECONDS = re.compile(r"\d{1,6}", re.ASCII)


class HttpParams(Params):
    """Parameters of `http`."""

    url: HttpUrl = Field(description="Where to send the records to.")
    method: Literal["POST", "PUT", "PATCH"] = Field(default="POST", description="The request's method.")
    headers: dict[str, str] = Field(
        default_factory=dict, description="Further headers, such as `Authorization`."
    )
    timeout: Duration = Field(
        default="10s",
        validate_default=True,
        description="How long connecting, sending, and each wait for the answer may take.",
    )
    attempts: int = Field(
        default=4, ge=1, le=20, description="How often to try a record before it is an error."
    )
    backoff: Duration = Field(
        default="500ms",
        validate_default=True,
        description="The wait before the second try, doubled at each further one, 30 s at most; the server's "
        "`Retry-After` is honoured up to the same.",
    )


class HttpSink(Sink[HttpParams]):
    """Sends each record as the JSON body of a request, one after the other.

    An answer of 2xx is success. A network failure, 408, 425, 429 or 5xx is tried again; any other answer is
    an error of that record at once. A record may arrive twice where an answer was lost.
    """

    model = HttpParams

    async def open(self) -> None:
        """Make the client; its certificates are read in a thread."""
        self._client = await to_thread.run_sync(self._make_client, limiter=self.context.site.disk)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def process(self, record: Record) -> None:
        """Send one record, trying again where that may help."""
        body = orjson.dumps(record, default=str)
        backoff = self.params.backoff
        for attempt in range(1, self.params.attempts + 1):
            try:
                await self._send(body)
                break
            except Transient as error:
                if attempt == self.params.attempts:
                    raise
                await self.context.sleep(min(max(backoff, error.retry_after or backoff), LONGEST_WAIT))
                backoff = min(2 * backoff, LONGEST_WAIT)
        self.context.wrote(1)

    async def _send(self, body: bytes) -> None:
        try:
            answer = await self._client.request(self.params.method, str(self.params.url), content=body)
        except httpx.TransportError as error:
            raise Transient(f"{self.params.url}: {type(error).__name__}: {error}") from error
        if answer.is_success:
            return
        message = f"{self.params.url} answered {answer.status_code} {answer.reason_phrase}"
        if answer.status_code in PASSING or answer.status_code >= SERVER_FAULT:
            raise Transient(message, _retry_after(answer))
        raise Permanent(message)

    def _make_client(self) -> httpx.AsyncClient:
        options: dict[str, Any] = {"transport": self.context.site.transport}
        if self.params.url.scheme == "https":
            options["verify"] = ssl.create_default_context()
        else:
            options["verify"] = False  # there is nothing to verify, and no certificates to be read
        return httpx.AsyncClient(
            headers={"Content-Type": "application/json", **self.params.headers},
            timeout=self.params.timeout.total_seconds(),
            **options,
        )


def _retry_after(answer: httpx.Response) -> timedelta | None:
    """Return what the server asks for, where it does so in seconds."""
    text = answer.headers.get("Retry-After", "")
    return timedelta(seconds=int(text)) if SECONDS.fullmatch(text) else None
