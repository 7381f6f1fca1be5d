"""Schedules of any kind, wherever and whenever clocks are moved, against a walk over every minute.

`ORACLE_EXAMPLES` says how many schedules are tried in each zone.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedule_kit import COMPARED, almanac, compare, schedules
from zones import shift, zones_that_shift

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "8"))


def test_all_kinds_of_shifts_are_there() -> None:
    zones = zones_that_shift()
    assert len(zones) > 150
    shifts = sum(map(len, zones.values()))
    assert shifts > 4000


@pytest.mark.parametrize("zone", sorted(zones_that_shift()))
@given(data=st.data())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_demand_is_what_a_walk_over_every_minute_finds(zone: str, data: st.DataObject) -> None:
    middle = shift(zone, data.draw(st.sampled_from(zones_that_shift()[zone]), "week"))
    schedule = data.draw(schedules(zone, middle.date()), "schedule")
    further = middle + data.draw(st.timedeltas(-COMPARED + timedelta(minutes=1), COMPARED), "at")
    compare(schedule, almanac(zone, middle), middle, further)
