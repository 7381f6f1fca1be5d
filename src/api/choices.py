"""Checks of query parameters: each says what is wrong and what to write instead."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator

from autoclone.config.faults import wrong

# Far enough from where `datetime` ends to reckon with days around it.
EARLIEST, LATEST = 1900, 9000


def written_time(value: object) -> datetime:
    """Return the time that is written in ISO 8601, with an offset from UTC or without."""
    at = _read(str(value))
    if not EARLIEST <= at.year <= LATEST:
        raise wrong("is too far away", f"Write a year from {EARLIEST} to {LATEST}")
    return at


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise wrong("is not a time in ISO 8601", _meant(text)) from None


def _instant(value: object) -> datetime:
    text = str(value)
    at = _read(text)
    if at.tzinfo is None:
        raise wrong("has no offset from UTC", f'Add one, such as "{text}Z"')
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise wrong("is too far away", "Write a year from 2 to 9998") from None


def _meant(text: str) -> str:
    before, space, after = text.rpartition(" ")
    if space and "T" in before:  # in a query, + stands for a space
        return f'Write + as %2B: "{before}%2B{after}"'
    return 'Write one such as "2025-01-25T14:00:00Z"'


# An instant, in UTC whatever offset it was written with.
Instant = Annotated[datetime, BeforeValidator(_instant)]
