"""Times on the command line."""

from datetime import UTC, datetime, tzinfo

from autoclone.config.faults import shown
from autoclone.core.wall import instant
from autoclone.errors import Fault, InvalidInput

# Wide enough for anybody, and far enough from where `datetime` ends to reckon with days around it.
EARLIEST = datetime(1900, 1, 1)  # noqa: DTZ001 - a wall time, in whichever zone
LATEST = datetime(9000, 1, 1)  # noqa: DTZ001 - likewise


def written(flag: str, text: str) -> datetime:
    """Return the time that is written, with an offset from UTC or without.

    Raises:
        InvalidInput: it is none, or too far away.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        remedy = 'Write it as in "2025-01-25T08:00", or with an offset as in "2025-01-25T08:00-05:00"'
        raise InvalidInput(Fault(flag, shown(text), "is not a date and time", remedy)) from None
    if not EARLIEST <= at.replace(tzinfo=None) < LATEST:
        remedy = f"Write a year from {EARLIEST.year} to {LATEST.year - 1}"
        raise InvalidInput(Fault(flag, shown(text), "is too far away", remedy))
    return at


def moment(flag: str, text: str, here: tzinfo) -> datetime:
    """Return the instant in UTC that `text` means: in `here`, where it has no offset of its own.

    Raises:
        InvalidInput: it is none, or too far away.
    """
    at = written(flag, text)
    return instant(at, here) if at.tzinfo is None else at.astimezone(UTC)
