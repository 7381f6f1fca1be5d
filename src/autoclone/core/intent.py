"""What is wanted of a ramp right now: the schedule, the operator and the configuration together."""

from dataclasses import dataclass

from autoclone.core.model import ParentStatus, Plan
from autoclone.core.window import Demand


@dataclass(frozen=True, slots=True)
class Intent:
    """How many clones, and whether the pace applies.

    Attributes:
        wanted: how many clones there should be.
        at_once: all clones go now, without pace: the parent is gone or stopped, or AutoClone is off.
        frozen: the parent is suspended: its clones are too, and the ramp stands still.
    """

    wanted: int
    at_once: bool = False
    frozen: bool = False


NOTHING = Intent(0, at_once=True)


def intent(plan: Plan, demand: Demand, parent: ParentStatus) -> Intent:
    """Return what `plan`, `demand` and the `parent`'s status come to (rule 10)."""
    if plan.disabled is not None or parent in (ParentStatus.STOPPED, ParentStatus.DELETED):
        return NOTHING
    return Intent(demand.target, frozen=parent is ParentStatus.SUSPENDED)
