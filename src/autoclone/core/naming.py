"""What clones are called (rule 11)."""

import re
from collections.abc import Container
from datetime import datetime, timedelta, tzinfo

# A letter or digit, then letters, digits, `_` or `-`; 200 at most. ASCII, so that a name fits any URL,
# file name or topic key as it is.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}", re.ASCII)

# Everything between the digits of an ISO 8601 time, to be removed.
PUNCTUATION = str.maketrans("", "", "-:T")


def clone_name(parent: str, at: datetime, zone: tzinfo, *taken: Container[str]) -> str:
    """Return `{parent}_{YYYYmmddHHMMSS}` for the instant `at`, stamped in `zone`.

    A name in one of `taken` gives way to the next free second.
    """
    stamp = at.astimezone(zone).replace(tzinfo=None)
    while any((name := f"{parent}_{_digits(stamp)}") in names for names in taken):
        stamp += timedelta(seconds=1)
    return name


def _digits(stamp: datetime) -> str:
    """Return YYYYmmddHHMMSS. Much faster than `strftime`, for when thousands open at once."""
    return stamp.isoformat(timespec="seconds").translate(PUNCTUATION)
