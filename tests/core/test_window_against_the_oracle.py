"""Windows of any shape, in zones that do odd things, against a walk over every minute."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoclone.core.demand import demand_at
from autoclone.core.window import Schedule, Window
from oracle import Almanac, changes, edges, wanted

# A zone, and a date near which its clocks do what the note says.
ODD_DAYS = [
    ("UTC", date(2025, 1, 25)),  # nothing
    ("America/New_York", date(2025, 3, 9)),  # 02:00 -> 03:00
    ("America/New_York", date(2025, 11, 2)),  # 02:00 -> 01:00
    ("Europe/Dublin", date(2025, 3, 30)),  # winter is the exception there
    ("Australia/Lord_Howe", date(2025, 4, 6)),  # 02:00 -> 01:30
    ("Australia/Lord_Howe", date(2025, 10, 5)),  # 02:00 -> 02:30
    ("America/Sao_Paulo", date(2018, 2, 18)),  # 00:00 -> 23:00 of the day before
    ("America/Sao_Paulo", date(2018, 11, 4)),  # 00:00 -> 01:00: that midnight does not exist
    ("Asia/Beirut", date(2025, 3, 30)),  # the same
    ("Asia/Beirut", date(2025, 10, 26)),  # 00:00 -> 23:00
    ("America/St_Johns", date(2006, 10, 29)),  # 00:01 -> 23:01: the new date begins twice
    ("America/Nuuk", date(2025, 3, 29)),  # 23:00 -> 24:00: the end of the day does not exist
    ("Asia/Pyongyang", date(2018, 5, 4)),  # 23:30 -> 24:00
    ("Antarctica/Troll", date(2025, 3, 30)),  # 01:00 -> 03:00
    ("Asia/Kathmandu", date(2025, 5, 1)),  # +05:45
    ("Pacific/Apia", date(2011, 12, 30)),  # this date does not exist
    ("Pacific/Kwajalein", date(1993, 8, 21)),  # nor does this one
]
DAYS_AROUND = 8

times = st.one_of(
    st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    st.sampled_from([time(0), time(0, 1), time(1), time(1, 30), time(2), time(2, 30), time(3), time(23, 30)]),
)
windows = st.builds(Window, times, times, st.integers(1, 9)).filter(lambda one: one.opens != one.closes)
schedules = st.lists(windows, min_size=1, max_size=3)
offsets = st.timedeltas(timedelta(0), timedelta(days=5))


@lru_cache(maxsize=1)
def almanac(zone: str, around: date) -> Almanac:
    noon = datetime.combine(around, time(12), UTC)
    return Almanac(ZoneInfo(zone), noon - timedelta(days=DAYS_AROUND), 2 * DAYS_AROUND)


@pytest.mark.parametrize(("zone", "around"), ODD_DAYS, ids=str)
@given(
    several=st.lists(windows, min_size=1, max_size=3), offset=st.timedeltas(timedelta(0), timedelta(days=5))
)
def test_demand_is_what_a_walk_over_every_minute_finds(
    zone: str, around: date, several: list[Window], offset: timedelta
) -> None:
    schedule = Schedule(tuple(several), ZoneInfo(zone))
    openings = almanac(zone, around).openings(schedule)
    turns = changes(openings)
    known_until = datetime.combine(around, time(12), UTC) + timedelta(days=DAYS_AROUND - 4)
    first = datetime.combine(around, time(12), UTC) - timedelta(days=2, hours=12)
    near = [edge for edge in edges(openings) if first <= edge < first + timedelta(days=5)]
    instants = {at for edge in near for at in (edge - timedelta(microseconds=1), edge)} | {first + offset}

    for at in sorted(instants):
        demand = demand_at(schedule, at)
        assert demand.target == wanted(openings, at)
        assert demand.since in (None, max((turn for turn in turns if turn <= at), default=None))
        if demand.until is None or demand.until > known_until:
            assert not [turn for turn in turns if at < turn <= known_until]
        else:
            assert demand.until == min(turn for turn in turns if turn > at)


@pytest.mark.parametrize(("zone", "around"), ODD_DAYS, ids=str)
@given(several=schedules, offset=offsets, apart=st.timedeltas(timedelta(hours=-1), timedelta(hours=1)))
@settings(max_examples=25)
def test_what_a_demand_covers_wants_the_same(
    zone: str, around: date, several: list[Window], offset: timedelta, apart: timedelta
) -> None:
    schedule = Schedule(tuple(several), ZoneInfo(zone))
    openings = almanac(zone, around).openings(schedule)
    first = datetime.combine(around, time(12), UTC) - timedelta(days=2, hours=12)
    here = first + offset
    demand = demand_at(schedule, here)

    for at in [
        here + apart,
        *(edge + apart for edge in edges(openings) if abs(edge - here) < timedelta(days=1)),
    ]:
        if demand.covers(at):
            assert wanted(openings, at) == demand.target
