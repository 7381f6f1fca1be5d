"""Getting to a far date at once: from where a ramp will stand alike, whatever it does until then.

Most ramps come to rest every night: where the schedule wants no clone for longer than the slowest ramp down
takes, nothing is left of the past, so the future may as well begin there. Of a ramp that never rests it is
known, where the schedule has wanted one number for long enough, how many clones there are, though not
which. It begins there with strangers in their places, and counts if the last of them is gone by the time
asked about.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, takewhile

from autoclone.core.demand import changes
from autoclone.core.future import Future, Present
from autoclone.core.model import CatchUp, Clone, Order, Pace, ParentStatus, Phase, RampState, Stage
from autoclone.core.window import Schedule

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
# In so many stretches a rest is looked for, in so many days at first, doubled again and again.
PATIENCE = 500
FIRST_LOOK = 8
# So many days before the date asked about strangers are put in at first, and at the most.
FIRST_TRY, LONGEST_TRY = 3, 200
# What a try may cost, as `Future.cost` counts it.
DEAREST = 8_000
# What it costs to look at one stretch.
GLANCE = 0.5
# In no name that a clone can have.
STRANGER = "?"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the schedule wants one number of clones: from `since` to before `until`, in UTC."""

    since: datetime
    until: datetime
    target: int


# Work in pieces: it tells what each piece cost, as `Future.cost` counts, and comes to a present.
Leap = Generator[float, None, Present]


def leap(present: Present, to: datetime) -> Leap:
    """Return a later present from which the same future comes, `present` itself where none is found.

    The two agree on the times, types, names, counts and statuses of all events at or after `to`, in UTC, but
    not on their numbers. It is work that can be interrupted: what is yielded is what each piece of it cost.
    """
    if present.parent is ParentStatus.SUSPENDED and _still(present.state):
        return replace(present, now=max(to, present.now), stepped_at=None, wake_at=None)
    if present.parent is not ParentStatus.RUNNING or present.plan.disabled is not None:
        return present
    need = _unrest(present)
    for stretch in islice(_stretches(present, to - ONE_DAY), PATIENCE):
        yield 1
        if not stretch.target and stretch.until - stretch.since >= need:
            return _begun(present, stretch.since + need, RampState(present.state.parent))
    return (yield from _among_strangers(present, to, need)) or present


def _still(state: RampState) -> bool:
    return state.hold is None and all(clone.stage is Stage.SUSPENDED for clone in state.clones)


def _begun(present: Present, at: datetime, state: RampState) -> Present:
    return replace(present, now=at, state=state, stepped_at=None, wake_at=None)


def _unrest(present: Present) -> timedelta:
    """Return after how long at the latest a ramp has what the schedule wants, if that stays so."""
    plan = present.plan
    most = sum(window.count for window in plan.schedule.windows) + len(present.state.clones)
    if present.state.hold is not None:
        most += present.state.hold.count
    slowest = max(_takes(plan.up, most), _takes(plan.down, most))
    return slowest + plan.backoff.cap + most * ONE_SECOND  # names may run ahead of a quick ramp (rule 11)


def _takes(pace: Pace, clones: int) -> timedelta:
    return (-(-clones // pace.step) + 1) * pace.interval


def _stretches(present: Present, before: datetime) -> Iterator[Stretch]:
    """Yield the stretches from `before` back to the present, the last first. Long ones are in parts.

    A hold comes before the schedule: what that wanted until then does not matter.
    """
    schedule, hold = present.plan.schedule, present.state.hold
    first = present.now if hold is None else max(present.now, hold.until)
    until, days = before, FIRST_LOOK
    while until > first:
        since = max(until - days * ONE_DAY, first)
        yield from reversed(list(_within(schedule, since, until)))
        until, days = since, 2 * days


def _within(schedule: Schedule, since: datetime, until: datetime) -> Iterator[Stretch]:
    """Yield the stretches from `since` to before `until`, in order."""
    days = (max((window.reach for window in schedule.windows), default=0) + 2) * ONE_DAY
    begin, end = (at.astimezone(schedule.zone).date() for at in (since, until))
    target = 0
    for at, wanted in changes(schedule, begin - days, end + ONE_DAY):
        if since < at < until:
            yield Stretch(since, at, target)
            since = at
        if at < until:
            target = wanted
    yield Stretch(since, until, target)


def _among_strangers(
    present: Present, to: datetime, need: timedelta
) -> Generator[float, None, Present | None]:
    """Return a later present that strangers were in, and are gone."""
    plan, days = present.plan, FIRST_TRY
    if plan.catch_up is CatchUp.SKIP:
        return None  # it depends on the present what there is
    known = yield from _staying(present, to)
    while days <= LONGEST_TRY:
        stretches = islice(_stretches(present, to - days * ONE_DAY), PATIENCE)
        full = next((one for one in stretches if one.target and one.until - one.since >= need), None)
        if full is None:
            return None
        future = Future(_begun(present, full.since + need, _strangers(present, full, known)))
        paid = 0.0
        for _ in future.steps(to - ONE_DAY):
            yield future.cost - paid
            paid = future.cost
            if paid > DEAREST:
                return None
        left = sum(STRANGER in clone.name for clone in future.state.clones)
        if not left:
            return future.present(to - ONE_DAY)
        there = full.target - len(known)
        days = LONGEST_TRY + 1 if left == there else 2 + days * there // (there - left)
    return None


def _staying(present: Present, to: datetime) -> Generator[float, None, tuple[Clone, ...]]:
    """Return the oldest clones where none of them goes before `to`: the newest go first, never so many."""
    state = present.state
    if present.plan.order is not Order.NEWEST or state.hold is not None:
        return ()
    least = len(state.clones)
    for stretch in _stretches(present, to):
        yield GLANCE
        least = min(least, stretch.target)
    return tuple(takewhile(lambda clone: clone.stage is Stage.RUNNING, state.clones[:least]))


def _strangers(present: Present, full: Stretch, known: tuple[Clone, ...]) -> RampState:
    """Return the ramp with all the clones that are wanted: those that are known, and strangers."""
    names = (f"{STRANGER}{number}" for number in range(len(known), full.target))
    others = (Clone(name, full.since, Stage.RUNNING, announced=True, launched=True) for name in names)
    return RampState(present.state.parent, Phase.ACTIVE, (*known, *others), ramp_up_completed=True)
