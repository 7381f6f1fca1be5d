"""Tells what another website had a browser send, unasked by whoever sits in front of it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What browsers say of requests that a page of ours, or the person at the keyboard, made.
OURS = frozenset({"same-origin", "none"})


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether a request that would change something comes from a page that is not ours.

    Browsers say so themselves, in `Sec-Fetch-Site`; where the connection is not one that they trust they send
    `Origin` alone, whose host must then be the one that was asked. What sends neither is no browser.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in OURS
    origin = headers.get("origin")
    return origin is not None and _host(origin) != headers.get("host", "").lower()


def _host(origin: str) -> str | None:
    """Return the host and port of an origin; None where it is opaque, or none at all."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def told_by(headers: Headers) -> str:
    """Return the header that tells where a request comes from, with its value."""
    name = "Sec-Fetch-Site" if "sec-fetch-site" in headers else "Origin"
    return f"{name}: {headers[name]}"
