"""Rules 3 and 4 in examples: when windows open and close, in zones that do odd things."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoclone.core.demand import Demand, demand_at
from autoclone.core.wall import instant
from autoclone.core.window import Schedule, Span, span
from worlds import utc, window


def ends(zone: str, day: str, opens: str, closes: str) -> tuple[str, str] | None:
    """When a window of that date opens and closes, as the clocks of the zone show it, with their offset."""
    one = span(window(opens, closes, 1), date.fromisoformat(day), ZoneInfo(zone))
    if one is None:
        return None
    begin, end = (
        at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes") for at in (one.opens_at, one.closes_at)
    )
    return begin, end


def test_a_window_of_one_day() -> None:
    assert ends("Europe/Berlin", "2025-06-01", "0900", "1700") == (
        "2025-06-01T09:00+02:00",
        "2025-06-01T17:00+02:00",
    )


@pytest.mark.parametrize("closes", ["0600", "2200"])
def test_a_window_that_closes_no_later_than_it_opens_closes_on_the_next_day(closes: str) -> None:
    one = span(window("2200", closes, 1), date(2025, 1, 25), UTC)
    assert one is not None
    assert one.closes_at.date() == date(2025, 1, 26)


@pytest.mark.parametrize(
    ("zone", "day", "opens", "begin"),
    [
        ("America/New_York", "2025-03-09", "0230", "2025-03-09T03:00-04:00"),
        ("Australia/Lord_Howe", "2025-10-05", "0210", "2025-10-05T02:30+11:00"),
        ("America/Sao_Paulo", "2018-11-04", "0000", "2018-11-04T01:00-02:00"),
        ("Asia/Beirut", "2025-03-30", "0030", "2025-03-30T01:00+03:00"),
        ("America/Nuuk", "2025-03-29", "2315", "2025-03-30T00:00-01:00"),
        ("Antarctica/Troll", "2025-03-30", "0200", "2025-03-30T03:00+02:00"),
    ],
)
def test_a_time_that_does_not_exist_is_the_first_instant_after_the_gap(
    zone: str, day: str, opens: str, begin: str
) -> None:
    both = ends(zone, day, opens, "0600")
    assert both is not None
    assert both[0] == begin


@pytest.mark.parametrize(
    ("zone", "day", "opens", "begin"),
    [
        ("America/New_York", "2025-11-02", "0130", "2025-11-02T01:30-04:00"),
        ("Australia/Lord_Howe", "2025-04-06", "0145", "2025-04-06T01:45+11:00"),
        ("America/Sao_Paulo", "2018-02-17", "2330", "2018-02-17T23:30-02:00"),
        ("Asia/Beirut", "2025-10-25", "2300", "2025-10-25T23:00+03:00"),
        ("America/St_Johns", "2006-10-29", "0000", "2006-10-29T00:00-02:30"),
    ],
)
def test_a_time_that_happens_twice_is_its_first_occurrence(
    zone: str, day: str, opens: str, begin: str
) -> None:
    both = ends(zone, day, opens, "0600")
    assert both is not None
    assert both[0] == begin


def test_a_date_that_a_zone_skips_opens_no_window() -> None:
    assert ends("Pacific/Apia", "2011-12-30", "0900", "1700") is None
    assert ends("Pacific/Apia", "2011-12-30", "2200", "0600") is None
    assert ends("Pacific/Apia", "2011-12-29", "2200", "0600") == (
        "2011-12-29T22:00-10:00",
        "2011-12-31T00:00+14:00",
    )


def test_a_window_whose_ends_fall_on_one_instant_is_none() -> None:
    assert ends("America/New_York", "2025-03-09", "0200", "0300") is None
    assert ends("America/New_York", "2025-03-09", "0215", "0245") is None
    assert ends("America/New_York", "2025-03-09", "0215", "0301") is not None


def test_instants_are_whole_even_where_offsets_are_not() -> None:
    local = datetime.fromisoformat("1960-01-01T09:00")
    assert instant(local, ZoneInfo("Africa/Monrovia")) == utc("1960-01-01T09:44:30")


def schedule(*windows: str, zone: str = "UTC") -> Schedule:
    """Windows written as `0900-1700x3`."""
    parts = [text.replace("x", "-").split("-") for text in windows]
    return Schedule(
        tuple(window(opens, closes, int(count)) for opens, closes, count in parts), ZoneInfo(zone)
    )


def test_a_window_is_open_from_its_opening_to_just_before_its_closing() -> None:
    day = schedule("0900-1700x3")
    for at, target in [("08:59:59.999999", 0), ("09:00", 3), ("16:59:59.999999", 3), ("17:00", 0)]:
        assert demand_at(day, utc(at)).target == target


def test_a_demand_tells_for_how_long_it_holds() -> None:
    day = schedule("0900-1700x3")
    assert demand_at(day, utc("12:00")) == Demand(3, utc("09:00"), utc("17:00"))
    assert demand_at(day, utc("17:00")) == Demand(0, utc("17:00"), utc("2025-01-26T09:00"))
    assert demand_at(day, utc("08:00")) == Demand(0, utc("2025-01-24T17:00"), utc("09:00"))


def test_windows_that_touch_leave_no_closing_between_them() -> None:
    day = schedule("0900-1200x3", "1200-1700x3")
    for minute in range(9 * 60, 17 * 60):
        assert demand_at(day, utc("00:00") + timedelta(minutes=minute)).target == 3


def test_where_windows_overlap_the_larger_count_holds() -> None:
    day = schedule("0900-1700x1", "1200-1300x4", "1230-1400x2")
    for at, target in [("11:59", 1), ("12:00", 4), ("12:59", 4), ("13:00", 2), ("14:00", 1), ("17:00", 0)]:
        assert demand_at(day, utc(at)).target == target


def test_a_schedule_without_windows_wants_nothing_ever() -> None:
    assert demand_at(schedule(), utc("12:00")) == Demand(0)


def test_the_next_opening_is_found_beyond_dates_that_open_none() -> None:
    """Neither the gap's date nor the skipped one opens a window, so the next is two dates off."""
    gap = schedule("0200-0300x1", zone="America/New_York")
    assert demand_at(gap, utc("2025-03-08T12:00-05:00")).until == utc("2025-03-10T02:00-04:00")
    skipped = schedule("0900-1000x1", zone="Pacific/Apia")
    assert demand_at(skipped, utc("2011-12-29T12:00-10:00")).until == utc("2011-12-31T09:00+14:00")


def test_the_last_closing_is_found_beyond_dates_that_open_none() -> None:
    gap = schedule("0200-0300x1", zone="America/New_York")
    assert demand_at(gap, utc("2025-03-10T01:00-04:00")).since == utc("2025-03-08T03:00-05:00")


@pytest.mark.parametrize(
    ("demand", "covered"),
    [
        (Demand(3, utc("09:00"), utc("17:00")), ["09:00", "16:59:59"]),
        (Demand(3, None, utc("17:00")), ["08:59:59", "09:00", "16:59:59"]),
        (Demand(3, utc("09:00"), None), ["09:00", "16:59:59", "17:00"]),
        (Demand(0), ["08:59:59", "09:00", "16:59:59", "17:00"]),
    ],
)
def test_a_demand_covers_the_time_between_its_edges(demand: Demand, covered: list[str]) -> None:
    asked = ["08:59:59", "09:00", "16:59:59", "17:00"]
    assert [at for at in asked if demand.covers(utc(at))] == covered


def test_a_span_keeps_the_count_of_its_window() -> None:
    one = span(window("0900", "1700", 7), date(2025, 1, 25), UTC)
    assert one == Span(utc("09:00"), utc("17:00"), 7)
    assert window("0900", "1700", 7).opens == time(9)
