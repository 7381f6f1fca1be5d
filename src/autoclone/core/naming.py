"""What clones are called (rule 11)."""

import re
from collections.abc import Container, Iterator
from datetime import datetime, timedelta, tzinfo

# A letter or digit, then letters, digits, `_` or `-`; 200 at most. ASCII, so that a name fits any URL,
# file name or topic key as it is.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}", re.ASCII)

# Everything between the digits of an ISO 8601 time, to be removed.
PUNCTUATION = str.maketrans("", "", "-:T")
ONE_SECOND = timedelta(seconds=1)


def free_names(parent: str, at: datetime, zone: tzinfo, *taken: Container[str]) -> Iterator[str]:
    """Yield `{parent}_{YYYYmmddHHMMSS}` for clones made at the instant `at`, stamped in `zone`, without end.

    A name in one of `taken` gives way to the next free second.
    """
    stamp = at.astimezone(zone).replace(tzinfo=None)
    while True:
        name = f"{parent}_{_digits(stamp)}"
        if not any(name in names for names in taken):
            yield name
        stamp += ONE_SECOND


def _digits(stamp: datetime) -> str:
    """Return YYYYmmddHHMMSS. Much faster than `strftime`, for when thousands open at once."""
    return stamp.isoformat(timespec="seconds").translate(PUNCTUATION)
