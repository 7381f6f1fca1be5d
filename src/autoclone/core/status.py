"""What users are told of a ramp: its status text, its reason, and the status contract."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from autoclone.core.demand import Demand
from autoclone.core.model import ParentStatus, Phase, Plan, RampState


class Reason(StrEnum):
    """Why a ramp is where it is; the codes are part of the HTTP contract."""

    IN_WINDOW = "IN_WINDOW"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    DISABLED = "DISABLED"
    PARENT_STOPPED = "PARENT_STOPPED"
    PARENT_SUSPENDED = "PARENT_SUSPENDED"
    RETRY_WAIT = "RETRY_WAIT"
    NOT_PRIMARY = "NOT_PRIMARY"
    INVALID_CONFIG = "INVALID_CONFIG"


@dataclass(frozen=True, slots=True)
class Because:
    """A reason and its particulars, in words."""

    code: Reason
    text: str


def status_text(phase: Phase, live: int, target: int) -> str:
    """Return the status users see: `idle`, `ramping_up (N/M)`, `active` or `ramping_down (N remaining)`.

    The clone that reaches the target shows where the ramp arrives, even before its last event.
    """
    if phase is Phase.RAMPING_UP:
        return f"ramping_up ({live}/{target})" if live < target else Phase.ACTIVE
    if phase is Phase.RAMPING_DOWN:
        return f"ramping_down ({live} remaining)" if live > target else _arrived(target)
    return str(phase)


def _arrived(target: int) -> str:
    return Phase.ACTIVE if target else Phase.IDLE


def reason(state: RampState, plan: Plan, demand: Demand, parent: ParentStatus) -> Because:
    """Return why the ramp is where it is. The first that applies wins, the operator's word before all."""
    if parent in (ParentStatus.STOPPED, ParentStatus.DELETED):
        return Because(Reason.PARENT_STOPPED, f"{state.parent} is {parent}; its clones are removed at once")
    if parent is ParentStatus.SUSPENDED:
        return Because(Reason.PARENT_SUSPENDED, f"{state.parent} is suspended; the ramp is frozen")
    if plan.disabled is not None:
        return Because(Reason.DISABLED, plan.disabled)
    waiting = [clone for clone in state.clones if clone.retry_at is not None]
    if waiting:
        return _retrying(waiting[0].name, waiting[0].attempts, waiting[0].retry_at)
    return _by_the_clock(plan, demand)


def _retrying(clone: str, failures: int, at: datetime | None) -> Because:
    times = "once" if failures == 1 else f"{failures} times"
    return Because(Reason.RETRY_WAIT, f"{clone} failed {times}; trying again at {at:%Y-%m-%dT%H:%M:%SZ}")


def _by_the_clock(plan: Plan, demand: Demand) -> Because:
    edge = "" if demand.until is None else f" {demand.until.astimezone(plan.schedule.zone).isoformat()}"
    if demand.target:
        return Because(Reason.IN_WINDOW, f"the window is open and wants {demand.target} until{edge}")
    return Because(Reason.OUTSIDE_WINDOW, f"the next window opens at{edge}")
