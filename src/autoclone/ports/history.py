"""The record of what each ramp was told: enough to take every step again."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from autoclone.core.demand import Demand
from autoclone.core.inputs import HoldOrder, Input, Outcome, Sighting
from autoclone.core.model import ParentStatus, Plan, RampState


class AllBut(Container[str]):
    """Every name there can be, but for these: so that a step makes the very clones that it made before."""

    def __init__(self, free: tuple[str, ...]) -> None:
        self._free = free

    def __contains__(self, name: object) -> bool:
        """Whether `name` is taken."""
        return name not in self._free


@dataclass(frozen=True, slots=True)
class Heard:
    """What one step was told that changed a ramp: its input, without the plan, which the definition tells.

    Attributes:
        made: the names of the clones that it asked for. All others count as taken when it is taken again.
        healthy: as a tuple.

    The others are those of `Input`.
    """

    now: datetime
    demand: Demand
    parent: ParentStatus = ParentStatus.RUNNING
    epoch: int = 1
    outcome: Outcome | None = None
    sightings: tuple[Sighting, ...] | None = None
    takeover: bool = False
    order: HoldOrder | None = None
    made: tuple[str, ...] = ()
    healthy: tuple[str, ...] = ()
    allowance: int | None = None

    @classmethod
    def of(cls, given: Input, made: tuple[str, ...]) -> "Heard":
        """Return what `given` said."""
        return cls(
            given.now,
            given.demand,
            given.parent,
            given.epoch,
            given.outcome,
            given.sightings,
            given.takeover,
            given.order,
            made,
            tuple(given.healthy),
            given.allowance,
        )

    def said(self, plan: Plan) -> Input:
        """Return the input that it was, under `plan`."""
        return Input(
            self.now,
            plan,
            self.demand,
            self.parent,
            self.epoch,
            self.outcome,
            self.sightings,
            self.takeover,
            AllBut(self.made),
            self.order,
            self.healthy,
            self.allowance,
        )


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a server lends to definitions that do not say it themselves.

    Attributes:
        zone: the name of the time zone.
        ramp_interval: the pace.
    """

    zone: str = "UTC"
    ramp_interval: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Steps:
    """What one parent's ramp was told in one commit, in order.

    Attributes:
        parent: the DAG.
        revision: the definition in force.
        defaults: what its server lent to the definition.
        heard: the inputs of the steps that changed the ramp. Those that changed nothing are not recorded.
        before: the state that the first step began with, where it is recorded: mostly where there are no
            clones. The steps can be taken again from any such point.
    """

    parent: str
    revision: int
    defaults: Defaults
    heard: tuple[Heard, ...]
    before: RampState | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A page of the record of one ramp.

    Attributes:
        steps: in the order in which they were committed.
        next: the position to go on after, None on the last page.
        state: the state that is stored, as of the very moment the last page was read; None on the others,
            and where nothing is stored.
    """

    steps: tuple[Steps, ...] = ()
    next: int | None = None
    state: RampState | None = None
