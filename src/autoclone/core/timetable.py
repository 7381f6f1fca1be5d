"""How far a ramp would be by now if nothing had ever been in its way: what `at_once` catches up with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from autoclone.core.demand import Demand, demand_at
from autoclone.core.model import Direction, Paced, Plan
from autoclone.core.pace import due
from autoclone.core.window import Schedule

INSTANT = timedelta(microseconds=1)

# How many edges of windows are looked back at: more matter only where ramps take longer than many windows.
FURTHEST = 64


@dataclass(frozen=True, slots=True)
class Timetable:
    """Where a ramp should stand.

    Attributes:
        count: how many clones it would have.
        next_at: when it would next move, UTC; None where it has arrived.
        paced: what its pace would count from.
    """

    count: int
    next_at: datetime | None = None
    paced: Paced | None = None


def opened_at(schedule: Schedule, demand: Demand) -> datetime | None:
    """Return when windows began to want clones that still do; None where that is long ago.

    Windows that touch or overlap are one (rule 4).
    """
    opened = demand.since
    for one in _backwards(schedule, demand):
        if not one.target:
            return opened
        opened = one.since
    return None


def timetable(plan: Plan, demand: Demand, now: datetime) -> Timetable:
    """Return where the ramp would stand at `now` had it followed `plan` ever since.

    It begins with a time between two edges that is long enough for any ramp to arrive.
    """
    longest, end = _longest_ramp(plan), now
    wants: list[tuple[int, datetime, datetime]] = []
    for one in _backwards(plan.schedule, demand):
        settled = Timetable(one.target)
        if one.since is None or end - one.since > longest:
            break
        wants.append((one.target, one.since, end))
        end = one.since - INSTANT
    stands = settled
    for target, since, until in reversed(wants):
        stands = _follow(stands, plan, target, since, until)
    return stands


def _backwards(schedule: Schedule, demand: Demand) -> Iterator[Demand]:
    """Yield what the schedule wants, what it wanted before that, and so on."""
    return islice(_all_backwards(schedule, demand), FURTHEST)


def _all_backwards(schedule: Schedule, demand: Demand) -> Iterator[Demand]:
    yield demand
    while demand.since is not None:
        demand = demand_at(schedule, demand.since - INSTANT)
        yield demand


def _longest_ramp(plan: Plan) -> timedelta:
    most = sum(window.count for window in plan.schedule.windows)
    return max(pace.interval * (most // pace.step + 1) for pace in (plan.up, plan.down))


def _follow(stands: Timetable, plan: Plan, target: int, since: datetime, until: datetime) -> Timetable:
    """Return where a ramp that stood so at `since` stands at `until`, while `target` is wanted."""
    missing = target - stands.count
    if not missing:
        return Timetable(stands.count, paced=stands.paced if stands.count else None)
    way = Direction.UP if missing > 0 else Direction.DOWN
    pace = plan.up if missing > 0 else plan.down
    first = max(since, due(stands.paced, way, plan, since))
    moves = min(max(0, (until - first) // pace.interval + 1), -(-abs(missing) // pace.step))
    moved = min(moves * pace.step, abs(missing))
    count = stands.count + (moved if missing > 0 else -moved)
    next_at = first + moves * pace.interval
    paced = Paced(way, next_at - pace.interval) if moves else stands.paced
    return Timetable(count, None if count == target else next_at, paced if count else None)
