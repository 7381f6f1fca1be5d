from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.config.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("250ms", timedelta(milliseconds=250)),
        ("5s", timedelta(seconds=5)),
        ("1h30m", timedelta(minutes=90)),
        ("2d", timedelta(days=2)),
    ],
)
def test_durations_are_read_and_written(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration
    assert format_duration(duration) == text


@given(st.integers(1, 10**12))
def test_what_is_written_reads_the_same(milliseconds: int) -> None:
    duration = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(duration)) == duration


ARABIC = "\N{ARABIC-INDIC DIGIT FIVE}s"


@pytest.mark.parametrize(
    "text", ["", "5", "5 s", "-5s", "0s", "0h0ms", "1.5s", "5S", ARABIC, "999999999d" * 9]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_duration(text)
