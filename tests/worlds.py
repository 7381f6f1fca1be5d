"""Small worlds for a ramp to live in: a clock that goes where it is told, and a runtime that is a dict.

A `World` commits each Decision and carries out its commands, as the engine does, and checks the laws of every
step. In an obedient world every command succeeds at once; otherwise it stays outstanding until the test says
how it ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo

from autoclone.core.commands import Action, Command
from autoclone.core.demand import demand_at
from autoclone.core.events import Event
from autoclone.core.future import Present
from autoclone.core.inputs import Decision, HoldOrder, Input, Outcome, Release, RunStatus, Sighting
from autoclone.core.leap import Leap
from autoclone.core.machine import step
from autoclone.core.model import Hold, HoldKind, Pace, ParentStatus, Plan, RampState
from autoclone.core.start_gate import gated
from autoclone.core.window import Schedule, Window
from laws import Laws

TODAY = "2025-01-25"

# What a command leaves a clone as in the runtime.
EFFECTS = {
    Action.CREATE: RunStatus.CREATED,
    Action.START: RunStatus.RUNNING,
    Action.SUSPEND: RunStatus.SUSPENDED,
    Action.RESUME: RunStatus.RUNNING,
    Action.STOP: RunStatus.STOPPED,
}


def utc(text: str) -> datetime:
    """The instant `text` stands for: ISO 8601, or a time of day on the day of the tests; UTC by default."""
    at = datetime.fromisoformat(text if "-" in text else f"{TODAY}T{text}")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def window(opens: str, closes: str, count: int) -> Window:
    """A window written as in a DAG's document: `window("0900", "1700", 3)`."""
    wall = [time(int(text[:2]), int(text[2:])) for text in (opens, closes)]
    return Window(wall[0], wall[1], count)


def plan(*windows: Window, zone: tzinfo = UTC, every: timedelta = timedelta(minutes=1)) -> Plan:
    """A plan of these windows, with one pace both ways."""
    return Plan(Schedule(windows, zone), Pace(every), Pace(every))


def nine_to_five(count: int = 3, zone: tzinfo = UTC, every: timedelta = timedelta(minutes=1)) -> Plan:
    """A plan of the window that most tests are about."""
    return plan(window("0900", "1700", count), zone=zone, every=every)


@dataclass
class World:
    """One parent, its ramp, and the clones that really exist.

    Attributes:
        plan: the configuration in force.
        now: the time.
        obedient: every command succeeds at once.
        well: clones that run are seen to be healthy.
        allowance: how many clones may be made in one step, None for as many as are due.
        runtime: what is really there, by name.
        outstanding: the commands whose outcome nobody has reported yet.
        events, commands: everything so far.
    """

    plan: Plan
    now: datetime
    parent: ParentStatus = ParentStatus.RUNNING
    obedient: bool = True
    well: bool = True
    allowance: int | None = None
    epoch: int = 1
    name: str = "orders"
    taken: tuple[str, ...] = ()
    wake_at: datetime | None = None
    runtime: dict[str, Sighting] = field(default_factory=dict)
    outstanding: list[Command] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    told: int = 0

    def __post_init__(self) -> None:
        self.state = RampState(self.name)
        self.laws = Laws(step)

    # What happens

    def tell(
        self,
        outcome: Outcome | None = None,
        *,
        look: bool = False,
        takeover: bool = False,
        order: HoldOrder | None = None,
    ) -> Decision:
        """Step once with this news, commit, and act if the world is obedient."""
        given = replace(self.given(outcome, look=look or takeover, takeover=takeover), order=order)
        before, decision = self.state, step(self.state, given)
        self.laws.check(before, given, decision)
        self.state, self.wake_at = decision.state, decision.wake_at
        self.events += decision.events
        self.commands += decision.commands
        self.outstanding += decision.commands
        while self.obedient and self.outstanding:
            self.succeed(self.outstanding[0])
        if self.obedient and self.well and gated(self.state, self.plan):
            self.tell()
        return decision

    def given(self, outcome: Outcome | None = None, *, look: bool = False, takeover: bool = False) -> Input:
        """What a step is told now."""
        demand = demand_at(self.plan.schedule, self.now)
        seen = tuple(self.runtime[name] for name in sorted(self.runtime)) if look else None
        return Input(
            now=self.now,
            plan=self.plan,
            demand=demand,
            parent=self.parent,
            epoch=self.epoch,
            outcome=outcome,
            sightings=seen,
            takeover=takeover,
            taken=self.taken,
            healthy=gated(self.state, self.plan) if self.well else (),
            allowance=self.allowance,
        )

    def until(self, at: datetime | str) -> list[str]:
        """Let time pass up to `at`, stepping at each wake-up, and return the news."""
        end = utc(at) if isinstance(at, str) else at
        self.tell()
        while self.wake_at is not None and self.wake_at <= end:
            self.now = max(self.now, self.wake_at)
            self.tell()
        self.now = end
        self.tell()
        return self.news()

    def at(self, at: str) -> list[str]:
        """Go straight to `at`, whatever was due before, step once, and return the news."""
        self.now = utc(at)
        self.tell()
        return self.news()

    def edit(self, plan: Plan) -> list[str]:
        """Put another configuration in force now."""
        self.plan = plan
        self.tell()
        return self.news()

    def order(self, parent: ParentStatus) -> list[str]:
        """The operator stops, suspends, resumes or deletes the parent."""
        self.parent = parent
        self.tell()
        return self.news()

    def pause(self, until: str, reason: str = "") -> list[str]:
        """The operator pauses the ramp."""
        self.tell(order=Hold(HoldKind.PAUSE, utc(until), 0, self.now, reason))
        return self.news()

    def override(self, count: int, until: str, reason: str = "") -> list[str]:
        """The operator has another number take the place of the schedule's."""
        self.tell(order=Hold(HoldKind.OVERRIDE, utc(until), count, self.now, reason))
        return self.news()

    def release(self) -> list[str]:
        """The operator ends whatever hold there is."""
        self.tell(order=Release())
        return self.news()

    # How commands end

    def carry_out(self, command: Command) -> str | None:
        """Do to the runtime what `command` says, once or again, and return why that cannot be."""
        there = self.runtime.get(command.clone)
        if command.action is Action.DELETE:
            self.runtime.pop(command.clone, None)
        elif command.action is Action.CREATE:
            self.runtime.setdefault(command.clone, Sighting(command.clone, RunStatus.CREATED, command.at))
        elif there is not None:
            self.runtime[command.clone] = replace(there, status=EFFECTS[command.action])
        elif command.action is not Action.STOP:
            return "it is not there"
        return None

    def succeed(self, command: Command | None = None) -> Decision:
        """Carry out `command`, or the only one outstanding, and report that it went as well as it could."""
        command = self._finish(command)
        return self.tell(Outcome(command, self.carry_out(command)))

    def fail(
        self, command: Command | None = None, error: str = "no room", retry_after: timedelta | None = None
    ) -> Decision:
        """Report that `command`, or the only one outstanding, failed and did nothing."""
        return self.tell(Outcome(self._finish(command), error, retry_after))

    def _finish(self, command: Command | None) -> Command:
        if command is None:
            (command,) = self.outstanding
        self.outstanding.remove(command)
        return command

    # What befalls the clones

    def becomes(self, clone: str, status: RunStatus) -> None:
        """The clone whose name ends in `clone` gets `status` by itself."""
        name = self.called(clone)
        self.runtime[name] = replace(self.runtime[name], status=status)

    def turns_up(self, at: str) -> None:
        """A clone of that time of day runs that nobody remembers making."""
        name = f"{self.name}_{utc(at):%Y%m%d%H%M%S}"
        self.runtime[name] = Sighting(name, RunStatus.RUNNING, utc(at))

    def see_well(self, *names: str) -> Decision:
        """These are seen to be healthy, whether they wait for that or not; their names end so."""
        called = [one for one in self.runtime if one.endswith(names)]
        given = replace(self.given(), healthy=[*called, *names])
        before, decision = self.state, step(self.state, given)
        self.laws.check(before, given, decision)
        self.state = decision.state
        return decision

    def restart(self, *, losing: bool = True) -> None:
        """Another primary takes over; with `losing`, all that ran in the old one's process is gone."""
        if losing:
            self.runtime.clear()
        self.outstanding.clear()
        self.epoch += 1

    # What there is to see

    def called(self, ending: str) -> str:
        """The full name of the clone whose name ends in `ending`."""
        (name,) = (name for name in self.runtime if name.endswith(ending))
        return name

    @property
    def asked(self) -> list[tuple[Action, str]]:
        """What the outstanding commands are, and to which clones, by their stamps."""
        return [(command.action, stamp(command.clone)) for command in self.outstanding]

    @property
    def alive(self) -> list[str]:
        """The stamps of the clones that really run, in the order they were made."""
        return [stamp(one.name) for one in self.runtime.values() if one.status is RunStatus.RUNNING]

    def news(self) -> list[str]:
        """The events since the last call, a line each: time, type, clone (its time of day), count, status."""
        fresh, self.told = self.events[self.told :], len(self.events)
        return [told(event, self.plan.schedule.zone) for event in fresh]


def midday(count: int = 3) -> World:
    """A world at 12:00 in the middle of its window, all its clones running."""
    world = World(nine_to_five(count), utc("09:00"))
    world.until("12:00")
    return world


def stamp(name: str) -> str:
    """The time of day in a clone's name."""
    return name[-6:]


def told(event: Event, zone: tzinfo) -> str:
    """One event in one line."""
    wall = f"{event.at.astimezone(zone):%H:%M:%S}"
    clone = [stamp(event.clone)] if event.clone else []
    return " ".join([wall, event.type, *clone, str(event.clones), event.status])


def story(text: str) -> list[str]:
    """Lines as `World.news` has them, from an indented block with columns."""
    return [" ".join(line.split()) for line in text.strip().splitlines()]


def leapt(work: Leap) -> Present:
    """Do all of the work at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def instants(first: datetime, apart: timedelta, last: datetime) -> Iterator[datetime]:
    """Every instant from `first` to before `last`, this far `apart`."""
    while first < last:
        yield first
        first += apart
