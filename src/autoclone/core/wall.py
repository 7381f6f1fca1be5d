"""Wall times and the instants they come to, in zones whose clocks are moved.

A wall time that a zone skips is the moment at which its clocks jump over it; one that happens twice is its
first occurrence, or its last (rule 4).
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)


class Dst(StrEnum):
    """How a wall time is read on a date on which it is skipped or happens twice."""

    FIRST = "first"
    """The first occurrence, or the moment at which it is skipped."""
    LAST = "last"
    """The last occurrence, or the moment at which it is skipped: no time passes in a gap."""
    SKIP = "skip"
    """No window opens then. A closing has to be, and is read as with `first`."""


class Oddity(StrEnum):
    """What clocks that are moved do to a wall time."""

    SKIPPED = "skipped"
    REPEATED = "repeated"


def oddity(local: datetime, zone: tzinfo) -> Oddity | None:
    """Return what clocks in `zone` do to the naive `local`; None where it happens once, as most do."""
    # PEP 495: fold chooses between two offsets, the one before the change and the one after it.
    before, after = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if before is None or after is None or before == after:
        return None
    return Oddity.SKIPPED if before < after else Oddity.REPEATED


def instant(local: datetime, zone: tzinfo, dst: Dst = Dst.FIRST) -> datetime:
    """Return the instant, in UTC, at which clocks in `zone` show the naive `local`, or skip it."""
    at, _ = reading(local, zone, dst)
    return at


def reading(local: datetime, zone: tzinfo, dst: Dst = Dst.FIRST) -> tuple[datetime, bool]:
    """Return the `instant` of `local`, and whether clocks show `local` then rather than skip it."""
    at = local.replace(tzinfo=zone, fold=dst is Dst.LAST).astimezone(UTC)
    shown = at.astimezone(zone).replace(tzinfo=None) == local
    return (at if shown else _end_of_gap(local, zone)), shown


def _end_of_gap(local: datetime, zone: tzinfo) -> datetime:
    """Return the first instant after the gap that swallows `local`: PEP 495 puts fold=1 before it."""
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > ONE_SECOND:
        middle = before + (after - before) // ONE_SECOND // 2 * ONE_SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the instant, in UTC, at which the local date `day` begins."""
    return instant(datetime.combine(day, time()), zone)


def skips(day: date, zone: tzinfo) -> bool:
    """Whether no instant of `day` exists in `zone`, as for Pacific/Apia on 2011-12-30."""
    return midnight(day, zone) == midnight(day + ONE_DAY, zone)
