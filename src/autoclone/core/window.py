"""When a DAG's windows are open: wall times, zones, and the instants they come to.

A window belongs to the local date on which it opens (rule 3). Its wall times are read in its zone: one
that does not exist that day is the first instant after the gap, one that happens twice is its first
occurrence (rule 4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)

# Windows recur daily, so an edge is never further than a skipped date or two away.
HORIZON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Window:
    """One daily window: `count` clones from `opens` until the next `closes`, in local wall time.

    `closes <= opens` closes on the next local date.
    """

    opens: time
    closes: time
    count: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The windows of one DAG and the zone that their wall times are read in."""

    windows: tuple[Window, ...]
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Span:
    """One opening of one window, as instants in UTC: open while `opens_at <= t < closes_at`."""

    opens_at: datetime
    closes_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Demand:
    """How many clones the schedule wants, and for how long that holds.

    Attributes:
        target: the number of clones.
        since: the last edge of a window at or before the instant asked about; None if there is none near.
        until: the first edge after it: the time to look again; None if there is none.
    """

    target: int
    since: datetime | None = None
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether this is still what the schedule wants at `at`, an instant in UTC."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def instant(local: datetime, zone: tzinfo) -> datetime:
    """Return the instant, in UTC, at which clocks in `zone` first show the naive `local`, or skip it."""
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == local:
        return at
    return _end_of_gap(local, zone)


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


def span(window: Window, day: date, zone: tzinfo) -> Span | None:
    """Return the opening of `window` on the local date `day`.

    None where the zone skips the date whole, or both ends fall on one instant (rule 4).
    """
    opens_at = instant(datetime.combine(day, window.opens), zone)
    if opens_at.astimezone(zone).date() > day and _skips(day, zone):
        return None
    closes_on = day if window.closes > window.opens else day + ONE_DAY
    closes_at = instant(datetime.combine(closes_on, window.closes), zone)
    return Span(opens_at, closes_at, window.count) if opens_at < closes_at else None


def _skips(day: date, zone: tzinfo) -> bool:
    """Whether no instant of `day` exists in `zone`, as for Pacific/Apia on 2011-12-30."""
    return instant(datetime.combine(day, time()), zone) == instant(
        datetime.combine(day + ONE_DAY, time()), zone
    )


def demand_at(schedule: Schedule, at: datetime) -> Demand:
    """Return what `schedule` wants at the instant `at`, in UTC.

    Windows that touch or overlap are one: where they do, the target never falls to zero between them.
    """
    today = at.astimezone(schedule.zone).date()
    # Two days back, because a date may have no window (rule 4) and `since` needs the last edge there was.
    near = list(_spans(schedule, today - 2 * ONE_DAY, today + ONE_DAY))
    edges = sorted(edge for one in near for edge in (one.opens_at, one.closes_at))
    target = max((one.count for one in near if one.opens_at <= at < one.closes_at), default=0)
    since = max((edge for edge in edges if edge <= at), default=None)
    until = min((edge for edge in edges if edge > at), default=None)
    return Demand(target, since, until or _next_opening(schedule, today + 2 * ONE_DAY))


def _next_opening(schedule: Schedule, first: date) -> datetime | None:
    """Return the first opening on or after the local date `first`, within the horizon."""
    return min((one.opens_at for one in _spans(schedule, first, first + HORIZON)), default=None)


def _spans(schedule: Schedule, first: date, last: date) -> Iterator[Span]:
    """Yield the openings on the local dates from `first` to `last`, inclusive."""
    for window in schedule.windows:
        for offset in range((last - first).days + 1):
            one = span(window, first + offset * ONE_DAY, schedule.zone)
            if one is not None:
                yield one
