"""What must hold of every step there is, whatever the world does: checked at each step of each `World`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from autoclone.core.commands import Action
from autoclone.core.events import Event, EventType
from autoclone.core.inputs import Decision, Input
from autoclone.core.model import CatchUp, Clone, HoldKind, Order, ParentStatus, Phase, RampState, Stage
from laws_of_holds import holds_as_it_was_told, stands_still_while_paused

Step = Callable[[RampState, Input], Decision]

ONE_MORE = {EventType.CLONE_CREATED, EventType.CLONE_ADOPTED}
ONE_LESS = {EventType.CLONE_DELETED, EventType.CLONE_DIED}
# The stages whose failures a command counts on from: a start is part of the creation.
STAGES = {
    Action.CREATE: {Stage.CREATING, Stage.STARTING},
    Action.START: {Stage.CREATING},
    Action.SUSPEND: {Stage.SUSPENDING},
    Action.RESUME: {Stage.RESUMING},
    Action.STOP: {Stage.STOPPING},
    Action.DELETE: {Stage.DELETING},
}
LAUNCHING = {Stage.CREATING, Stage.STARTING}
GONE = {ParentStatus.STOPPED, ParentStatus.DELETED}


@dataclass(frozen=True)
class Taken:
    """One step that was taken: what it started from, what it was told, and what it came to."""

    before: RampState
    given: Input
    decision: Decision

    @property
    def after(self) -> RampState:
        return self.decision.state

    @property
    def at_once(self) -> bool:
        """Whether all clones have to go, whatever the schedule says."""
        return self.given.plan.disabled is not None or self.given.parent in GONE

    @property
    def missed(self) -> bool:
        """Whether the window is left alone, since nobody was there for its opening."""
        opening = self.after.opening
        return opening is not None and opening.missed and self.after.hold is None

    @property
    def wanted(self) -> int:
        if self.at_once:
            return 0
        if self.after.hold is not None:
            return self.after.hold.count
        kept = sum(not clone.leaving for clone in self.after.clones)
        return min(self.given.demand.target, kept) if self.missed else self.given.demand.target

    @property
    def paused(self) -> bool:
        """Whether the clock makes no clone and removes none."""
        hold = self.after.hold
        return hold is not None and hold.kind is HoldKind.PAUSE and not self.at_once

    @property
    def made(self) -> list[Clone]:
        """The clones that were made in this step."""
        known = {clone.name for clone in self.before.clones if not clone.leaving}
        created = {one.clone for one in self.decision.commands if one.action is Action.CREATE}
        return [clone for clone in self.after.clones if clone.name in created - known]

    @property
    def stopped(self) -> list[Clone]:
        """The clones that began to leave in this step, dead ones and those that never were aside."""
        leaving = {clone.name for clone in self.before.clones if clone.leaving}
        return [clone for clone in self.after.clones if clone.name not in leaving and leaves(clone)]


def leaves(clone: Clone) -> bool:
    return clone.leaving and clone.announced and not clone.lost


class Laws:
    """The laws, and the little that has to be remembered from step to step to check them."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._now: datetime | None = None
        self._up: datetime | None = None  # when the ramp last tried to make a clone, on its way up
        self._down: datetime | None = None  # when it last removed one, on its way down
        self._count = 0
        self._moving: str | None = None

    def check(self, before: RampState, given: Input, decision: Decision) -> None:
        """Assert every law of this step."""
        taken = Taken(before, given, decision)
        self._is_a_function(taken)
        keeps_books(taken)
        one_command_at_a_time(taken)
        never_too_many(taken)
        in_order(taken)
        stays_within_limits(taken)
        obeys_the_operator(taken)
        stands_still_while_paused(taken)
        holds_as_it_was_told(taken)
        stands_where_it_says(taken)
        never_forgets(taken)
        self._keeps_the_pace(taken)
        for event in decision.events:
            self._tells_the_truth(event)
        assert self._count == taken.after.live

    def _is_a_function(self, taken: Taken) -> None:
        """The same state and input give the same Decision; without news, a second step does nothing."""
        decision = taken.decision
        assert self._step(taken.before, taken.given) == decision
        assert decision.wake_at is None or decision.wake_at > taken.given.now, "no busy loop"
        quiet = replace(taken.given, outcome=None, sightings=None, takeover=False, order=None)
        again = self._step(decision.state, quiet)
        assert again.state is decision.state
        assert (again.commands, again.events, again.wake_at) == ((), (), decision.wake_at)

    def _keeps_the_pace(self, taken: Taken) -> None:
        """No two moves the same way within an interval, but for a change of direction or of the clock."""
        now, plan = taken.given.now, taken.given.plan
        back = self._now is not None and now < self._now
        timed = plan.catch_up is CatchUp.AT_ONCE and taken.after.hold is None
        if back or taken.at_once or taken.after.phase is Phase.IDLE or timed:
            self._up = self._down = None
        self._now = now
        if timed:
            return  # it follows its timetable, which the oracle knows
        assert not taken.made or self._up is None or now - self._up >= plan.up.interval
        assert len(taken.made) <= plan.up.step
        if taken.made:
            self._up, self._down = now, None
        elif self._up is not None and self._tries_again(taken) and not taken.given.takeover:
            self._up = now
        if taken.stopped and not taken.at_once and not taken.given.takeover:
            assert self._down is None or now - self._down >= plan.down.interval
            assert len(taken.stopped) <= plan.down.step
            self._up, self._down = None, now
        elif taken.stopped:
            self._up = self._down = None

    def _tries_again(self, taken: Taken) -> bool:
        launching = {clone.name for clone in taken.after.clones if not clone.launched}
        return any(one.action is Action.CREATE and one.clone in launching for one in taken.decision.commands)

    def _tells_the_truth(self, event: Event) -> None:
        """The count of each event follows from the events before it, and its status from its count."""
        self._count += (event.type in ONE_MORE) - (event.type in ONE_LESS)
        assert event.clones == self._count
        numbers = [int(number) for number in re.findall(r"\d+", event.status)]
        assert numbers in ([], [event.clones], [event.clones, event.target])
        assert (event.message is not None) == event.type.endswith("_failed")
        self._follows_the_ramp(event)

    def _follows_the_ramp(self, event: Event) -> None:
        """A ramp starts before it completes, and neither twice."""
        subject, what = event.type.split(".")
        if not subject.startswith("ramp_"):
            return
        assert (self._moving == subject) == (what == "completed")
        arrived, moving = "active" if event.target else "idle", subject.replace("ramp", "ramping")
        assert event.status == arrived or (what == "started" and event.status.startswith(moving))
        self._moving = subject if what == "started" else None


def keeps_books(taken: Taken) -> None:
    """Sequences have no holes, names are unique, and all carries this step's time and epoch."""
    before, given, decision = taken.before, taken.given, taken.decision
    after = decision.state
    assert (after is before) == (after == before), "where nothing changed, it is the same object"
    numbers = [event.sequence for event in decision.events]
    assert numbers == list(range(before.sequence + 1, after.sequence + 1))
    stamps = {(one.at, one.epoch, one.parent) for one in decision.events}
    stamps |= {(one.at, one.epoch, one.parent) for one in decision.commands}
    assert stamps <= {(given.now, given.epoch, before.parent)}
    names = [clone.name for clone in after.clones]
    assert len(set(names)) == len(names)
    assert not any(clone.name in given.taken for clone in taken.made), "rule 11"


def one_command_at_a_time(taken: Taken) -> None:
    """Only a clone whose last command has ended gets another, and then it waits for that one."""
    waiting = {clone.name for clone in taken.before.clones if not clone.free}
    ended = {taken.given.outcome.command.clone} if taken.given.outcome else set()
    commanded = [command.clone for command in taken.decision.commands]
    assert len(set(commanded)) == len(commanded)
    assert taken.given.takeover or not (waiting - ended) & set(commanded)
    assert set(commanded) <= {clone.name for clone in taken.after.clones if not clone.free}
    stages = {clone.name: clone.stage for clone in taken.before.clones}
    for command in taken.decision.commands:
        reissued = taken.given.takeover and command.clone in waiting
        again = reissued or stages.get(command.clone) in STAGES[command.action]
        assert again or command.attempt == 1, "another command begins to count anew"


def never_too_many(taken: Taken) -> None:
    """A clone is made only where one is missing, and while no other is being launched (rule 9)."""
    if not taken.made:
        return
    assert sum(not clone.lost for clone in taken.after.clones) <= taken.wanted
    fresh = {clone.name for clone in taken.made}
    others = [clone for clone in taken.after.clones if clone.name not in fresh]
    assert all(clone.launched or clone.stage not in LAUNCHING for clone in others)


def in_order(taken: Taken) -> None:
    """Where the pace removes clones, none that stays should go before one that goes (rule 2)."""
    if taken.at_once or taken.given.takeover:
        return
    going = {clone.name for clone in taken.stopped}
    order = [clone.name in going for clone in taken.after.clones if not clone.leaving or clone.name in going]
    if taken.given.plan.order is Order.NEWEST:
        order.reverse()
    assert all(one >= other for one, other in pairwise(order))
    assert not going or sum(not clone.leaving for clone in taken.after.clones) >= taken.wanted


def stays_within_limits(taken: Taken) -> None:
    """No more is made than is allowed, all of that where more is due, and nothing in a missed window."""
    allowance, made, refused = taken.given.allowance, len(taken.made), taken.decision.refused
    assert refused >= 0
    if allowance is None:
        assert not refused
    else:
        assert made <= allowance
        assert not refused or made == allowance
    assert not (taken.missed and taken.made)


def obeys_the_operator(taken: Taken) -> None:
    """Rule 10: nothing stays of a parent that is gone, and nothing comes or goes while it is suspended."""
    if taken.at_once:
        assert not any(clone.free and not clone.leaving for clone in taken.after.clones)
        assert not taken.made
    elif taken.given.parent is ParentStatus.SUSPENDED:
        assert not taken.made
        assert not taken.stopped
        assert not any(clone.free and clone.stage is Stage.RUNNING for clone in taken.after.clones)


def stands_where_it_says(taken: Taken) -> None:
    """The phase follows from the clones; a suspended ramp keeps the one that it had."""
    phase, staying = taken.after.phase, sum(not clone.leaving for clone in taken.after.clones)
    if taken.given.parent is ParentStatus.SUSPENDED and not taken.at_once:
        assert phase is taken.before.phase
        return
    assert (phase is Phase.IDLE) == (not taken.wanted and not staying and not taken.after.live)
    assert phase is not Phase.ACTIVE or staying == taken.wanted
    assert phase is not Phase.RAMPING_UP or staying <= taken.wanted
    assert phase is not Phase.RAMPING_DOWN or staying >= taken.wanted
    assert taken.after.ramp_up_completed or phase is not Phase.ACTIVE
    assert not taken.after.ramp_up_completed or phase in {Phase.ACTIVE, Phase.RAMPING_DOWN}


def never_forgets(taken: Taken) -> None:
    """Where no command is outstanding, the next step comes in time for what there is to do."""
    clones, plan = taken.after.clones, taken.given.plan
    suspended = taken.given.parent is ParentStatus.SUSPENDED and not taken.at_once
    if taken.after.hold is not None:
        assert taken.decision.wake_at is not None
        assert taken.decision.wake_at <= taken.after.hold.until
    if suspended or taken.paused or not all(clone.free for clone in clones):
        return
    staying = sum(not clone.leaving for clone in clones)
    if staying != taken.wanted or any(clone.retry_at for clone in clones):
        gate = plan.start_gate or timedelta()
        soon = max(plan.up.interval, plan.down.interval, plan.backoff.cap, gate)
        if taken.decision.refused:
            return  # it waits for a place, which is no matter of time
        assert taken.decision.wake_at is not None
        assert taken.decision.wake_at <= taken.given.now + soon


def longest_climb(clones: int, interval: timedelta) -> timedelta:
    """How long a ramp of so many clones may take where nothing fails, with time to spare."""
    return (clones + 2) * interval
