"""How pages write what they show."""

from collections.abc import Callable, Mapping
from datetime import datetime


def clock_time(text: object) -> str:
    """Return a wall time of four digits as people write it: `0900` is 09:00."""
    digits = str(text)
    return f"{digits[:2]}:{digits[2:]}" if len(digits) == len("0900") and digits.isdecimal() else digits


def moment(at: datetime) -> str:
    """Return an instant to the second, with its zone: 2025-01-25 09:00:00 EST."""
    return at.strftime("%Y-%m-%d %H:%M:%S %Z").strip()


def grouped(number: int) -> str:
    """Return a number with its thousands apart: 10 000."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def shortened(text: object, most: int) -> str:
    """Return a text of `most` characters at the most; what is left out shows as an ellipsis."""
    whole = str(text)
    return whole if len(whole) <= most else f"{whole[: most - 1]}…"


def sentence(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


FILTERS: Mapping[str, Callable[..., str]] = {
    "clock_time": clock_time,
    "grouped": grouped,
    "moment": moment,
    "sentence": sentence,
    "shortened": shortened,
}
