"""The values a ramp is made of. All frozen: a step returns new ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from autoclone.core.window import Schedule


class Phase(StrEnum):
    """Where a ramp stands."""

    IDLE = "idle"
    RAMPING_UP = "ramping_up"
    ACTIVE = "active"
    RAMPING_DOWN = "ramping_down"


class Stage(StrEnum):
    """Where one clone stands. Each stage that ends in -ing has exactly one command outstanding."""

    CREATING = "creating"
    STARTING = "starting"
    RUNNING = "running"
    SUSPENDING = "suspending"
    SUSPENDED = "suspended"
    RESUMING = "resuming"
    STOPPING = "stopping"
    DELETING = "deleting"


class ParentStatus(StrEnum):
    """What an operator wants of the parent DAG."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    DELETED = "deleted"


class Direction(StrEnum):
    """Which way a paced action moved the number of clones."""

    UP = "up"
    DOWN = "down"


class Order(StrEnum):
    """Which clones a ramp down removes first."""

    OLDEST = "oldest"
    NEWEST = "newest"


class CatchUp(StrEnum):
    """What a ramp does that finds itself behind its schedule, as after an outage or joining in mid-window."""

    CONVERGE = "converge"
    """One step at once, then the pace: rules 5 and 6."""
    AT_ONCE = "at_once"
    """All that should be there by now, at once; then the pace."""
    SKIP = "skip"
    """Nothing in a window whose opening was missed: the next one opens as usual."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a ramp goes one way: `step` clones at most in each `interval` of elapsed time."""

    interval: timedelta = timedelta(minutes=1)
    step: int = 1


@dataclass(frozen=True, slots=True)
class Backoff:
    """How failed commands are tried again: `base`, doubled at each failure, `cap` at most."""

    base: timedelta = timedelta(seconds=1)
    cap: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the configuration asks for, resolved.

    Attributes:
        schedule: the windows and the zone they are read in.
        up: the pace of ramping up.
        down: the pace of ramping down.
        backoff: how failures are tried again.
        disabled: why AutoClone is off for this DAG, or None where it is on.
        order: which clones go first.
        catch_up: what is done where the ramp is behind.
        start_gate: how long the next clone waits, at most, until the last one is healthy; None: it does not.
        drain_timeout: how long a clone may finish what it has in hand; None: as long as the server says.
    """

    schedule: Schedule
    up: Pace = Pace()
    down: Pace = Pace()
    backoff: Backoff = Backoff()
    disabled: str | None = None
    order: Order = Order.OLDEST
    catch_up: CatchUp = CatchUp.CONVERGE
    start_gate: timedelta | None = None
    drain_timeout: timedelta | None = None

    @property
    def tolerance(self) -> timedelta:
        """How late the service may be and still count as on time.

        A timer never fires at its exact instant. Within this much the due instant itself is taken as the
        time of the step, so that the pace does not drift; beyond it the service is late (rule 5).
        """
        shortest = min(self.up.interval, self.down.interval)
        return min(timedelta(seconds=1), shortest / 10)


@dataclass(frozen=True, slots=True)
class Clone:
    """One clone as the core knows it.

    Attributes:
        name: `{parent}_{YYYYmmddHHMMSS}`.
        since: when it was asked for, UTC; the oldest is stopped first.
        stage: where it stands.
        announced: its `clone.created` was emitted, so it counts as a clone.
        launched: it has run; if it has to be started again, it does not wait for the ramp's pace.
        lost: it died; it no longer counts and only has to be cleared away.
        attempts: failures in a row.
        retry_at: when the failed command is tried again, UTC; None while a command is outstanding.
        gate_until: until when the next clone waits for this one to be healthy, UTC; None where none does.
    """

    name: str
    since: datetime
    stage: Stage
    announced: bool = False
    launched: bool = False
    lost: bool = False
    attempts: int = 0
    retry_at: datetime | None = None
    gate_until: datetime | None = None

    @property
    def counted(self) -> bool:
        """Whether users count it as one of the parent's clones."""
        return self.announced and not self.lost

    @property
    def free(self) -> bool:
        """Whether no command is outstanding for it: at most one ever is."""
        return self.retry_at is not None or self.stage in (Stage.RUNNING, Stage.SUSPENDED)

    @property
    def leaving(self) -> bool:
        """Whether it is on its way out."""
        return self.stage in (Stage.STOPPING, Stage.DELETING)


@dataclass(frozen=True, slots=True)
class Paced:
    """The last action that the pace counts from: rules 5 and 7."""

    direction: Direction
    at: datetime


class HoldKind(StrEnum):
    """What a hold does to the ramp."""

    PAUSE = "pause"
    """The clock makes no clone and removes none."""
    OVERRIDE = "override"
    """Another number takes the place of the schedule's."""


class By(StrEnum):
    """Who ended a hold, or began it."""

    OPERATOR = "operator"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Hold:
    """What an operator has the ramp do instead of following its schedule. It always ends.

    Attributes:
        kind: what it does.
        until: when it ends by the clock, UTC.
        count: how many clones there should be meanwhile: what was wanted as it was paused, or the override's.
        since: when it began, UTC.
        reason: the operator's words, empty where there are none.
    """

    kind: HoldKind
    until: datetime
    count: int
    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ramp that skips missed openings has found of the present one.

    Attributes:
        at: when the schedule began to want clones, UTC.
        until: how far that was known to go on, UTC; None: for ever.
        missed: nobody was there for it, so that it is left alone.
    """

    at: datetime
    until: datetime | None
    missed: bool


@dataclass(frozen=True, slots=True)
class RampState:
    """All that is remembered of one parent's ramp. This, and nothing else, is persisted.

    Attributes:
        parent: the DAG's name.
        phase: where the ramp stands.
        clones: oldest first.
        paced: the last paced action, None before the first.
        last_clone_at: when the newest clone was created, UTC.
        ramp_up_completed: whether the ramp reached its target in this window.
        sequence: the number of the last event; grows by one an event, without holes.
        parent_status: what the operator wanted of the parent at the last step.
        hold: what the operator has the ramp do instead of following its schedule, None where nothing.
        opening: the opening that the ramp is in, where it skips those that were missed.
    """

    parent: str
    phase: Phase = Phase.IDLE
    clones: tuple[Clone, ...] = ()
    paced: Paced | None = None
    last_clone_at: datetime | None = None
    ramp_up_completed: bool = False
    sequence: int = 0
    parent_status: ParentStatus = ParentStatus.RUNNING
    hold: Hold | None = None
    opening: Opening | None = None

    @property
    def live(self) -> int:
        """How many clones users count."""
        return sum(clone.counted for clone in self.clones)
