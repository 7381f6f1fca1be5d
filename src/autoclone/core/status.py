"""What users are told of a ramp: its status text, its reason, and the status contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from types import MappingProxyType

from autoclone.core.days import Closed, Closure
from autoclone.core.demand import Demand
from autoclone.core.model import Hold, HoldKind, ParentStatus, Phase, Plan, RampState
from autoclone.core.rations import ALL, CapWait
from autoclone.core.start_gate import GateWait, gate_wait


class Reason(StrEnum):
    """Why a ramp is where it is; the codes are part of the HTTP contract."""

    IN_WINDOW = "IN_WINDOW"
    OPENING_MISSED = "OPENING_MISSED"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    DAY_EXCLUDED = "DAY_EXCLUDED"
    HOLIDAY = "HOLIDAY"
    DISABLED = "DISABLED"
    PARENT_STOPPED = "PARENT_STOPPED"
    PARENT_SUSPENDED = "PARENT_SUSPENDED"
    PAUSED_UNTIL = "PAUSED_UNTIL"
    OVERRIDE = "OVERRIDE"
    RETRY_WAIT = "RETRY_WAIT"
    GATE_WAIT = "GATE_WAIT"
    CAP = "CAP"
    NOT_PRIMARY = "NOT_PRIMARY"
    INVALID_CONFIG = "INVALID_CONFIG"


HELD: Mapping[HoldKind, Reason] = MappingProxyType(
    {HoldKind.PAUSE: Reason.PAUSED_UNTIL, HoldKind.OVERRIDE: Reason.OVERRIDE}
)


SHUT: Mapping[Closure, str] = MappingProxyType(
    {
        Closure.WEEKDAY: "no window opens on a {day:%A} such as {day}",
        Closure.DATE: "no window opens on {day}, which is left out",
        Closure.HOLIDAY: "no window opens on {day}, a holiday: {holiday}",
        Closure.CLOCKS: "no window opens on {day}, when clocks are moved over its opening",
    }
)


@dataclass(frozen=True, slots=True)
class Because:
    """A reason and its particulars.

    Attributes:
        code: which reason.
        text: the particulars in words.
        values: the same for programs: text, numbers, and instants in UTC.
    """

    code: Reason
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


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


def reason(
    state: RampState,
    plan: Plan,
    demand: Demand,
    parent: ParentStatus,
    now: datetime,
    *,
    cap: CapWait | None = None,
) -> Because:
    """Return why the ramp is where it is now. The first that applies wins, the operator's word before all.

    `cap` is the limit of the fleet that it waits for, if it does.
    """
    zone = plan.schedule.zone
    return (
        _said(state.parent, parent)
        or _off(plan)
        or _held(state.hold, HoldKind.PAUSE, zone)
        or _retrying(state)
        or _gated(gate_wait(state, plan, now), zone)
        or _capped(cap, zone)
        or _held(state.hold, HoldKind.OVERRIDE, zone)
        or _missed(state, demand, zone)
        or _by_the_clock(demand, zone)
    )


def _said(name: str, parent: ParentStatus) -> Because | None:
    values = {"parent_status": str(parent)}
    if parent is ParentStatus.RUNNING:
        return None
    if parent is ParentStatus.SUSPENDED:
        return Because(Reason.PARENT_SUSPENDED, f"{name} is suspended; the ramp is frozen", values)
    return Because(Reason.PARENT_STOPPED, f"{name} is {parent}; its clones are removed at once", values)


def _off(plan: Plan) -> Because | None:
    return (
        None if plan.disabled is None else Because(Reason.DISABLED, plan.disabled, {"cause": plan.disabled})
    )


def _held(hold: Hold | None, kind: HoldKind, zone: tzinfo) -> Because | None:
    if hold is None or hold.kind is not kind:
        return None
    what = "paused" if kind is HoldKind.PAUSE else f"overridden to {hold.count}"
    words = f": {hold.reason}" if hold.reason else ""
    values = {"count": hold.count, "since": hold.since, "until": hold.until, "reason": hold.reason}
    return Because(HELD[kind], f"{what} until{_edge(hold.until, zone)}{words}", values)


def _retrying(state: RampState) -> Because | None:
    waiting = [clone for clone in state.clones if clone.retry_at is not None]
    if not waiting:
        return None
    name, failures, at = waiting[0].name, waiting[0].attempts, waiting[0].retry_at
    times = "once" if failures == 1 else f"{failures} times"
    text = f"{name} failed {times}; trying again at {at:%Y-%m-%dT%H:%M:%SZ}"
    return Because(Reason.RETRY_WAIT, text, {"clone": name, "failures": failures, "retry_at": at})


def _gated(wait: GateWait | None, zone: tzinfo) -> Because | None:
    if wait is None:
        return None
    text = f"the next clone waits until {wait.clone} is healthy, until{_edge(wait.until, zone)} at most"
    return Because(Reason.GATE_WAIT, text, {"clone": wait.clone, "until": wait.until})


def _capped(cap: CapWait | None, zone: tzinfo) -> Because | None:
    if cap is None:
        return None
    label = None if cap.label == ALL else cap.label
    whose = f" of {label}" if label else ""
    limit = f"{cap.setting}{whose} is {cap.most}"
    text = f"the next clone has waited for a place since{_edge(cap.since, zone)}: {limit}"
    values = {"limit": cap.setting, "label": label, "most": cap.most, "since": cap.since}
    return Because(Reason.CAP, text, values)


def _missed(state: RampState, demand: Demand, zone: tzinfo) -> Because | None:
    opening = state.opening
    if opening is None or not opening.missed or not demand.target:
        return None
    text = f"nobody was there as the window opened at{_edge(opening.at, zone)}; it is left alone"
    return Because(
        Reason.OPENING_MISSED, text, {"opened_at": opening.at, "until": demand.until, "target": demand.target}
    )


def _by_the_clock(demand: Demand, zone: tzinfo) -> Because:
    edge = _edge(demand.until, zone)
    if demand.target:
        values = {"target": demand.target, "until": demand.until}
        return Because(Reason.IN_WINDOW, f"the window is open and wants {demand.target} until{edge}", values)
    opens = f"the next window opens at{edge}" if edge else "no window opens in sight"
    values = {"opens_at": demand.until}
    if demand.closed is None:
        return Because(Reason.OUTSIDE_WINDOW, opens, values)
    return _shut(demand.closed, opens, values)


def _shut(closed: Closed, opens: str, values: Mapping[str, object]) -> Because:
    code = Reason.HOLIDAY if closed.kind is Closure.HOLIDAY else Reason.DAY_EXCLUDED
    text = f"{SHUT[closed.kind].format(day=closed.day, holiday=closed.holiday)}; {opens}"
    what = {"date": closed.day.isoformat(), "rule": str(closed.kind), "holiday": closed.holiday}
    return Because(code, text, {**what, **values})


def _edge(at: datetime | None, zone: tzinfo) -> str:
    return "" if at is None else f" {at.astimezone(zone).isoformat()}"
