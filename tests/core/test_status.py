"""What users are told: status texts and reasons."""

from dataclasses import replace

import pytest

from autoclone.core.demand import demand_at
from autoclone.core.inputs import RunStatus
from autoclone.core.model import Clone, Hold, HoldKind, ParentStatus, Phase, Plan, RampState, Stage
from autoclone.core.status import Because, Reason, reason, status_text
from autoclone.core.window import Schedule
from worlds import World, nine_to_five, utc


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


def why(state: RampState, plan: Plan, at: str, parent: ParentStatus = ParentStatus.RUNNING) -> Because:
    return reason(state, plan, demand_at(plan.schedule, utc(at)), parent)


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


def test_without_a_window_there_is_nothing_to_wait_for() -> None:
    never = replace(nine_to_five(), schedule=Schedule((), nine_to_five().schedule.zone))
    assert why(IDLE, never, "12:00").code is Reason.OUTSIDE_WINDOW


def test_a_ramp_at_work_gives_its_reason() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    world.fail()
    assert why(world.state, world.plan, "09:00").code is Reason.RETRY_WAIT
