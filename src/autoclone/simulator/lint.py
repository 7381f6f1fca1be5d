"""The schedule linter: what in a schedule will surprise its owner within the next five years.

It looks at every date to come. What it finds is not wrong: the schedule does what the rules say. But it may
not be what was meant, so each finding says what to write instead, or what to write to say that it is meant.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from autoclone.config.durations import format_duration
from autoclone.core.days import Closure
from autoclone.core.demand import changes_by
from autoclone.core.model import Pace, Plan
from autoclone.core.wall import ONE_DAY, Dst, Oddity, midnight, oddity
from autoclone.core.window import Overlap, Schedule, Span, closed_on, dates, openings

FIVE_YEARS = timedelta(days=1827)
SOON = timedelta(days=8)

# The keys by which an owner says what is meant.
DECIDING = frozenset({"dst", "overlap"})


class Kind(StrEnum):
    """What may be surprising."""

    SKIPPED = "skipped"
    """Clocks skip the time of an opening or a closing."""
    REPEATED = "repeated"
    """Clocks show it twice."""
    OVERLAPPING = "overlapping"
    """Two windows are open at once."""
    NEVER_OPENING = "never-opening"
    """A window that never opens, or never matters."""
    TOO_SHORT = "too-short"
    """The ramp does not get to the top before the window closes."""
    ALWAYS_OPEN = "always-open"
    """Nothing ever closes, so no clone ever goes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One surprise.

    Attributes:
        kind: which.
        window: what it is about: the name of a window, or its place in the document.
        problem: what will happen, in words.
        dates: on which dates, in order; empty where it is no matter of dates.
        remedy: what to write instead, or to say that it is meant.
    """

    kind: Kind
    window: str
    problem: str
    dates: tuple[date, ...]
    remedy: str


# What follows for a window whose times clocks skip or repeat.
READ_AS = {
    (Oddity.SKIPPED, Dst.FIRST): "it is read as the moment at which they do",
    (Oddity.SKIPPED, Dst.LAST): "it is read as the moment at which they do",
    (Oddity.REPEATED, Dst.FIRST): "it is read as the first of the two",
    (Oddity.REPEATED, Dst.LAST): "it is read as the last of the two",
}
DOES = {Oddity.SKIPPED: "clocks skip", Oddity.REPEATED: "clocks show twice"}
TOGETHER = {
    Overlap.MAX: "the larger count holds",
    Overlap.SUM: "their counts add up",
    Overlap.FIRST: "the one listed first holds",
}
SAY_DST = 'Choose another time, or write "dst": "first", "last" or "skip" to say what is meant'
SAY_OVERLAP = 'Choose other times, or write "overlap": "max", "sum" or "first" to say what is meant'


def lint(plan: Plan, today: date, decided: Collection[str] = ()) -> list[Finding]:
    """Return what may be surprising in the schedule of `plan` from the local date `today` on, for five years.

    Args:
        plan: the configuration, resolved. One that is off has no windows, and so no surprises.
        today: the first date that is looked at.
        decided: those of the `DECIDING` keys that its owner has written; what they decide is no surprise.
    """
    schedule = plan.schedule
    if not schedule.windows:
        return []
    last = today + FIVE_YEARS
    opened = list(openings(schedule, today, last))
    found = [*_never(schedule, opened)]
    if "dst" not in decided:
        found += _odd(schedule, today, last)
    if "overlap" not in decided:
        found += _overlapping(schedule, opened)
    ups = changes_by(schedule, opened)
    found += _too_short(plan, ups)
    found += _always(schedule, ups, today, last)
    return found


def _label(schedule: Schedule, index: int) -> str:
    if len(schedule.windows) == 1 and schedule.windows[0].name is None:
        return "the window"
    return schedule.windows[index].name or f"windows[{index}]"


def _never(schedule: Schedule, opened: list[tuple[int, Span]]) -> Iterator[Finding]:
    opening = {index for index, _ in opened}
    for index, window in enumerate(schedule.windows):
        label = _label(schedule, index)
        if index not in opening:
            remedy = "Change its days, exclude_dates or holidays, or remove it"
            yield Finding(Kind.NEVER_OPENING, label, "does not open in the next five years", (), remedy)
        elif not window.count and schedule.overlap is not Overlap.FIRST:
            remedy = 'Write "overlap": "first" and list it before the others, or remove it'
            yield Finding(Kind.NEVER_OPENING, label, "wants 0 clones, which changes nothing", (), remedy)


def _odd(schedule: Schedule, first: date, last: date) -> Iterator[Finding]:
    """Yield the times that clocks skip or show twice, on dates on which their windows open."""
    shifting = [day for day in dates(first, last) if _shifts(day, schedule.zone)]
    for index, window in enumerate(schedule.windows):
        found: dict[tuple[Oddity, str, time], list[date]] = defaultdict(list)
        walls = [("opens", window.opens, timedelta())]
        if isinstance(window.closes, time):
            after = timedelta() if window.closes > window.opens else ONE_DAY
            walls.append(("closes", window.closes, after))
        for day in shifting:
            for verb, wall, after in walls:
                what = oddity(datetime.combine(day, wall), schedule.zone)
                closed = closed_on(window, day - after, schedule.zone, schedule.dst)
                if what is not None and (closed is None or closed.kind is Closure.CLOCKS):
                    found[what, verb, wall].append(day - after)
        for (what, verb, wall), days in found.items():
            read = READ_AS.get((what, schedule.dst), "no window opens then")
            problem = f"{verb} at {wall:%H%M}, which {DOES[what]} in {schedule.zone}: {read}"
            yield Finding(Kind(what), _label(schedule, index), problem, tuple(days), SAY_DST)


def _shifts(day: date, zone: tzinfo) -> bool:
    """Whether clocks in `zone` are moved on `day`."""
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + ONE_DAY))
    return begins.utcoffset() != ends.utcoffset() or begins.replace(fold=1).utcoffset() != begins.utcoffset()


def _overlapping(schedule: Schedule, opened: list[tuple[int, Span]]) -> Iterator[Finding]:
    together: dict[tuple[int, int], list[date]] = defaultdict(list)
    still: list[tuple[int, Span]] = []
    for index, one in sorted(opened, key=lambda pair: (pair[1].opens_at, pair[0])):
        still = [pair for pair in still if pair[1].closes_at > one.opens_at]
        day = one.opens_at.astimezone(schedule.zone).date() if still else date.min
        for other, _ in still:
            together[min(index, other), max(index, other)].append(day)
        still.append((index, one))
    for (index, other), days in sorted(together.items()):
        label, twin = _label(schedule, index), _label(schedule, other)
        if index == other:
            remedy = "Make its duration shorter than a day, or give it fewer days"
            problem = "is still open when it opens again, and counts once"
        else:
            remedy, problem = SAY_OVERLAP, f"is open together with {twin}: {TOGETHER[schedule.overlap]}"
        yield Finding(Kind.OVERLAPPING, label, problem, tuple(sorted(set(days))), remedy)


def _too_short(plan: Plan, ups: list[tuple[datetime, int]]) -> Iterator[Finding]:
    """Yield the rises that end before the ramp is there; the last one may go on beyond what is known."""
    found: dict[tuple[int, timedelta, timedelta], list[date]] = defaultdict(list)
    before = 0
    for (at, target), (until, then) in pairwise(ups):
        takes = _takes(plan.up, target - before)
        if target > then and takes >= until - at and takes:
            found[target, takes, until - at].append(at.astimezone(plan.schedule.zone).date())
        before = target
    for (target, takes, lasts), days in sorted(found.items()):
        length, needed = format_duration(lasts), format_duration(takes)
        problem = f"wants {target} clones for {length}, and the last would be made after {needed}"
        remedy = "Make ramp_interval shorter, ramp_step larger, ramp_count smaller, or the window longer"
        yield Finding(Kind.TOO_SHORT, "the schedule", problem, tuple(days), remedy)


def _takes(pace: Pace, clones: int) -> timedelta:
    """Return how long after the opening the last of so many more clones is made."""
    return max(0, -(-clones // pace.step) - 1) * pace.interval


def _always(
    schedule: Schedule, ups: list[tuple[datetime, int]], first: date, last: date
) -> Iterator[Finding]:
    soon, end = midnight(first + SOON, schedule.zone), midnight(last, schedule.zone)
    if ups and ups[0][0] < soon and all(target for at, target in ups if at < end):
        begins = ups[0][0].astimezone(schedule.zone).date()
        problem = "is open all the time for the next five years: no clone goes by the clock"
        remedy = "Close it for a while, or leave out a date, if that is not what is meant"
        yield Finding(Kind.ALWAYS_OPEN, "the schedule", problem, (begins,), remedy)
