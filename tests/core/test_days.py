"""Windows that open on some dates only, and what is told of those on which they do not."""

from dataclasses import dataclass
from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

from autoclone.core.days import Closed, Closure, Days
from autoclone.core.demand import Demand, demand_at
from autoclone.core.wall import Dst
from autoclone.core.window import Schedule, Window
from worlds import utc

WORKDAYS = frozenset(range(5))
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2025, 1, day) for day in (24, 25, 26, 27))


@dataclass(frozen=True)
class OneHoliday:
    """A calendar with one day in it."""

    day: date

    def name_of(self, day: date) -> str | None:
        return "Founders' Day" if day == self.day else None


def nine_to_five(days: Days, *further: Window, zone: str = "UTC", dst: Dst = Dst.FIRST) -> Schedule:
    return Schedule((Window(time(9), time(17), 3, days), *further), ZoneInfo(zone), dst=dst)


def test_no_window_opens_on_other_days_of_the_week() -> None:
    weekdays = nine_to_five(Days(WORKDAYS))
    assert demand_at(weekdays, utc("2025-01-24T12:00")).target == 3
    closed = Closed(Closure.WEEKDAY, SATURDAY)
    assert demand_at(weekdays, utc("2025-01-25T12:00")) == Demand(
        0, utc("2025-01-24T17:00"), utc("2025-01-27T09:00"), closed, utc("2025-01-26")
    )


def test_a_date_that_is_left_out_is_the_reason_all_day_long() -> None:
    weekdays = nine_to_five(Days(WORKDAYS))
    reasons = {
        at: demand_at(weekdays, utc(at)).closed
        for at in ("2025-01-24T17:00", "2025-01-24T23:59", "2025-01-25", "2025-01-26", "2025-01-27")
    }
    assert reasons == {
        "2025-01-24T17:00": None,
        "2025-01-24T23:59": None,
        "2025-01-25": Closed(Closure.WEEKDAY, SATURDAY),
        "2025-01-26": Closed(Closure.WEEKDAY, SUNDAY),
        "2025-01-27": None,
    }


def test_it_is_looked_at_again_when_the_reason_changes() -> None:
    weekdays = nine_to_five(Days(WORKDAYS))
    friday = demand_at(weekdays, utc("2025-01-24T18:00"))
    assert (friday.ends_at, friday.until) == (utc("2025-01-25"), utc("2025-01-27T09:00"))
    assert friday.covers(utc("2025-01-24T23:59"))
    assert not friday.covers(utc("2025-01-25"))
    thursday = demand_at(weekdays, utc("2025-01-23T18:00"))
    assert (thursday.ends_at, thursday.again) == (utc("2025-01-24T09:00"), None)


def test_dates_and_holidays_are_left_out_and_told() -> None:
    without = nine_to_five(Days(excluded=frozenset([FRIDAY]), holidays=OneHoliday(MONDAY)))
    assert demand_at(without, utc("2025-01-24T12:00")).closed == Closed(Closure.DATE, FRIDAY)
    assert demand_at(without, utc("2025-01-25T12:00")).target == 3
    assert demand_at(without, utc("2025-01-27T12:00")).closed == Closed(
        Closure.HOLIDAY, MONDAY, "Founders' Day"
    )


def test_the_date_is_the_one_on_which_a_window_opens() -> None:
    night = Schedule((Window(time(22), time(6), 2, Days(frozenset([4]))),), UTC)
    assert demand_at(night, utc("2025-01-25T05:59")).target == 2
    assert demand_at(night, utc("2025-01-25T22:30")).closed == Closed(Closure.WEEKDAY, SATURDAY)
    assert demand_at(night, utc("2025-01-27T21:00")).closed == Closed(Closure.WEEKDAY, MONDAY)


def test_where_another_window_opens_that_day_the_reason_lasts_as_long_as_the_window_would() -> None:
    evening = Window(time(20), time(22), 1)
    both = nine_to_five(Days(WORKDAYS), evening)
    assert demand_at(both, utc("2025-01-25T08:59")).closed is None
    assert demand_at(both, utc("2025-01-25T09:00")).closed == Closed(Closure.WEEKDAY, SATURDAY)
    assert demand_at(both, utc("2025-01-25T17:00")).closed is None
    assert demand_at(both, utc("2025-01-25T21:00")).target == 1


def test_a_window_may_last_for_days() -> None:
    week = Schedule((Window(time(9), timedelta(days=4, hours=8), 3, Days(frozenset([0]))),), UTC)
    assert demand_at(week, utc("2025-01-24T16:59")) == Demand(
        3, utc("2025-01-20T09:00"), utc("2025-01-24T17:00")
    )
    assert demand_at(week, utc("2025-01-24T17:00")).until == utc("2025-01-27T09:00")


def test_an_opening_is_found_however_rare() -> None:
    """All but the 29th of February is left out, and all but Mondays: the horizon is ten years."""
    leap_days = frozenset(
        day
        for day in (date(2025, 1, 1) + timedelta(days=n) for n in range(12 * 365))
        if (day.month, day.day) != (2, 29)
    )
    rare = nine_to_five(Days(excluded=leap_days))
    assert demand_at(rare, utc("12:00")).until == utc("2028-02-29T09:00")
    never = nine_to_five(Days(frozenset([0]), leap_days))
    assert demand_at(never, utc("12:00")).until is None


def test_a_window_that_is_always_open_is_looked_at_again_in_two_months() -> None:
    always = Window(time(9), timedelta(days=1), 3)
    in_two_months = utc("12:00") + timedelta(days=60)
    assert demand_at(Schedule((always,), UTC), utc("12:00")) == Demand(3, again=in_two_months)
    later = Days(excluded=frozenset([date(2025, 3, 1)]))
    but_for = Schedule((Window(time(9), timedelta(days=1), 3, later),), UTC)
    assert demand_at(but_for, utc("12:00")) == Demand(3, None, utc("2025-03-01T09:00"))


def test_near_the_end_of_time_nothing_more_is_looked_for() -> None:
    never = nine_to_five(Days(frozenset()))
    assert demand_at(never, utc("9998-06-01")).until is None


def test_clocks_that_skip_an_opening_may_leave_it_out() -> None:
    early = Schedule((Window(time(2, 30), time(4), 1),), ZoneInfo("America/New_York"), dst=Dst.SKIP)
    sunday = demand_at(early, utc("2025-03-09T03:30-04:00"))
    assert sunday.closed == Closed(Closure.CLOCKS, date(2025, 3, 9))
    assert sunday.until == utc("2025-03-10T02:30-04:00")
