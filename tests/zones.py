"""Every way in which clocks are moved somewhere in the world, from 2000 to 2040."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST, LAST = datetime(2000, 1, 1, 12, tzinfo=UTC), datetime(2040, 12, 31, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
WEEKS = [FIRST + n * WEEK for n in range((LAST - FIRST) // WEEK)]
MINUTE = timedelta(minutes=1)


@cache
def zones_that_shift() -> dict[str, tuple[int, ...]]:
    """The zones whose clocks are moved, and the weeks in which they are; one for each set of equal ones."""
    alike: dict[tuple[timedelta | None, ...], str] = {}
    for name in sorted(zoneinfo.available_timezones()):
        zone = ZoneInfo(name)
        offsets = tuple(week.astimezone(zone).utcoffset() for week in WEEKS)
        if len(set(offsets)) > 1:
            alike.setdefault(offsets, name)
    return {
        name: tuple(n for n in range(len(offsets) - 1) if offsets[n] != offsets[n + 1])
        for offsets, name in alike.items()
    }


def shift(name: str, week: int) -> datetime:
    """The first minute, in UTC, after the clocks of a zone were moved in that week."""
    zone, before, after = ZoneInfo(name), WEEKS[week], WEEKS[week + 1]
    offset = after.astimezone(zone).utcoffset()
    while after - before > MINUTE:
        middle = before + (after - before) // MINUTE // 2 * MINUTE
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
