"""Windows of any shape, in zones that do odd things, against a walk over every minute."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle import Almanac
from schedule_kit import COMPARED, almanac, compare, schedules

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


@lru_cache(maxsize=1)
def watched(zone: str, middle: datetime) -> Almanac:
    return almanac(zone, middle)


@pytest.mark.parametrize(("zone", "around"), ODD_DAYS, ids=str)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_demand_is_what_a_walk_over_every_minute_finds(zone: str, around: date, data: st.DataObject) -> None:
    middle = datetime.combine(around, time(12), UTC)
    schedule = data.draw(schedules(zone, around), "schedule")
    further = middle + data.draw(st.timedeltas(-COMPARED + timedelta(minutes=1), COMPARED), "at")
    compare(schedule, watched(zone, middle), middle, further)
