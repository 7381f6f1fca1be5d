"""When a DAG's windows are open, each by itself.

A window belongs to the local date on which it opens (rule 3). Its wall times are read in its zone (rule 4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from autoclone.core.days import EVERY_DAY, Closed, Closure, Days
from autoclone.core.wall import ONE_DAY, Dst, instant, oddity, reading, skips


class Overlap(StrEnum):
    """How many clones several open windows want together."""

    MAX = "max"
    """As many as the one that wants the most."""
    SUM = "sum"
    """As many as all of them together."""
    FIRST = "first"
    """As many as the one that is listed first."""


@dataclass(frozen=True, slots=True)
class Window:
    """`count` clones from the wall time `opens` on, each day that `days` says.

    Attributes:
        opens: the wall time of its opening.
        closes: the wall time of its closing, on the next date where it is not after `opens`; or for how much
            elapsed time it is open.
        count: how many clones, 0 or more.
        days: the local dates on which it opens.
        name: what its owner calls it, if anything.
    """

    opens: time
    closes: time | timedelta
    count: int
    days: Days = EVERY_DAY
    name: str | None = None

    @property
    def reach(self) -> int:
        """How many dates after its own it may still be open on."""
        return -(-self.closes // ONE_DAY) if isinstance(self.closes, timedelta) else 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """The windows of one DAG, and how they are read.

    Attributes:
        windows: in the order of the document.
        zone: where their wall times are.
        overlap: what several that are open want together.
        dst: how wall times are read that are skipped or happen twice.
    """

    windows: tuple[Window, ...]
    zone: tzinfo
    overlap: Overlap = Overlap.MAX
    dst: Dst = Dst.FIRST


@dataclass(frozen=True, slots=True)
class Span:
    """One opening of one window, as instants in UTC: open while `opens_at <= t < closes_at`."""

    opens_at: datetime
    closes_at: datetime
    count: int


def closed_on(window: Window, day: date, zone: tzinfo, dst: Dst = Dst.FIRST) -> Closed | None:
    """Return which rule keeps `window` from opening on the local date `day`; None where none does."""
    closed = window.days.closed_on(day)
    if closed is None and dst is Dst.SKIP and oddity(datetime.combine(day, window.opens), zone):
        return Closed(Closure.CLOCKS, day)
    return closed


def span(window: Window, day: date, zone: tzinfo, dst: Dst = Dst.FIRST) -> Span | None:
    """Return the opening of `window` on the local date `day`, whatever its rules say of that date.

    None where the zone skips the date whole, or both ends fall on one instant (rule 4).
    """
    opens_at, shown = reading(datetime.combine(day, window.opens), zone, dst)
    if not shown and skips(day, zone):
        return None
    closes_at = _closing(window, day, zone, dst, opens_at)
    return Span(opens_at, closes_at, window.count) if opens_at < closes_at else None


def _closing(window: Window, day: date, zone: tzinfo, dst: Dst, opens_at: datetime) -> datetime:
    if isinstance(window.closes, timedelta):
        return opens_at + window.closes
    closes_on = day if window.closes > window.opens else day + ONE_DAY
    return instant(datetime.combine(closes_on, window.closes), zone, dst)


def openings(schedule: Schedule, first: date, last: date) -> Iterator[tuple[int, Span]]:
    """Yield what opens on the local dates from `first` to `last`, inclusive: the window's index and its span.

    Window by window, and for each in the order of the dates.
    """
    zone, dst = schedule.zone, schedule.dst
    days = list(dates(first, last))
    for index, window in enumerate(schedule.windows):
        every_day = window.days is EVERY_DAY and dst is not Dst.SKIP
        for day in days:
            if every_day or closed_on(window, day, zone, dst) is None:
                one = span(window, day, zone, dst)
                if one is not None:
                    yield index, one


def dates(first: date, last: date) -> Iterator[date]:
    """Yield the dates from `first` to `last`, inclusive."""
    for offset in range((last - first).days + 1):
        yield first + offset * ONE_DAY
