"""Rule 5: when things are due, and what counts as on time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autoclone.core.model import Direction, Pace, Paced
from autoclone.core.pace import due, on_time
from worlds import nine_to_five, utc

PLAN = replace(nine_to_five(), up=Pace(timedelta(seconds=30)), down=Pace(timedelta(seconds=90)))


@pytest.mark.parametrize(
    ("paced", "direction", "at"),
    [
        (None, Direction.UP, "12:00"),
        (Paced(Direction.UP, utc("11:59:45")), Direction.UP, "12:00:15"),
        (Paced(Direction.DOWN, utc("11:59:45")), Direction.DOWN, "12:01:15"),
        (Paced(Direction.UP, utc("11:59:45")), Direction.DOWN, "12:00"),
        (Paced(Direction.DOWN, utc("11:59:45")), Direction.UP, "12:00"),
        (Paced(Direction.UP, utc("09:00")), Direction.UP, "09:00:30"),
    ],
)
def test_due_an_interval_after_the_last_move_that_way_else_at_once(
    paced: Paced | None, direction: Direction, at: str
) -> None:
    assert due(paced, direction, PLAN, utc("12:00")) == utc(at)


@pytest.mark.parametrize(
    ("now", "counts_as"),
    [
        ("11:59:59.9", "11:59:59.9"),
        ("12:00", "12:00"),
        ("12:00:00.4", "12:00"),
        ("12:00:01", "12:00"),
        ("12:00:01.1", "12:00:01.1"),
    ],
)
def test_within_the_tolerance_the_due_instant_is_the_time(now: str, counts_as: str) -> None:
    assert on_time(utc("12:00"), utc(now), timedelta(seconds=1)) == utc(counts_as)


@pytest.mark.parametrize(
    ("up", "down", "tolerance"), [(60, 60, 1), (10, 60, 1), (60, 5, 0.5), (0.2, 60, 0.02)]
)
def test_the_tolerance_is_a_tenth_of_the_shorter_interval_a_second_at_most(
    up: float, down: float, tolerance: float
) -> None:
    plan = replace(PLAN, up=Pace(timedelta(seconds=up)), down=Pace(timedelta(seconds=down)))
    assert plan.tolerance == timedelta(seconds=tolerance)
