"""Whether anybody was there for the opening of a window: what a ramp that skips missed openings goes by."""

from dataclasses import replace
from datetime import datetime, timedelta

from autoclone.core.demand import Demand
from autoclone.core.model import CatchUp, Opening, Phase, Plan, RampState
from autoclone.core.timetable import opened_at

# An opening is missed where nobody was there for this long: a server that is started anew, or another that
# takes over, is within it.
GRACE = timedelta(minutes=1)


def judge(state: RampState, plan: Plan, demand: Demand, now: datetime) -> Opening | None:
    """Return what is found of the opening that is in force now; None where nothing is, or none is skipped.

    What was found once holds until the windows close, whatever is edited meanwhile.
    """
    if plan.catch_up is not CatchUp.SKIP or not demand.target:
        return None
    found = state.opening
    opened = opened_at(plan.schedule, demand)
    if found is not None and _goes_on(found, opened, now):
        return found if found.until == demand.until else replace(found, until=demand.until)
    ramping = found is None and state.phase in (Phase.RAMPING_UP, Phase.ACTIVE)  # it did not skip till now
    late = opened is not None and now >= opened + GRACE
    return Opening(opened or now, demand.until, missed=late and not ramping)


def _goes_on(found: Opening, opened: datetime | None, now: datetime) -> bool:
    """Whether no closing lies between the windows found and those that opened at `opened`."""
    if found.until is not None and now < found.until:
        return True
    return opened is None or opened <= (found.until or found.at)
