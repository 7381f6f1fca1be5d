"""The kinds of value that users write: each says what is wrong with it and what to write instead."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, WithJsonSchema

from autoclone.config.durations import format_duration, parse_duration
from autoclone.config.faults import wrong
from autoclone.config.zones import EXAMPLE, zone
from autoclone.core.naming import NAME
from autoclone.errors import InvalidInput

Value = TypeVar("Value")

MAX_CLONES = 10_000
SHORTEST_INTERVAL = timedelta(milliseconds=100)
LONGEST_INTERVAL = timedelta(days=1)
SHORTEST_DURATION = timedelta(milliseconds=1)
LONGEST_DURATION = timedelta(days=1)
SHORTEST_WINDOW = timedelta(seconds=1)
LONGEST_WINDOW = timedelta(days=7)

_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)", re.ASCII)
_NEARLY_A_TIME = re.compile(r"(\d{1,2}?)[:.h]?(\d\d)(?:[:.]\d\d)?\s*([ap]m)?", re.ASCII | re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST_LABEL = 60
HALF_A_DAY = 12
HOURS = 24
MINUTES = 60


def _name(value: object) -> str:
    if isinstance(value, str) and NAME.fullmatch(value):
        return value
    close = _NOT_IN_A_NAME.sub("_", value).strip("_-") if isinstance(value, str) else ""
    example = close if NAME.fullmatch(close) else "orders"
    raise wrong(
        "is not a name",
        f'Begin with a letter or digit, go on with letters, digits, "_" or "-", 200 at most: "{example}"',
    )


def _label(value: object) -> str:
    if isinstance(value, str) and value.strip() and value.isprintable() and len(value) <= LONGEST_LABEL:
        return value
    raise wrong("is not a name", f'Write words, {LONGEST_LABEL} characters at most, such as "lunch"')


def _time(value: object) -> time | None:
    if value is None or value == "":
        return None
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong("is not a time of four digits", _meant(value))
    return time(int(match[1]), int(match[2]))


def _meant(value: object) -> str:
    """Return the remedy for a time written in some other way."""
    written = isinstance(value, str | int) and not isinstance(value, bool)
    match = _NEARLY_A_TIME.fullmatch(str(value).strip()) if written else None
    if match is not None:
        hour, minute = int(match[1]), int(match[2])
        if match[3] and 1 <= hour <= HALF_A_DAY:
            hour = hour % HALF_A_DAY + (HALF_A_DAY if match[3].lower() == "pm" else 0)
        if hour <= HOURS and minute < MINUTES:
            return f'Write "{hour % HOURS:02}{minute:02}"'
    return 'Write four digits on the 24-hour clock, such as "0900" or "1730"'


def _count(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("is not a whole number", f"Write {_whole(value)}, without quotes or a decimal point")
    if value > MAX_CLONES:
        raise wrong(f"is more than {MAX_CLONES}", f"Write {MAX_CLONES} at most")
    return value


def _whole(value: object) -> str:
    text = "" if isinstance(value, bool) else str(value).strip().removesuffix(".0")
    return text if re.fullmatch(r"\d{1,4}", text, re.ASCII) else "a number such as 5"


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except ValueError as error:
        problem, _, _ = str(error).partition(":")
        raise wrong(problem, 'Write a number and a unit, such as "250ms", "5s" or "1h30m"') from None


def between(shortest: timedelta, longest: timedelta) -> Callable[[object], timedelta]:
    """Return the check of a duration that must lie between two others, both included."""

    def check(value: object) -> timedelta:
        duration = _duration(value)
        if not shortest <= duration <= longest:
            low, high = format_duration(shortest), format_duration(longest)
            raise wrong(f"is not between {low} and {high}", f'Write a duration from "{low}" to "{high}"')
        return duration

    return check


def optional(check: Callable[[object], Value]) -> Callable[[object], Value | None]:
    """Return the check of a value that may be left out."""

    def check_unless_none(value: object) -> Value | None:
        return None if value is None else check(value)

    return check_unless_none


_interval = between(SHORTEST_INTERVAL, LONGEST_INTERVAL)


def _zone(value: object) -> ZoneInfo | None:
    if value is None or isinstance(value, ZoneInfo):
        return value
    if not isinstance(value, str):
        raise wrong("is not a time zone", EXAMPLE)
    try:
        return zone(value)
    except InvalidInput as error:
        fault = error.faults[0]
        raise wrong(fault.problem, fault.remedy) from None


_DURATION_SCHEMA = WithJsonSchema({"type": "string", "examples": ["5s"]})

# The name of a DAG.
Name = Annotated[str, BeforeValidator(_name)]

# Four digits, 24-hour: "0900". None where missing or empty.
TimeOfDay = Annotated[
    time | None, BeforeValidator(_time), WithJsonSchema({"type": "string", "pattern": _TIME.pattern})
]

# A whole number of clones; zero or less is a valid way to switch them off. None where missing or empty.
Count = Annotated[
    int | None, BeforeValidator(_count), WithJsonSchema({"type": "integer", "maximum": MAX_CLONES})
]

# The pace of a ramp, written as text such as "5s".
Interval = Annotated[timedelta, BeforeValidator(_interval), _DURATION_SCHEMA]
OptionalInterval = Annotated[timedelta | None, BeforeValidator(optional(_interval)), _DURATION_SCHEMA]

# Any positive duration, written as text such as "5s".
Duration = Annotated[timedelta, BeforeValidator(_duration), _DURATION_SCHEMA]

# Likewise, or none.
AnyDuration = Annotated[timedelta | None, BeforeValidator(optional(_duration)), _DURATION_SCHEMA]

# A duration of up to a day, or none.
OptionalDuration = Annotated[
    timedelta | None,
    BeforeValidator(optional(between(SHORTEST_DURATION, LONGEST_DURATION))),
    _DURATION_SCHEMA,
]

# What a window is called.
WindowName = Annotated[str | None, BeforeValidator(optional(_label)), WithJsonSchema({"type": "string"})]

# How long a window is open.
WindowLength = Annotated[
    timedelta | None, BeforeValidator(optional(between(SHORTEST_WINDOW, LONGEST_WINDOW))), _DURATION_SCHEMA
]

# An IANA time zone, written as its name.
Zone = Annotated[ZoneInfo | None, BeforeValidator(_zone), WithJsonSchema({"type": "string"})]
