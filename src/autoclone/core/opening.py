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
    if found is not None and found.until is not None and now < found.until:
        return _until(found, demand.until)
    opened = opened_at(plan.schedule, demand)
    if found is not None and (opened is None or opened <= (found.until or found.at)):
        return _until(found, demand.until)
    ramping = found is None and state.phase in (Phase.RAMPING_UP, Phase.ACTIVE)  # it did not skip till now
    late = opened is not None and now >= opened + GRACE
    return Opening(opened or now, demand.until, missed=late and not ramping)


def _until(found: Opening, until: datetime | None) -> Opening:
    return found if found.until == until else replace(found, until=until)
