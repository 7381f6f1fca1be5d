"""On which dates windows open, as users write it."""

from datetime import UTC, date
from typing import Any

import pytest

from autoclone.config.calendars import calendar
from autoclone.config.dag import Dag, resolve
from autoclone.core.days import EVERY_DAY, Closed, Closure, Days
from autoclone.core.window import Schedule
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
