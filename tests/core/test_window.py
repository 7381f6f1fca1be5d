"""Rules 3 and 4 in examples: when windows open and close, in zones that do odd things."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoclone.core.demand import Demand, demand_at
from autoclone.core.wall import Dst, Oddity, instant, oddity
from autoclone.core.window import Overlap, Schedule, Span, Window, span
from worlds import utc, window


def ends(zone: str, day: str, opens: str, closes: str, dst: Dst = Dst.FIRST) -> tuple[str, str] | None:
    """When a window of that date opens and closes, as the clocks of the zone show it, with their offset."""
    one = span(window(opens, closes, 1), date.fromisoformat(day), ZoneInfo(zone), dst)
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


@pytest.mark.parametrize(
    ("dst", "opens", "closes", "both"),
    [
        (Dst.FIRST, "0130", "0300", ("2025-11-02T01:30-04:00", "2025-11-02T03:00-05:00")),
        (Dst.LAST, "0130", "0300", ("2025-11-02T01:30-05:00", "2025-11-02T03:00-05:00")),
        (Dst.FIRST, "0030", "0130", ("2025-11-02T00:30-04:00", "2025-11-02T01:30-04:00")),
        (Dst.LAST, "0030", "0130", ("2025-11-02T00:30-04:00", "2025-11-02T01:30-05:00")),
        (Dst.SKIP, "0030", "0130", ("2025-11-02T00:30-04:00", "2025-11-02T01:30-04:00")),
        (Dst.LAST, "0030", "0100", ("2025-11-02T00:30-04:00", "2025-11-02T01:00-05:00")),
        (Dst.LAST, "0200", "0300", ("2025-11-02T02:00-05:00", "2025-11-02T03:00-05:00")),
    ],
)
def test_which_of_two_occurrences_is_meant(dst: Dst, opens: str, closes: str, both: tuple[str, str]) -> None:
    assert ends("America/New_York", "2025-11-02", opens, closes, dst) == both


@pytest.mark.parametrize("dst", Dst)
def test_a_time_in_a_gap_is_the_moment_of_the_jump_whichever_is_meant(dst: Dst) -> None:
    assert ends("America/New_York", "2025-03-09", "0230", "0330", dst) == (
        "2025-03-09T03:00-04:00",
        "2025-03-09T03:30-04:00",
    )


@pytest.mark.parametrize(
    ("zone", "at", "what"),
    [
        ("America/New_York", "2025-03-09T01:59", None),
        ("America/New_York", "2025-03-09T02:00", Oddity.SKIPPED),
        ("America/New_York", "2025-03-09T02:59", Oddity.SKIPPED),
        ("America/New_York", "2025-03-09T03:00", None),
        ("America/New_York", "2025-11-02T00:59", None),
        ("America/New_York", "2025-11-02T01:00", Oddity.REPEATED),
        ("America/New_York", "2025-11-02T01:59", Oddity.REPEATED),
        ("America/New_York", "2025-11-02T02:00", None),
        ("Pacific/Apia", "2011-12-30T12:00", Oddity.SKIPPED),
        ("UTC", "2025-03-09T02:30", None),
    ],
)
def test_what_clocks_do_to_a_time(zone: str, at: str, what: Oddity | None) -> None:
    assert oddity(datetime.fromisoformat(at), ZoneInfo(zone)) is what


@pytest.mark.parametrize(
    ("day", "until"),
    [("2025-03-08", "02:00-05:00"), ("2025-03-09", "03:00-04:00"), ("2025-11-02", "01:00-05:00")],
)
def test_a_duration_is_elapsed_time(day: str, until: str) -> None:
    length = Window(time(0, 30), timedelta(minutes=90), 1)
    one = span(length, date.fromisoformat(day), ZoneInfo("America/New_York"))
    assert one is not None
    assert one.closes_at == datetime.fromisoformat(f"{day}T{until}")
    assert one.closes_at - one.opens_at == timedelta(minutes=90)


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


def test_the_counts_of_open_windows_add_up_with_sum_each_window_once() -> None:
    long = Window(time(9), timedelta(hours=30), 2)
    both = Schedule((window("0900", "1700", 1), long), ZoneInfo("UTC"), Overlap.SUM)
    assert {at: demand_at(both, utc(at)).target for at in ("08:00", "10:00", "16:00", "18:00")} == {
        "08:00": 2,
        "10:00": 3,
        "16:00": 3,
        "18:00": 2,
    }


def test_the_window_listed_first_holds_with_first_even_where_it_wants_none() -> None:
    day = Schedule(
        (window("1200", "1300", 0), window("0900", "1500", 2), window("1400", "1700", 4)),
        ZoneInfo("UTC"),
        Overlap.FIRST,
    )
    for at, target in [("11:59", 2), ("12:00", 0), ("13:00", 2), ("14:30", 2), ("15:00", 4), ("17:00", 0)]:
        assert demand_at(day, utc(at)).target == target
    assert demand_at(day, utc("12:30")) == Demand(0, utc("12:00"), utc("13:00"))


def test_an_edge_at_which_nothing_changes_is_none() -> None:
    day = schedule("0900-1200x3", "1100-1700x3", "1130-1600x1")
    assert demand_at(day, utc("13:00")) == Demand(3, utc("09:00"), utc("17:00"))


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
