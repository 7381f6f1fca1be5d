"""What a ramp would have done: other words, another plan, and how much work it is."""

from datetime import UTC, datetime, time, timedelta

from autoclone.core.course import Word, clone_time, course
from autoclone.core.events import Event, EventType
from autoclone.core.future import Present
from autoclone.core.inputs import Release
from autoclone.core.model import Hold, HoldKind, ParentStatus, Plan, RampState
from autoclone.core.window import Schedule, Window

NINE = datetime(2025, 1, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PLAN = Plan(Schedule((Window(time(9), time(10), 2),), UTC))


def happens(*words: Word) -> list[str]:
    present = Present(plan=PLAN, state=RampState("orders"), now=NINE - MINUTE)
    return [f"{one.at:%H:%M} {one.type} {one.clones}" for one in course(present, words, NINE + 2 * HOUR)]


def test_without_words_it_is_the_future() -> None:
    assert [line for line in happens() if "clone." not in line] == [
        "09:00 ramp_up.started 0",
        "09:01 ramp_up.completed 2",
        "10:00 ramp_down.started 2",
        "10:01 ramp_down.completed 0",
    ]


def test_what_is_said_of_the_parent_is_said_again() -> None:
    stopped = Word(NINE + 30 * MINUTE, ParentStatus.STOPPED)
    assert "09:30 clone.deleted 0" in happens(stopped)
    assert not any(line.startswith("10:") for line in happens(stopped))
    back = Word(NINE + 40 * MINUTE, ParentStatus.RUNNING)
    assert "09:40 clone.created 1" in happens(stopped, back)


def test_so_is_what_is_said_of_the_ramp() -> None:
    more = Hold(HoldKind.OVERRIDE, NINE + HOUR, 4, NINE)
    running = ParentStatus.RUNNING
    held = happens(Word(NINE + 10 * MINUTE, running, more), Word(NINE + 20 * MINUTE, running, Release()))
    assert "09:10 override.started 2" in held
    assert "09:11 ramp_up.completed 4" in held
    assert "09:20 override.ended 4" in held
    assert "09:21 ramp_down.completed 2" in held


def event(at: datetime, clones: int) -> Event:
    return Event(1, at, EventType.CLONE_CREATED, "orders", None, "", clones, 0, 1)


def test_clone_time_counts_each_clone_for_as_long_as_it_is_there() -> None:
    events = [event(NINE, 1), event(NINE + 10 * MINUTE, 3), event(NINE + 20 * MINUTE, 0)]
    assert clone_time(0, events, NINE, NINE + HOUR) == 40 * MINUTE
    assert clone_time(2, [], NINE, NINE + HOUR) == 2 * HOUR


def test_clone_time_is_of_the_time_asked_about_alone() -> None:
    events = [event(NINE - MINUTE, 9), event(NINE + MINUTE, 1), event(NINE + HOUR, 7)]
    assert clone_time(2, events, NINE, NINE + HOUR) == 2 * MINUTE + 59 * MINUTE
