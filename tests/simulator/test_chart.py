"""What people see of a simulation: a chart at any width."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from autoclone.core.model import Plan
from autoclone.simulator.axis import Axis
from autoclone.simulator.chart import draw
from autoclone.simulator.simulate import simulate
from worlds import plan, utc, window

UTC_ZONE = ZoneInfo("UTC")


def chart(what: Plan, begin: str, end: str, width: int, *, ascii_only: bool = False) -> list[str]:
    """The chart of a DAG between two instants, line by line."""
    events = list(simulate("orders", what, utc(begin), utc(end)))
    zone = what.schedule.zone
    text = draw(events, utc(begin), utc(end), zone, width=width, ascii_only=ascii_only)
    return [line.rstrip() for line in text.plain.splitlines()]


def test_a_ramp_is_a_hill_with_a_mark_at_each_end() -> None:
    hours = plan(window("1000", "1600", 3), zone=UTC_ZONE, every=timedelta(hours=1))

    assert chart(hours, "08:00", "20:00", 3 + 24) == [
        "3 │        █████████",
        "  │      █████████████",
        "  │    █████████████████",
        "0 ┼────▲───────────▼───────",
        "   08:00   12:00   16:00",
        "▲ ramp up  ▼ ramp down  ◆ both  one column: the most in 30m",
    ]


def test_a_terminal_without_unicode_gets_what_it_has() -> None:
    hours = plan(window("1000", "1600", 2), zone=UTC_ZONE, every=timedelta(hours=1))

    lines = chart(hours, "08:00", "20:00", 3 + 24, ascii_only=True)

    assert lines[:3] == ["2 |      ###########", "  |    ###############", "0 +----^-----------v-------"]
    assert all(line.isascii() for line in lines)


def test_many_clones_share_ten_rows() -> None:
    many = plan(window("0900", "1700", 1000), zone=UTC_ZONE, every=timedelta(seconds=1))

    lines = chart(many, "08:00", "18:00", 80)

    assert len(lines) == 10 + 3
    assert lines[0].startswith("1000 │")


def test_one_clone_among_many_still_shows() -> None:
    few_of_many = plan(window("0900", "1700", 100), zone=UTC_ZONE, every=timedelta(minutes=4))

    *_, last_row, _, _, _ = chart(few_of_many, "08:50", "17:10", 60)

    assert "▁" in last_row or "▂" in last_row or "▃" in last_row


def test_windows_closer_than_a_column_are_marked_as_both() -> None:
    daily = plan(window("0900", "1700", 1), zone=UTC_ZONE)

    lines = chart(daily, "2025-01-01T00:00", "2026-01-01T00:00", 40)

    assert "◆" in lines[1]
    assert "2025-01-01" in lines[2]


def test_too_narrow_a_terminal_gets_no_chart() -> None:
    assert chart(plan(window("0900", "1700", 1), zone=UTC_ZONE), "08:00", "18:00", 20) == []


@pytest.mark.parametrize("width", range(23, 150, 9))
@pytest.mark.parametrize(
    "end", ["2025-01-25T08:01", "2025-01-27T08:00", "2025-03-30T08:00", "2026-04-01T00:00"]
)
def test_no_line_is_wider_than_the_terminal(width: int, end: str) -> None:
    always = plan(window("0730", "0729", 1), zone=ZoneInfo("Europe/Berlin"))

    *lines, _legend = chart(always, "2025-01-25T08:00", end, width)

    assert lines
    assert max(map(len, lines)) <= width


def test_labels_follow_the_wall_clock_when_it_changes() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # 02:00 to 03:00 does not exist on 2025-03-30
    axis = Axis(utc("2025-03-29T23:00"), utc("2025-03-30T10:00"), berlin, 44)

    assert axis.labels() == "00:00   03:00       06:00   08:00   10:00"
    assert axis.column(utc("2025-03-30T04:00")) == axis.labels().index("06:00")


def test_days_are_labelled_where_there_are_several() -> None:
    axis = Axis(utc("2025-01-25T00:00"), utc("2025-01-27T00:00"), UTC_ZONE, 48)

    assert axis.labels() == "01-25       12:00       01-26       12:00"


def test_seconds_are_labelled_where_there_are_few() -> None:
    axis = Axis(utc("2025-01-25T09:00"), utc("2025-01-25T09:01"), UTC_ZONE, 60)

    assert axis.labels().split()[:2] == ["09:00:00", "09:00:15"]


def test_a_span_beyond_every_step_still_has_labels() -> None:
    axis = Axis(utc("1900-01-01T00:00"), utc("8999-01-01T00:00"), UTC_ZONE, 60)

    assert axis.labels().split()[0] == "1900-01-01"
    assert len(axis.labels()) <= 60
