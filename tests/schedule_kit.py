"""Random schedules of every kind, and what the oracle says of them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from autoclone.core.days import EVERY_DAY, EVERY_WEEKDAY, Days
from autoclone.core.demand import demand_at
from autoclone.core.wall import Dst
from autoclone.core.window import Overlap, Schedule, Window
from oracle import Almanac, changes, edges, wanted

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)

# For so long before and after the date in the middle a clock is watched, and schedules are compared.
WATCHED, COMPARED = (9, 4), timedelta(hours=36)


@dataclass(frozen=True)
class SomeHolidays:
    """A calendar with a few days in it."""

    days: frozenset[date]

    def name_of(self, day: date) -> str | None:
        return "a holiday" if day in self.days else None


times = st.one_of(
    st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    st.sampled_from([time(0), time(0, 1), time(1), time(1, 30), time(2), time(2, 30), time(3), time(23, 30)]),
)
lengths = st.one_of(
    st.integers(1, 24 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=1, hours=2), timedelta(days=3)]),
)


def _day_rules(around: date) -> st.SearchStrategy[Days]:
    near = st.sets(st.integers(-6, 4), max_size=3).map(
        lambda offsets: frozenset(around + timedelta(days=offset) for offset in offsets)
    )
    weekdays = st.one_of(st.just(EVERY_WEEKDAY), st.frozensets(st.integers(0, 6), min_size=1))
    some = st.builds(Days, weekdays, near, st.none() | near.map(SomeHolidays))
    return st.just(EVERY_DAY) | some


def schedules(zone: str, around: date) -> st.SearchStrategy[Schedule]:
    """Schedules of one to four windows, with rules for dates near the one in the middle."""
    windows = st.builds(
        Window, times, st.one_of(times, times, lengths), st.integers(0, 6), _day_rules(around)
    ).filter(lambda one: one.opens != one.closes)
    several = st.lists(windows, min_size=1, max_size=4).map(tuple).filter(_wants_something)
    place = st.just(ZoneInfo(zone))
    return st.builds(Schedule, several, place, st.sampled_from(Overlap), st.sampled_from(Dst))


def _wants_something(windows: tuple[Window, ...]) -> bool:
    """Whether one wants clones: without, AutoClone is off."""
    return any(window.count for window in windows)


def almanac(zone: str, middle: datetime) -> Almanac:
    """The clock of a zone, watched for long enough around `middle`, in UTC."""
    before, after = WATCHED
    first = middle.replace(second=0, microsecond=0) - before * DAY
    return Almanac(ZoneInfo(zone), first, before + after)


def compare(schedule: Schedule, watched: Almanac, middle: datetime, further: datetime) -> None:
    """Assert that the core wants what a walk over every minute finds, and says until when and why."""
    openings = watched.openings(schedule)
    turns = changes(openings, schedule.overlap)
    known = middle + COMPARED
    near = [edge for edge in edges(openings) if abs(edge - middle) < COMPARED]
    for at in sorted({at for edge in near for at in (edge - TICK, edge)} | {further}):
        demand = demand_at(schedule, at)
        assert demand.target == wanted(openings, at, schedule.overlap)
        last = max((turn for turn in turns if turn <= at), default=None)
        assert demand.since == last or (demand.since is None and (last is None or at - last > DAY))
        if demand.until is None or demand.until > known:
            assert not [turn for turn in turns if at < turn <= known]
        else:
            assert demand.until == min(turn for turn in turns if turn > at)
        why = watched.why_shut(schedule, openings, at)
        assert why == (demand.closed and (demand.closed.day, demand.closed.kind))
        assert demand.ends_at is None or demand.ends_at > at
        for later in (instant for instant in (at + timedelta(hours=5), known) if demand.covers(instant)):
            assert wanted(openings, later, schedule.overlap) == demand.target
            assert watched.why_shut(schedule, openings, later) == why
