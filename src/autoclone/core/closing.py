"""Which rule keeps a schedule's windows shut: what people are told who ask on a holiday why nothing runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from autoclone.core.days import EVERY_DAY, Closed
from autoclone.core.wall import ONE_DAY, Dst, midnight
from autoclone.core.window import Schedule, closed_on, dates, span


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why it is quiet, and until when that is the reason.

    Attributes:
        closed: the date whose rules keep a window shut; None where none would be open.
        until: when to ask again; None if it will always be the same.
    """

    closed: Closed | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Missed:
    """An opening that does not happen, and the time in which it is the reason that nothing is open."""

    since: datetime
    until: datetime
    closed: Closed


def quiet_at(schedule: Schedule, at: datetime, today: date, reach: int) -> Quiet:
    """Return why no window is open at `at`, an instant on the local date `today`.

    A date that is left out is the reason all day long, and for as long as its window would last, if no other
    window opens on it; if one does, only while its window would be open. The latest such date is told.
    """
    if schedule.dst is not Dst.SKIP and all(window.days == EVERY_DAY for window in schedule.windows):
        return Quiet()
    tomorrow = today + ONE_DAY
    first = today - (reach + 1) * ONE_DAY  # one more, since a date may be skipped whole
    missed = [one for day in dates(first, tomorrow) for one in _missed(schedule, day)]
    edges = {edge for one in missed for edge in (one.since, one.until)}
    later = sorted(edge for edge in edges if at < edge)
    # The day after tomorrow was not looked at.
    return Quiet(_told(missed, at), min([*later, midnight(tomorrow + ONE_DAY, schedule.zone)]))


def _told(missed: list[_Missed], at: datetime) -> Closed | None:
    reasons = [one.closed for one in missed if one.since <= at < one.until]
    return max(reasons, key=lambda closed: closed.day, default=None)


def _missed(schedule: Schedule, day: date) -> Iterator[_Missed]:
    """Yield the openings that do not happen on `day`."""
    zone, dst = schedule.zone, schedule.dst
    closed = [closed_on(window, day, zone, dst) for window in schedule.windows]
    for window, reason in zip(schedule.windows, closed, strict=True):
        one = span(window, day, zone, dst)
        if reason is None or one is None:
            continue
        if None in closed:
            yield _Missed(one.opens_at, one.closes_at, reason)
        else:
            begins, ends = midnight(day, zone), midnight(day + ONE_DAY, zone)
            yield _Missed(min(begins, one.opens_at), max(ends, one.closes_at), reason)
