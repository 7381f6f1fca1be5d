"""What is wanted of a ramp right now: the schedule, the operator and the configuration together."""

from dataclasses import dataclass
from datetime import datetime

from autoclone.core.demand import Demand
from autoclone.core.model import CatchUp, Hold, HoldKind, ParentStatus, Plan


@dataclass(frozen=True, slots=True)
class Intent:
    """How many clones, and whether the pace applies.

    Attributes:
        wanted: how many clones there should be.
        at_once: all clones go now, without pace: the parent is gone or stopped, or AutoClone is off.
        frozen: the parent is suspended: its clones are too, and the ramp stands still.
        paused: the clock makes no clone and removes none.
        since: since when that many are wanted, as far as the clock tells, UTC; None if that is long ago.
        until: when what is wanted may be something else by the clock, UTC; None if never.
    """

    wanted: int
    at_once: bool = False
    frozen: bool = False
    paused: bool = False
    since: datetime | None = None
    until: datetime | None = None


def intent(plan: Plan, demand: Demand, parent: ParentStatus, hold: Hold | None = None) -> Intent:
    """Return what `plan`, `demand`, the `parent`'s status and the `hold` come to (rule 10).

    That the parent is stopped, or AutoClone off, comes before every hold; a hold before the schedule.
    """
    if plan.disabled is not None or parent in (ParentStatus.STOPPED, ParentStatus.DELETED):
        return Intent(0, at_once=True, until=_unscheduled(plan, demand, hold))
    frozen = parent is ParentStatus.SUSPENDED
    if hold is None:
        return Intent(demand.target, frozen=frozen, since=demand.since, until=demand.ends_at)
    paused = hold.kind is HoldKind.PAUSE
    until = _unscheduled(plan, demand, hold)
    return Intent(hold.count, frozen=frozen, paused=paused, since=hold.since, until=until)


def _unscheduled(plan: Plan, demand: Demand, hold: Hold | None) -> datetime | None:
    """Return when to look again while the schedule does not count. One that skips is there all the same."""
    times = [hold.until if hold else None, demand.ends_at if plan.catch_up is CatchUp.SKIP else None]
    return min((at for at in times if at is not None), default=None)
