"""Rules 3, 4 and 11 as a ramp lives them: nights, clocks that shift, and names."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from worlds import World, nine_to_five, plan, utc, window

NEW_YORK = ZoneInfo("America/New_York")


def test_rule_3_a_window_over_midnight_is_one() -> None:
    world = World(plan(window("2200", "0600", 2)), utc("21:00"))
    world.until("2025-01-26T05:59")
    assert [event.type for event in world.events].count("ramp_up.started") == 1
    assert world.alive == ["220000", "220100"]
    world.until("2025-01-26T07:00")
    assert world.alive == []


def test_rule_3_joining_after_midnight_joins_the_window_of_the_day_before() -> None:
    world = World(plan(window("2200", "0600", 2)), utc("03:00"))
    world.until("03:01")
    assert world.alive == ["030000", "030100"]
    world.until("07:00")
    assert world.alive == []


def test_rule_4_pace_is_elapsed_time_when_the_clocks_go_back() -> None:
    world = World(plan(window("0158", "0400", 4), zone=NEW_YORK), utc("2025-11-02T00:00-04:00"))
    world.until("2025-11-02T03:00-05:00")
    assert world.alive == ["015800", "015900", "010000", "010100"]
    assert [clone.since for clone in world.state.clones] == [
        utc("2025-11-02T01:58-04:00") + k * timedelta(minutes=1) for k in range(4)
    ]


def test_rule_4_pace_is_elapsed_time_when_the_clocks_go_forward() -> None:
    world = World(plan(window("0158", "0400", 4), zone=NEW_YORK), utc("2025-03-09T00:00-05:00"))
    world.until("2025-03-09T03:30-04:00")
    assert world.alive == ["015800", "015900", "030000", "030100"]


def test_rule_4_a_skipped_date_opens_no_window() -> None:
    apia = ZoneInfo("Pacific/Apia")
    world = World(plan(window("0900", "1700", 1), zone=apia), utc("2011-12-29T08:00-10:00"))
    world.until("2011-12-31T20:00+14:00")
    created = [
        event.at.astimezone(apia).date().day for event in world.events if event.type == "clone.created"
    ]
    assert created == [29, 31]


def test_rule_4_windows_that_touch_are_one() -> None:
    world = World(plan(window("0900", "1200", 2), window("1200", "1700", 2)), utc("09:00"))
    world.until("10:00")
    world.news()
    assert world.until("16:59") == []


def test_rule_4_where_windows_overlap_the_larger_count_holds() -> None:
    world = World(plan(window("0900", "1700", 1), window("1200", "1300", 2)), utc("09:00"))
    world.until("11:59")
    assert world.alive == ["090000"]
    world.until("12:59")
    assert world.alive == ["090000", "120000"]
    world.until("16:59")
    assert world.alive == ["120000"]


def test_rule_11_the_stamp_is_in_the_zone_of_the_window() -> None:
    world = World(nine_to_five(zone=ZoneInfo("Asia/Tokyo")), utc("2025-06-01T09:00+09:00"))
    world.tell()
    assert list(world.runtime) == ["orders_20250601090000"]
    assert world.events[-1].at == utc("2025-06-01T00:00")


def test_rule_11_a_name_that_is_taken_gives_way_to_the_next_free_second() -> None:
    world = World(nine_to_five(), utc("09:00"))
    world.taken = ("orders_20250125090000", "orders_20250125090001")
    world.tell()
    assert list(world.runtime) == ["orders_20250125090002"]


def test_rule_11_the_hour_that_comes_twice_gives_no_name_twice() -> None:
    every = timedelta(minutes=30)
    world = World(plan(window("0100", "0500", 5), zone=NEW_YORK, every=every), utc("2025-11-02T00:00-04:00"))
    world.until("2025-11-02T03:00-05:00")
    assert world.alive == ["010000", "013000", "010001", "013001", "020000"]
