"""How many clones a schedule wants at an instant, for how long, and which rule says that it is none."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from autoclone.core.closing import Quiet, quiet_at
from autoclone.core.days import Closed
from autoclone.core.wall import ONE_DAY
from autoclone.core.window import Overlap, Schedule, Span, openings

# How far ahead the next change is looked for: an opening for as long as anybody plans, and the end of windows
# that touch each other again and again for long enough to be called always open.
HORIZON = timedelta(days=3653)
ALWAYS = timedelta(days=60)

# So near where `date` ends, nothing more is looked for.
LATEST = date(9998, 1, 1)

# A change that is no older than this is seen where dates are looked at that reach into today: what opened
# earlier had closed by then.
RECENT = timedelta(hours=22)

# How much further is looked each time that nothing was found; doubled from there.
FURTHER = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Demand:
    """How many clones the schedule wants, and for how long that holds.

    Attributes:
        target: the number of clones.
        since: when it began to want that many; None if that is longer ago than windows last.
        until: when it next wants another number; None if that is out of sight: ten years off, or two months
            where windows are open.
        closed: the date whose rules keep a window shut just now; None where one is open, or none would be.
        again: when to work this out anew, where that is before `until`.
    """

    target: int
    since: datetime | None = None
    until: datetime | None = None
    closed: Closed | None = None
    again: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When this is to be worked out anew; None if never."""
        return self.until if self.again is None else self.again

    def covers(self, at: datetime) -> bool:
        """Whether this is still what the schedule wants at `at`, an instant in UTC."""
        return (self.since is None or self.since <= at) and (self.ends_at is None or at < self.ends_at)


# What windows that are open want together: their counts are in the order of the document.
TOGETHER: Mapping[Overlap, Callable[[list[int]], int]] = MappingProxyType(
    {Overlap.MAX: max, Overlap.SUM: sum, Overlap.FIRST: lambda counts: counts[0]}
)


def demand_at(schedule: Schedule, at: datetime) -> Demand:
    """Return what `schedule` wants at the instant `at`, in UTC.

    Windows that touch or overlap are one: where they want the same, nothing changes between them.
    """
    reach = max((window.reach for window in schedule.windows), default=0)
    today = at.astimezone(schedule.zone).date()
    # Whatever may be open today, and one date more, since one may be skipped whole.
    first, last = today - (reach + 2) * ONE_DAY, today + ONE_DAY
    known = changes(schedule, first, last)
    here = bisect_right(known, at, key=_instant)
    since, target = known[here - 1] if here else (None, 0)
    if since is None or at - since > RECENT:
        since = _long_since(schedule, first, last, at, reach)
    sight = ALWAYS if target else HORIZON
    until = _next(schedule, known[here:], last) or _beyond(schedule, first, last, at, sight)
    if target:
        return Demand(target, since, until, again=at + ALWAYS if until is None else None)
    quiet = quiet_at(schedule, at, today, reach)
    return Demand(0, since, until, quiet.closed, _earlier(quiet, until))


def _long_since(schedule: Schedule, first: date, last: date, at: datetime, reach: int) -> datetime | None:
    """Return the last change at or before `at`, looked for so much further back that it is known for sure."""
    known = changes(schedule, first - reach * ONE_DAY, last)
    here = bisect_right(known, at, key=_instant)
    since = known[here - 1][0] if here else None
    return since if since is not None and at - since <= (reach + 1) * ONE_DAY else None


def _instant(change: tuple[datetime, int]) -> datetime:
    return change[0]


def changes(schedule: Schedule, first: date, last: date) -> list[tuple[datetime, int]]:
    """Return each instant at which the number wanted changes, and the new number, in order.

    Only what opens on the local dates from `first` to `last` counts, so near both ends it is not the truth.
    """
    return changes_by(schedule, openings(schedule, first, last))


def changes_by(schedule: Schedule, opened: Iterable[tuple[int, Span]]) -> list[tuple[datetime, int]]:
    """Return the changes that the `openings` of a schedule come to."""
    turns = sorted(
        turn for index, one in opened for turn in ((one.opens_at, index, 1), (one.closes_at, index, -1))
    )
    counts = [window.count for window in schedule.windows]
    open_now, target = [0] * len(counts), 0
    found = []
    for place, (at, index, change) in enumerate(turns, 1):
        open_now[index] += change
        if place < len(turns) and turns[place][0] == at:
            continue  # all that turns at one instant does so together
        wanted = _together(schedule.overlap, counts, open_now)
        if wanted != target:
            found.append((at, wanted))
            target = wanted
    return found


def _together(overlap: Overlap, counts: Iterable[int], open_now: Iterable[int]) -> int:
    """Return what the open windows want together; one that overlaps itself counts once."""
    wanted = [count for count, times in zip(counts, open_now, strict=True) if times]
    return TOGETHER[overlap](wanted) if wanted else 0


def _next(schedule: Schedule, later: list[tuple[datetime, int]], last: date) -> datetime | None:
    """Return the first of the `later` changes, unless windows that open after `last` may come before it."""
    if later and later[0][0].astimezone(schedule.zone).date() <= last:
        return later[0][0]
    return None


def _beyond(schedule: Schedule, first: date, last: date, at: datetime, sight: timedelta) -> datetime | None:
    """Return the next change after `at`, looking further and further ahead; None if it is out of `sight`."""
    horizon, further = last + min(sight, LATEST - last), FURTHER
    while schedule.windows and last < horizon:
        last, further = min(last + further, horizon), 2 * further
        known = changes(schedule, first, last)
        until = _next(schedule, known[bisect_right(known, at, key=_instant) :], last)
        if until is not None:
            return until
    return None


def _earlier(quiet: Quiet, until: datetime | None) -> datetime | None:
    return quiet.until if quiet.until and (until is None or quiet.until < until) else None
