"""Durations as users write them: `"250ms"`, `"5s"`, `"1h30m"`."""

import re
from datetime import timedelta

UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_WHOLE = re.compile(r"(?:\d{1,9}(?:d|h|ms|m|s))+", re.ASCII)
_PART = re.compile(r"(\d+)(d|h|ms|m|s)", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Return the positive duration that `text` says.

    Raises:
        ValueError: it is not a duration, or is zero; the message says how to write one.
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError('is not a duration: write a number and a unit, such as "250ms", "5s" or "1h30m"')
    try:
        total = sum((int(number) * UNITS[unit] for number, unit in _PART.findall(text)), timedelta())
    except OverflowError:
        raise ValueError("is longer than any calendar") from None
    if total <= timedelta():
        raise ValueError("must be longer than zero")
    return total


def format_duration(duration: timedelta) -> str:
    """Return `duration` as users write it, to the millisecond: the reverse of `parse_duration`."""
    parts = []
    for unit, size in UNITS.items():
        number, duration = divmod(duration, size)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"
