"""Checks of query parameters: each says what is wrong and what to write instead."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BeforeValidator

from autoclone.config.faults import did_you_mean, wrong

Choice = TypeVar("Choice", bound=StrEnum)


def one_of(choices: type[Choice]) -> Callable[[object], Choice]:
    """Return the check of a value that must be one of `choices`."""

    def check(value: object) -> Choice:
        known = {choice.value: choice for choice in choices}
        if value in known:
            return known[str(value)]
        raise wrong("is none of those there are", did_you_mean(str(value), known))

    return check


def _instant(value: object) -> datetime:
    text = str(value)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise wrong("is not a time in ISO 8601", _meant(text)) from None
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
