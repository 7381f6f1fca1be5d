"""What a chart of numbers of clones is drawn of."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.dashboard.chart import COLUMNS, ROWS, TOP, Course, chart_of, counted
from api.foresight import Span

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2025, 1, 25, 5, tzinfo=UTC)  # midnight in New York
DAY = Span(START, START + timedelta(days=1))
WEEK = Span(START, START + timedelta(days=7))
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_a_line_goes_up_and_down_in_steps_over_what_lies_under_it() -> None:
    chart = chart_of(
        [Course("planned", "It", 0, [(at(6), 2), (at(12), 4), (at(18), 0)])], DAY, NEW_YORK, LATER
    )
    (line,) = chart.lines
    assert line.path == "M0 220.0H250V110.0V110.0H500V0.0V0.0H750V220.0V220.0H1000"
    assert line.area == f"{line.path}V{ROWS}H0Z"
    assert [(mark.at, mark.text) for mark in chart.levels] == [
        (TOP + ROWS, "0"),
        (TOP + ROWS * 0.75, "1"),
        (TOP + ROWS * 0.5, "2"),
        (TOP + ROWS * 0.25, "3"),
        (TOP, "4"),
    ]


def test_what_happens_within_one_column_shows_how_far_it_went() -> None:
    steps = [(at(6) + timedelta(seconds=n), clones) for n, clones in enumerate((1, 5, 0, 3))]
    (line,) = chart_of([Course("planned", "It", 0, steps)], DAY, NEW_YORK, LATER).lines
    assert line.path == f"M0 220.0H250V0.0V220.0V88.0V88.0H{COLUMNS}"


def test_courses_share_their_levels() -> None:
    courses = [Course("planned", "It", 1, []), Course("stored", "Other", 40, [(at(1), 73)])]
    chart = chart_of(courses, DAY, NEW_YORK, LATER)
    assert [mark.text for mark in chart.levels] == ["0", "20", "40", "60", "80"]
    assert [line.look for line in chart.lines] == ["planned", "stored"]


@pytest.mark.parametrize(("clones", "most"), [(0, "1"), (1, "1"), (7, "8"), (11, "15"), (9_999, "10,000")])
def test_the_highest_level_is_a_round_number_above_all(clones: int, most: str) -> None:
    chart = chart_of([Course("planned", "It", clones, [])], DAY, NEW_YORK, LATER)
    assert chart.levels[-1].text == most
    assert chart.levels[-1].at == TOP


def test_a_day_has_its_hours_under_it() -> None:
    times = chart_of([Course("planned", "It", 0, [])], DAY, NEW_YORK, LATER).times
    assert [mark.text for mark in times] == [f"{hour:02}:00" for hour in range(0, 26, 2)]
    assert [mark.text for mark in times if mark.major] == ["00:00", "06:00", "12:00", "18:00", "24:00"]
    assert [(mark.at, mark.anchor) for mark in (times[0], times[6], times[-1])] == [
        (0, "start"),
        (50, "middle"),
        (100, "end"),
    ]


def test_an_hour_that_clocks_skip_takes_no_room() -> None:
    start = datetime(2025, 3, 9, 5, tzinfo=UTC)
    span = Span(start, start + timedelta(hours=23))
    times = chart_of([Course("planned", "It", 0, [])], span, NEW_YORK, LATER).times
    assert {mark.text: mark.at for mark in times}["04:00"] == pytest.approx(100 * 3 / 23, abs=0.01)
    assert times[-1].text == "24:00"


def test_a_week_has_its_days_under_it() -> None:
    times = chart_of([Course("planned", "It", 0, [])], WEEK, NEW_YORK, LATER).times
    days = ["Sat 25", "Sun 26", "Mon 27", "Tue 28", "Wed 29", "Thu 30", "Fri 31"]
    assert [mark.text for mark in times] == days


def test_now_is_marked_where_it_is_within() -> None:
    course = Course("planned", "It", 0, [])
    assert chart_of([course], DAY, NEW_YORK, at(6)).now == 25
    assert chart_of([course], DAY, NEW_YORK, at(24)).now is None


def test_each_stretch_says_from_when_to_when_there_are_how_many() -> None:
    course = Course("planned", "It", 2, [(at(9), 2), (at(9), 3), (at(9) + timedelta(seconds=5), 1)])
    hints = chart_of([course], DAY, NEW_YORK, LATER).hints
    assert [one.text for one in hints] == [
        "00:00 to 09:00: 2 clones",
        "09:00 to 09:00:05: 3 clones",
        "09:00:05 to 00:00: 1 clone",
    ]
    assert hints[0].at + hints[0].width == hints[1].at
    several = chart_of([course], WEEK, NEW_YORK, LATER).hints
    assert several[0].text == "Sat 25 00:00 to Sat 25 09:00: 2 clones"


def test_nobody_can_point_at_thousands() -> None:
    many = Course("planned", "It", 0, [(at(n / 100), n % 2) for n in range(1000)])
    assert chart_of([many], DAY, NEW_YORK, LATER).hints == ()


def test_who_does_not_see_it_is_told() -> None:
    course = Course("planned", "It", 0, [(at(9), 5), (at(17), 1)])
    assert chart_of([course], DAY, NEW_YORK, LATER).about == (
        "It begins with 0 clones, reaches 5 clones on Saturday 25 January at 09:00, and ends with 1 clone."
    )
    nothing = Course("planned", "It", 0, [])
    assert chart_of([nothing], DAY, NEW_YORK, LATER).about == "There are no clones in this time."
    assert counted(1) == "1 clone"
