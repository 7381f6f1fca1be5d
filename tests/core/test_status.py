"""What users are told: status texts and reasons."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from autoclone.core.days import Days
from autoclone.core.demand import demand_at
from autoclone.core.inputs import RunStatus
from autoclone.core.model import (
    CatchUp,
    Clone,
    Direction,
    Hold,
    HoldKind,
    Paced,
    ParentStatus,
    Phase,
    Plan,
    RampState,
    Stage,
)
from autoclone.core.rations import ALL, CapWait
from autoclone.core.status import Because, Reason, reason, status_text
from autoclone.core.wall import Dst
from autoclone.core.window import Schedule
from worlds import World, nine_to_five, plan, utc, window


@pytest.mark.parametrize(
    ("phase", "live", "target", "text"),
    [
        (Phase.IDLE, 0, 0, "idle"),
        (Phase.RAMPING_UP, 0, 5, "ramping_up (0/5)"),
        (Phase.RAMPING_UP, 4, 5, "ramping_up (4/5)"),
        (Phase.RAMPING_UP, 5, 5, "active"),
        (Phase.ACTIVE, 5, 5, "active"),
        (Phase.ACTIVE, 4, 5, "active"),
        (Phase.RAMPING_DOWN, 5, 0, "ramping_down (5 remaining)"),
        (Phase.RAMPING_DOWN, 1, 0, "ramping_down (1 remaining)"),
        (Phase.RAMPING_DOWN, 0, 0, "idle"),
        (Phase.RAMPING_DOWN, 3, 2, "ramping_down (3 remaining)"),
        (Phase.RAMPING_DOWN, 2, 2, "active"),
    ],
)
def test_status_text(phase: Phase, live: int, target: int, text: str) -> None:
    assert status_text(phase, live, target) == text


@pytest.mark.parametrize("status", list(RunStatus))
def test_a_started_clone_is_healthy_while_it_runs_rests_or_is_done(status: RunStatus) -> None:
    assert status.healthy == (status.value in {"running", "suspended", "completed"})


def why(state: RampState, by: Plan, at: str, parent: ParentStatus = ParentStatus.RUNNING) -> Because:
    return reason(state, by, demand_at(by.schedule, utc(at)), parent, utc(at))


@dataclass(frozen=True)
class Feast:
    """A place with one holiday."""

    def name_of(self, day: date) -> str | None:
        return "Burns Night" if (day.month, day.day) == (1, 25) else None


IDLE = RampState("orders")
WAITING = RampState(
    "orders",
    clones=(
        Clone("orders_1", utc("09:00"), Stage.CREATING, attempts=2, retry_at=utc("09:00:30")),
        Clone("orders_2", utc("09:01"), Stage.DELETING, attempts=1, retry_at=utc("09:01:30")),
    ),
)


@pytest.mark.parametrize("parent", [ParentStatus.STOPPED, ParentStatus.DELETED])
def test_the_operators_word_comes_before_all(parent: ParentStatus) -> None:
    off = replace(nine_to_five(), disabled="ramp_count is 0")
    because = why(WAITING, off, "12:00", parent)
    assert because.code is Reason.PARENT_STOPPED
    assert because.text == f"orders is {parent}; its clones are removed at once"


def test_suspended() -> None:
    assert why(WAITING, nine_to_five(), "12:00", ParentStatus.SUSPENDED) == Because(
        Reason.PARENT_SUSPENDED, "orders is suspended; the ramp is frozen", {"parent_status": "suspended"}
    )


def test_disabled_says_why() -> None:
    off = replace(nine_to_five(), disabled="ramp_count is 0")
    assert why(WAITING, off, "12:00") == Because(
        Reason.DISABLED, "ramp_count is 0", {"cause": "ramp_count is 0"}
    )


def test_waiting_to_try_again_says_what_and_when() -> None:
    assert why(WAITING, nine_to_five(), "12:00") == Because(
        Reason.RETRY_WAIT,
        "orders_1 failed 2 times; trying again at 2025-01-25T09:00:30Z",
        {"clone": "orders_1", "failures": 2, "retry_at": utc("09:00:30")},
    )
    once = replace(WAITING, clones=WAITING.clones[1:])
    assert why(once, nine_to_five(), "12:00").text.startswith("orders_2 failed once;")


def test_by_the_clock() -> None:
    assert why(IDLE, nine_to_five(), "12:00") == Because(
        Reason.IN_WINDOW,
        "the window is open and wants 3 until 2025-01-25T17:00:00+00:00",
        {"target": 3, "until": utc("17:00")},
    )
    assert why(IDLE, nine_to_five(), "20:00") == Because(
        Reason.OUTSIDE_WINDOW,
        "the next window opens at 2025-01-26T09:00:00+00:00",
        {"opens_at": utc("2025-01-26T09:00")},
    )


PAUSE = Hold(HoldKind.PAUSE, utc("18:00"), 3, utc("12:00"), "a look at them")
OVERRIDE = replace(PAUSE, kind=HoldKind.OVERRIDE, reason="")


def test_paused_comes_before_what_failed() -> None:
    assert why(replace(WAITING, hold=PAUSE), nine_to_five(), "12:00") == Because(
        Reason.PAUSED_UNTIL,
        "paused until 2025-01-25T18:00:00+00:00: a look at them",
        {"count": 3, "since": utc("12:00"), "until": utc("18:00"), "reason": "a look at them"},
    )


def test_overridden_comes_before_the_schedule_and_after_what_failed() -> None:
    assert why(replace(IDLE, hold=OVERRIDE), nine_to_five(), "12:00") == Because(
        Reason.OVERRIDE,
        "overridden to 3 until 2025-01-25T18:00:00+00:00",
        {"count": 3, "since": utc("12:00"), "until": utc("18:00"), "reason": ""},
    )
    assert why(replace(WAITING, hold=OVERRIDE), nine_to_five(), "12:00").code is Reason.RETRY_WAIT


@pytest.mark.parametrize(
    ("days", "code", "words", "values"),
    [
        (
            Days(weekdays=frozenset({0})),
            Reason.DAY_EXCLUDED,
            "no window opens on a Saturday such as 2025-01-25",
            {"rule": "weekday", "holiday": None},
        ),
        (
            Days(excluded=frozenset({date(2025, 1, 25)})),
            Reason.DAY_EXCLUDED,
            "no window opens on 2025-01-25, which is left out",
            {"rule": "date", "holiday": None},
        ),
        (
            Days(holidays=Feast()),
            Reason.HOLIDAY,
            "no window opens on 2025-01-25, a holiday: Burns Night",
            {"rule": "holiday", "holiday": "Burns Night"},
        ),
    ],
)
def test_the_rule_that_keeps_a_window_shut_is_told(
    days: Days, code: Reason, words: str, values: dict[str, object]
) -> None:
    shut = replace(window("0900", "1700", 3), days=days)
    opens = utc("2025-01-27T09:00" if days.weekdays == {0} else "2025-01-26T09:00")
    assert why(IDLE, plan(shut), "12:00") == Because(
        code,
        f"{words}; the next window opens at {opens.isoformat()}",
        {"date": "2025-01-25", "opens_at": opens, **values},
    )


def test_an_opening_that_clocks_skip_is_told_too() -> None:
    always = plan(window("0230", "0400", 1), zone=ZoneInfo("America/New_York"))
    spring = replace(always, schedule=replace(always.schedule, dst=Dst.SKIP))
    because = why(IDLE, spring, "2025-03-09T07:30")
    assert because.code is Reason.DAY_EXCLUDED
    assert because.text.startswith("no window opens on 2025-03-09, when clocks are moved over its opening")


def test_waiting_at_the_gate() -> None:
    first = Clone("orders_1", utc("09:00"), Stage.RUNNING, announced=True, gate_until=utc("09:05"))
    paced = Paced(Direction.UP, utc("09:00"))
    state = RampState("orders", Phase.RAMPING_UP, (first,), paced)
    slow = replace(nine_to_five(), start_gate=timedelta(minutes=5))
    assert why(state, slow, "09:00:30").code is Reason.IN_WINDOW, "no other is due yet"
    assert why(state, slow, "09:01") == Because(
        Reason.GATE_WAIT,
        "the next clone waits until orders_1 is healthy, until 2025-01-25T09:05:00+00:00 at most",
        {"clone": "orders_1", "until": utc("09:05")},
    )


@pytest.mark.parametrize(
    ("cap", "limit", "label"),
    [
        (CapWait(ALL, 4, a_second=False, since=utc("09:00")), "max_clones is 4", None),
        (
            CapWait("team=data", 2, a_second=True, since=utc("09:00")),
            "max_creates_per_second of team=data is 2",
            "team=data",
        ),
    ],
)
def test_waiting_for_a_place(cap: CapWait, limit: str, label: str | None) -> None:
    by, at = nine_to_five(), utc("09:01")
    demand = demand_at(by.schedule, at)
    because = reason(IDLE, by, demand, ParentStatus.RUNNING, at, cap=cap)
    assert because.code is Reason.CAP
    assert because.text == f"the next clone has waited for a place since 2025-01-25T09:00:00+00:00: {limit}"
    assert because.values["label"] == label
    assert because.values["most"] == cap.most


def test_a_window_whose_opening_was_missed_says_so() -> None:
    world = World(replace(nine_to_five(), catch_up=CatchUp.SKIP), utc("12:00"))
    world.tell()
    because = why(world.state, world.plan, "12:00")
    assert because == Because(
        Reason.OPENING_MISSED,
        "nobody was there as the window opened at 2025-01-25T09:00:00+00:00; it is left alone",
        {"opened_at": utc("09:00"), "until": utc("17:00"), "target": 3},
    )


def test_without_a_window_there_is_nothing_to_wait_for() -> None:
    never = replace(nine_to_five(), schedule=Schedule((), nine_to_five().schedule.zone))
    assert why(IDLE, never, "12:00") == Because(
        Reason.OUTSIDE_WINDOW, "no window opens in sight", {"opens_at": None}
    )


def test_a_ramp_at_work_gives_its_reason() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    world.fail()
    assert why(world.state, world.plan, "09:00").code is Reason.RETRY_WAIT
