"""On which dates windows open, and several of them, as users write it."""

from datetime import UTC, date, time, timedelta
from typing import Any

import pytest

from autoclone.config.calendars import calendar
from autoclone.config.dag import Dag, resolve
from autoclone.core.days import EVERY_DAY, Closed, Closure, Days
from autoclone.core.wall import Dst
from autoclone.core.window import Overlap, Schedule, Window
from autoclone.errors import Fault, InvalidInput

ON: dict[str, Any] = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}


def dag(**section: object) -> Dag:
    return resolve({"name": "orders", "autoclone": section}, zone=UTC)


def schedule(**section: object) -> Schedule:
    return dag(**section).plan.schedule


def days(**keys: object) -> Days:
    (window,) = schedule(**ON, **keys).windows
    return window.days


def faults(**section: object) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        dag(**section)
    return list(caught.value.faults)


def fault(**section: object) -> Fault:
    (only,) = faults(**section)
    return only


def remedies(key: str, *values: object) -> list[str]:
    return [fault(**ON, **{key: value}).remedy for value in values]


# Days


def test_without_the_keys_a_window_opens_every_day() -> None:
    assert days() is EVERY_DAY
    assert days(days=None, exclude_dates=None, holidays=None) is EVERY_DAY
    assert days(days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"], exclude_dates=[]) is EVERY_DAY


def test_days_of_the_week_are_three_letters() -> None:
    assert days(days=["mon", "sun"]) == Days(frozenset([0, 6]))
    assert remedies("days", ["Monday"], ["frii"], ["SAT"], [1], ["tomorrow"]) == [
        'Write "mon"',
        'Write "fri"',
        'Write "sat"',
        "Write one of mon, tue, wed, thu, fri, sat, sun",
        "Write one of mon, tue, wed, thu, fri, sat, sun",
    ]
    assert fault(**ON, days=["mon", "x"]).field == "autoclone.days[1]"


def test_days_are_a_list_with_something_in_it() -> None:
    example = 'Write a list of days, such as ["mon", "tue", "wed", "thu", "fri"]'
    assert remedies("days", "Mon - Wed", "weekends", 5, {"mon": True}, []) == [
        'Write ["mon", "tue", "wed"]',
        example,
        example,
        example,
        f"{example}, or remove it for every day",
    ]


# Dates


def test_dates_are_left_out_one_by_one_or_from_the_first_to_the_last() -> None:
    assert days(exclude_dates=["2025-12-24", "2025-12-31..2026-01-01"]).excluded == {
        date(2025, 12, 24),
        date(2025, 12, 31),
        date(2026, 1, 1),
    }


def test_a_malformed_date_says_how_to_write_it() -> None:
    example = 'Write a date as "2025-12-24", or the first and the last of several as "2025-12-24..2026-01-02"'
    written = ["2025/1/5", "20250105", "24.12.2025", "2025-02-30", "2025/02/30", 5, "", "2025-01-01.."]
    assert remedies("exclude_dates", *([one] for one in written)) == [
        'Write "2025-01-05"',
        'Write "2025-01-05"',
        *[example] * 6,
    ]
    assert fault(**ON, exclude_dates=["2025-12-24", "x"]).field == "autoclone.exclude_dates[1]"
    assert fault(**ON, exclude_dates="2025-12-24").problem == "is not a list"


def test_a_range_of_dates_goes_forward_and_is_a_year_at_most() -> None:
    assert remedies("exclude_dates", ["2026-01-02..2025-12-24"], ["2025-01-01..2026-01-02"]) == [
        'Write "2025-12-24..2026-01-02"',
        "Write several, a year at most each",
    ]
    assert len(days(exclude_dates=["2024-01-01..2024-12-31"]).excluded) == 366


def test_no_more_than_ten_years_are_left_out() -> None:
    years = [f"{year}-01-01..{year}-12-31" for year in range(2025, 2036)]
    assert len(days(exclude_dates=years[:10]).excluded) == 3652
    assert fault(**ON, exclude_dates=years).problem == "leaves out more than 3660 dates"


# Holidays


@pytest.mark.parametrize(
    "written", ["US/NY", {"country": "US", "subdivision": "NY"}, "US/New York", {"country": "US"}, "USA"]
)
def test_holidays_are_those_of_a_country_or_of_a_part_of_it(written: object) -> None:
    holidays = days(holidays=written).holidays
    assert holidays is not None
    assert holidays.name_of(date(2025, 7, 4)) == "Independence Day"
    assert holidays.name_of(date(2025, 7, 5)) is None


def test_a_holiday_closes_the_date_and_is_told_in_english() -> None:
    germany = days(holidays="DE/BY")
    assert germany.closed_on(date(2025, 1, 6)) == Closed(Closure.HOLIDAY, date(2025, 1, 6), "Epiphany")
    assert days(holidays="DE").closed_on(date(2025, 1, 6)) is None


def test_what_a_calendar_says_does_not_depend_on_what_it_was_asked_before() -> None:
    """New Year's Day of 2022 was a Saturday, and observed in 2021."""
    new_year = date(2021, 12, 31)
    there, back = type(calendar("US"))("US"), type(calendar("US"))("US")
    years = [date(year, 1, 1) for year in range(2020, 2024)]
    forward = [there.name_of(day) for day in years]
    assert [back.name_of(day) for day in reversed(years)] == forward[::-1]
    assert there.name_of(new_year) == back.name_of(new_year) == "New Year's Day (observed)"
    assert (there == back, hash(there) == hash(back)) == (True, True)


def test_equal_plans_with_holidays_are_equal() -> None:
    assert dag(**ON, holidays="FR").plan == dag(**ON, holidays="FR").plan
    assert dag(**ON, holidays="FR").plan != dag(**ON, holidays="ES").plan


def test_an_unknown_place_names_the_nearest() -> None:
    example = 'Write the code of a country, such as "US", or of one and its subdivision, such as "US/NY"'
    assert remedies("holidays", "us", "Germany", "Germny", "", "HolidayBase", 5, ["US"]) == [
        'Did you mean "US"?',
        'Did you mean "DE"?',
        'Did you mean "DE"?',
        *[example] * 4,
    ]
    assert remedies("holidays", "DE/By", "DE/Bayer", "MC/X") == [
        'Did you mean "DE/BY"?',
        'Did you mean "DE/Bayern"?',
        'Write "MC" alone: it has no subdivisions',
    ]
    assert fault(**ON, holidays="DE/??").remedy.startswith("Write one of BB, BE, ")


def test_an_object_names_a_country_and_nothing_else() -> None:
    wrong = [{}, {"country": 5}, {"country": "US", "subdivision": 5}, {"country": "US", "state": "NY"}]
    assert [fault(**ON, holidays=one).problem for one in wrong] == [
        *["does not name a country"] * 3,
        'has a key that is not known, "state"',
    ]


# Durations


def test_a_window_closes_at_a_time_or_after_a_while() -> None:
    assert schedule(ramp_up_time="0900", duration="1h30m", ramp_count=2).windows == (
        Window(time(9), timedelta(minutes=90), 2),
    )
    found = dag(ramp_up_time="0900", duration="1h30m", ramp_count=2)
    assert found.plan.disabled is None
    assert found.config == {
        "ramp_up_time": "0900",
        "ramp_down_time": None,
        "ramp_count": 2,
        "duration": "1h30m",
    }


def test_both_a_time_and_a_duration_are_an_error() -> None:
    found = fault(**ON, duration="8h")
    assert (found.field, found.remedy) == ("autoclone.duration", "Keep one of them: both say when it closes")
    assert schedule(**{**ON, "ramp_down_time": ""}, duration="8h").windows[0].closes == timedelta(hours=8)


@pytest.mark.parametrize("written", ["", "999ms", "7d1s", 90, "an hour"])
def test_a_malformed_duration_is_an_error(written: object) -> None:
    found = fault(ramp_up_time="0900", ramp_count=2, duration=written)
    assert found.field == "autoclone.duration"
    assert found.remedy in (
        'Write a duration from "1s" to "7d"',
        'Write a number and a unit, such as "250ms", "5s" or "1h30m"',
    )


# Several windows


def test_a_window_takes_what_it_leaves_out_from_beside_them() -> None:
    found = schedule(
        ramp_count=3,
        days=["mon"],
        holidays="US",
        windows=[
            {"ramp_up_time": "0900", "ramp_down_time": "1000"},
            {"ramp_up_time": "1100", "duration": "2h", "ramp_count": 1, "days": None, "holidays": None},
            {"ramp_up_time": "1100", "duration": "2h", "days": ["tue"], "name": "late"},
        ],
    )
    mondays = Days(frozenset([0]), holidays=calendar("US"))
    assert found.windows == (
        Window(time(9), time(10), 3, mondays),
        Window(time(11), timedelta(hours=2), 1),
        Window(time(11), timedelta(hours=2), 3, Days(frozenset([1]), holidays=calendar("US")), "late"),
    )


def test_a_closing_of_its_own_comes_before_the_default() -> None:
    own = schedule(ramp_down_time="1700", ramp_count=3, windows=[{"ramp_up_time": "0900", "duration": "1h"}])
    assert own.windows[0].closes == timedelta(hours=1)
    own = schedule(duration="2h", ramp_count=3, windows=[{"ramp_up_time": "0900", "ramp_down_time": "1000"}])
    assert own.windows[0].closes == time(10)


def test_how_they_go_together_is_named() -> None:
    assert schedule(**ON).overlap is Overlap.MAX
    assert schedule(**ON).dst is Dst.FIRST
    found = schedule(windows=[ON, ON], overlap="sum", dst="skip")
    assert (found.overlap, found.dst) == (Overlap.SUM, Dst.SKIP)
    assert fault(**ON, overlap="mx").remedy == "Did you mean max?"
    assert fault(**ON, dst="none").remedy == "Write one of first, last, skip"


def test_a_whole_window_beside_them_is_an_error_that_says_what_to_do() -> None:
    found = fault(**ON, windows=[ON])
    assert (found.field, found.problem) == ("autoclone.windows", "stands beside the keys of a whole window")
    assert found.remedy.startswith("Move ramp_up_time, ramp_down_time (or duration) and ramp_count into")
    assert fault(ramp_up_time="0900", duration="1h", ramp_count=1, windows=[ON]).field == "autoclone.windows"


def test_a_window_that_lacks_something_is_an_error() -> None:
    found = faults(windows=[ON, {"ramp_up_time": ""}])
    assert [one.field for one in found] == [
        "autoclone.windows[1].ramp_up_time",
        "autoclone.windows[1].ramp_down_time",
        "autoclone.windows[1].ramp_count",
    ]
    assert found[1].problem == "ramp_down_time or duration is missing"


def test_a_window_may_not_close_when_it_opens_whichever_of_the_times_is_its_own() -> None:
    found = fault(ramp_up_time="0900", windows=[{"ramp_down_time": "0900", "ramp_count": 1}])
    assert (found.field, found.value) == ("autoclone.windows[0].ramp_down_time", '"0900"')
    found = fault(ramp_down_time="0900", windows=[{"ramp_up_time": "0900", "ramp_count": 1}])
    assert found.field == "autoclone.windows[0].ramp_up_time"


def test_what_is_wrong_inside_a_window_is_told_where_it_is() -> None:
    found = fault(windows=[ON, {**ON, "ramp_cuont": 1}])
    assert (found.field, found.remedy) == ("autoclone.windows[1].ramp_cuont", "Did you mean ramp_count?")
    assert fault(windows=[{**ON, "order": "oldest"}]).remedy == "Write it beside windows: it is for all"
    assert fault(windows=[{**ON, "start_time": "0900"}]).remedy.startswith("Write ramp_up_time")
    assert fault(windows=[{**ON, "days": ["x"]}]).field == "autoclone.windows[0].days[0]"
    assert fault(windows=[{**ON, "duration": "1h"}]).field == "autoclone.windows[0].duration"
    assert fault(windows=[5]).field == "autoclone.windows[0]"


@pytest.mark.parametrize("written", [{}, "0900-1700", 5, ON])
def test_windows_are_a_list(written: object) -> None:
    assert fault(windows=written).remedy.startswith('Write a list of objects, such as [{"ramp_up_time"')


def test_there_are_so_many_at_most() -> None:
    assert len(schedule(windows=[ON] * 50).windows) == 50
    assert fault(windows=[ON] * 51).problem == "has more than 50 windows"


def test_all_of_them_together_want_no_more_clones_than_one_may() -> None:
    many = {**ON, "ramp_count": 6000}
    assert len(schedule(windows=[many, many]).windows) == 2
    assert fault(windows=[many, many], overlap="sum").problem.startswith("want 12000 clones together")


@pytest.mark.parametrize("name", ["", " ", "a\nb", 5, "x" * 61])
def test_a_windows_name_is_some_words(name: object) -> None:
    assert fault(windows=[{**ON, "name": name}]).field == "autoclone.windows[0].name"


def test_windows_that_want_nothing_are_off() -> None:
    assert dag(windows=[]).plan.disabled == "AutoClone is off: windows is empty"
    none = {**ON, "ramp_count": 0}
    assert dag(windows=[none, none]).plan.disabled == "AutoClone is off: ramp_count is 0 in every window"
    assert dag(windows=[none, ON]).plan.disabled is None
    assert [one.count for one in schedule(windows=[{**ON, "ramp_count": -1}, ON]).windows] == [0, 5]


def test_windows_are_shown_as_written_and_the_three_keys_are_none() -> None:
    assert dag(windows=[ON]).config == {
        "ramp_up_time": None,
        "ramp_down_time": None,
        "ramp_count": None,
        "windows": [ON],
    }


def test_faults_inside_windows_are_told_in_the_order_of_the_document() -> None:
    found = faults(order="x", windows=[{**ON, "days": []}, {"ramp_count": "5"}], dst="x")
    assert [one.field for one in found] == [
        "autoclone.order",
        "autoclone.windows[0].days",
        "autoclone.windows[1].ramp_count",
        "autoclone.dst",
    ]
