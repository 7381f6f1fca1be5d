"""For how long a window is open, and several windows, as users write it."""

from datetime import UTC, time, timedelta
from typing import Any

import pytest

from autoclone.config.calendars import calendar
from autoclone.config.dag import Dag, resolve
from autoclone.core.days import Days
from autoclone.core.wall import Dst
from autoclone.core.window import Overlap, Schedule, Window
from autoclone.errors import Fault, InvalidInput

ON: dict[str, Any] = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}


def dag(**section: object) -> Dag:
    return resolve({"name": "orders", "autoclone": section}, zone=UTC)


def schedule(**section: object) -> Schedule:
    return dag(**section).plan.schedule


def faults(**section: object) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        dag(**section)
    return list(caught.value.faults)


def fault(**section: object) -> Fault:
    (only,) = faults(**section)
    return only


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
