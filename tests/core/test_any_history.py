"""Anything may happen, in any order: the laws hold throughout, and in the end all is as it should be."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from autoclone.core.commands import Command
from autoclone.core.inputs import Outcome, Release, RunStatus, Sighting
from autoclone.core.model import (
    Backoff,
    CatchUp,
    Hold,
    HoldKind,
    Order,
    Pace,
    ParentStatus,
    Phase,
    Plan,
    Stage,
)
from laws import longest_climb
from worlds import World, plan, utc, window

T = TypeVar("T")

LATE = st.sampled_from([0, 0, 0, 0.3, 7, 61, 600]).map(lambda seconds: timedelta(seconds=seconds))
JUMPS = st.sampled_from([-86400, -3600, -45, -1, 1, 45, 3600, 86400, 200000])
INTERVALS = st.sampled_from([10, 60, 60, 300]).map(lambda seconds: timedelta(seconds=seconds))
PACES = st.builds(Pace, INTERVALS, st.integers(1, 2))
HOURS = [("0900", "1700"), ("0900", "0904"), ("2200", "0600"), ("0000", "2359"), ("0905", "0902")]
WINDOWS = st.builds(
    lambda hours, count: window(hours[0], hours[1], count), st.sampled_from(HOURS), st.integers(1, 5)
)
BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=30))
SICK = st.sampled_from([RunStatus.FAILED, RunStatus.STOPPED])
HEALTH = st.sampled_from(list(RunStatus))
DELAYS = st.none() | st.just(timedelta(seconds=20))
INDEX = st.integers(0, 9)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """One or two windows, at any pace, with any of the optional keys."""
    days = draw(st.lists(WINDOWS, min_size=1, max_size=2))
    return replace(
        plan(*days),
        up=draw(PACES),
        down=draw(PACES),
        backoff=BACKOFF,
        order=draw(st.sampled_from(Order)),
        catch_up=draw(st.sampled_from(CatchUp)),
        start_gate=draw(st.none() | st.just(timedelta(seconds=90))),
        drain_timeout=draw(st.none() | st.just(timedelta(seconds=5))),
    )


class AnyHistory(RuleBasedStateMachine):
    """A runtime that fails, dawdles and repeats itself, a capricious clock, and an operator like it."""

    world: World

    @initialize(first=plans(), begin=st.sampled_from(["08:59", "09:00", "09:03:20", "21:59:59"]))
    def begin(self, first: Plan, begin: str) -> None:
        self.world = World(first, utc(begin), obedient=False)
        self.world.tell()

    # Time

    @rule(late=LATE)
    def wake(self, late: timedelta) -> None:
        if self.world.wake_at is not None:
            self.world.now = max(self.world.now, self.world.wake_at) + late
        self.world.tell()

    @rule(seconds=JUMPS)
    def jump(self, seconds: int) -> None:
        self.world.now += timedelta(seconds=seconds)
        self.world.tell()

    # Commands

    @precondition(lambda self: self.world.outstanding)
    @rule(which=INDEX)
    def succeed(self, which: int) -> None:
        self.world.succeed(self.pick(self.world.outstanding, which))

    @rule()
    def succeed_all(self) -> None:
        for _ in range(40):
            if self.world.outstanding:
                self.world.succeed(self.world.outstanding[0])

    @precondition(lambda self: self.world.outstanding)
    @rule(which=INDEX, retry_after=DELAYS, in_truth_it_worked=st.booleans())
    def fail(self, which: int, retry_after: timedelta | None, *, in_truth_it_worked: bool) -> None:
        command = self.pick(self.world.outstanding, which)
        if in_truth_it_worked:
            self.world.carry_out(command)
        self.world.fail(command, retry_after=retry_after)

    @precondition(lambda self: self.world.outstanding)
    @rule(which=INDEX)
    def carry_out_twice(self, which: int) -> None:
        """A command that is replayed does no more than once."""
        command = self.pick(self.world.outstanding, which)
        self.world.carry_out(command)
        once = dict(self.world.runtime)
        self.world.carry_out(command)
        assert self.world.runtime == once

    @precondition(lambda self: self.world.commands)
    @rule(which=st.integers(0, 200), error=st.none() | st.just("too late"))
    def report_again(self, which: int, error: str | None) -> None:
        """The outcome of a command that nobody waits for any more changes nothing."""
        command = self.pick(self.world.commands, which)
        if not any(same(command, other) for other in self.world.outstanding):
            self.world.tell()
            before = self.world.state
            assert self.world.tell(Outcome(command, error)).state is before

    # The operator

    @rule(parent=st.sampled_from([ParentStatus.RUNNING, *ParentStatus]))
    def order(self, parent: ParentStatus) -> None:
        self.world.order(parent)

    @rule(new=plans(), disabled=st.sampled_from([None, None, None, "ramp_count is 0"]))
    def edit(self, new: Plan, disabled: str | None) -> None:
        self.world.edit(replace(new, disabled=disabled))

    @rule(kind=st.sampled_from(HoldKind), seconds=st.sampled_from([-1, 5, 90, 7200]), count=st.integers(0, 6))
    def hold(self, kind: HoldKind, seconds: int, count: int) -> None:
        now = self.world.now
        self.world.tell(order=Hold(kind, now + timedelta(seconds=seconds), count, now))

    @rule()
    def release(self) -> None:
        self.world.tell(order=Release())

    # What befalls the clones

    @precondition(lambda self: self.world.runtime)
    @rule(which=INDEX, status=SICK | HEALTH)
    def fall_ill(self, which: int, status: RunStatus) -> None:
        self.world.becomes(self.pick(sorted(self.world.runtime), which), status)

    @precondition(lambda self: self.world.runtime)
    @rule(which=INDEX)
    def vanish(self, which: int) -> None:
        del self.world.runtime[self.pick(sorted(self.world.runtime), which)]

    @rule(status=HEALTH, ago=st.integers(0, 100_000))
    def turn_up(self, status: RunStatus, ago: int) -> None:
        """A clone that nobody remembers making."""
        created = self.world.now - timedelta(seconds=ago)
        name = f"orders_{created:%Y%m%d%H%M%S}"
        if name not in {clone.name for clone in self.world.state.clones}:
            self.world.runtime.setdefault(name, Sighting(name, status, created))

    @rule()
    def look(self) -> None:
        self.world.tell(look=True)

    @rule(losing=st.booleans(), late=LATE)
    def take_over(self, *, losing: bool, late: timedelta) -> None:
        self.world.restart(losing=losing)
        self.world.now += late
        self.world.tell(takeover=True)

    @rule(well=st.booleans())
    def be_seen(self, *, well: bool) -> None:
        """From now on clones that run are seen to be healthy, or not."""
        self.world.well = well

    @rule(allowance=st.none() | st.integers(0, 2))
    def allow(self, allowance: int | None) -> None:
        """The limits of the fleet leave room for so many."""
        self.world.allowance = allowance
        self.world.tell()

    # What must hold

    @invariant()
    def each_command_is_waited_for_by_its_own_clone(self) -> None:
        if hasattr(self, "world"):
            waiting = [clone.name for clone in self.world.state.clones if not clone.free]
            assert sorted(command.clone for command in self.world.outstanding) == sorted(waiting)

    def teardown(self) -> None:
        """Once the faults are over, an open window has all its clones, and a closed one none."""
        if hasattr(self, "world"):
            self.settle_at(count=3)
            self.settle_at(count=0)

    def settle_at(self, count: int) -> None:
        world, now = self.world, self.world.now
        world.parent, world.obedient, world.allowance = ParentStatus.RUNNING, True, None
        windows = (window(*around(now), count),) if count else ()
        world.plan = replace(plan(*windows), backoff=BACKOFF)
        while world.outstanding:
            world.succeed(world.outstanding[0])
        world.tell(order=Release())
        world.tell(look=True)
        world.until(now + longest_climb(count + len(world.state.clones), timedelta(minutes=1)))
        assert [clone.stage for clone in world.state.clones] == [Stage.RUNNING] * count
        assert sorted(world.runtime) == sorted(clone.name for clone in world.state.clones)
        assert len(world.alive) <= count
        assert world.state.phase is (Phase.ACTIVE if count else Phase.IDLE)

    @staticmethod
    def pick(several: list[T], which: int) -> T:
        return several[which % len(several)]


def around(now: datetime) -> tuple[str, str]:
    """Wall times that are some hours before and after `now`."""
    six = timedelta(hours=6)
    return f"{now - six:%H%M}", f"{now + six:%H%M}"


def same(command: Command, other: Command) -> bool:
    """Whether nobody could tell the outcome of one from that of the other: the rest of a command is `at`."""
    return replace(command, at=other.at) == other


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=4 * settings().max_examples, stateful_step_count=50)
