"""Deciding for one DAG: the news it has, through the core, to a draft that can be committed."""

import asyncio
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from autoclone.core.commands import Action, Command
from autoclone.core.demand import Demand, demand_at
from autoclone.core.events import Event
from autoclone.core.inputs import Decision, HoldOrder, Input, Outcome, Sighting
from autoclone.core.machine import step
from autoclone.core.model import RampState
from autoclone.core.pace import on_time
from autoclone.core.window import Schedule
from autoclone.engine.fleet import Entry
from autoclone.ports import Change, Defaults, Heard, Steps

# How often the record says at least what a ramp's state is, so that what is older can be removed.
STATED_EVERY = timedelta(days=1)


@dataclass(slots=True, eq=False)
class Asked:
    """What an operator asks of a ramp, and who waits until that is durable."""

    order: HoldOrder
    durable: asyncio.Future[None]

    def done(self) -> None:
        """Tell whoever still waits that there is nothing left to wait for."""
        if not self.durable.done():
            self.durable.set_result(None)


@dataclass(slots=True)
class News:
    """What has come in about one DAG since it was last decided for.

    Attributes:
        outcomes: commands that ended, in order.
        sightings: its clones in the runtime, None if nobody looked.
        takeover: this primary has just taken over.
        asked: what operators ask of its ramp, in order.
        healthy: clones at the start gate that were seen to be healthy.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    sightings: tuple[Sighting, ...] | None = None
    takeover: bool = False
    asked: list[Asked] = field(default_factory=list)
    healthy: tuple[str, ...] = ()


class Demands:
    """What schedules want, worked out once for each batch: thousands of DAGs may open at one instant."""

    def __init__(self) -> None:
        self._known: dict[tuple[Schedule, datetime], Demand] = {}

    def at(self, schedule: Schedule, now: datetime) -> Demand:
        """Return what `schedule` wants at `now`."""
        known = self._known.get((schedule, now))
        if known is None:
            known = self._known[schedule, now] = demand_at(schedule, now)
        return known


class Draft:
    """The steps taken for one DAG in one batch, not yet durable.

    Args:
        allowance: how many clones may be made in each step; None for any number.
    """

    __slots__ = (
        "_allowance",
        "_defaults",
        "_demands",
        "asked",
        "commands",
        "demand",
        "entry",
        "epoch",
        "events",
        "granted",
        "heard",
        "labels",
        "now",
        "plan",
        "refused",
        "revision",
        "state",
        "stepped_at",
        "taken",
        "wake_at",
    )

    def __init__(
        self,
        entry: Entry,
        now: datetime,
        epoch: int,
        taken: Container[str],
        demands: Demands,
        *,
        defaults: Defaults,
        allowance: int | None = None,
    ) -> None:
        self.entry = entry
        # The definition may be replaced before this is durable.
        self.plan, self.labels = entry.plan, entry.labels
        self.revision = entry.revision
        self.now = now
        self.epoch = epoch
        self.taken = taken
        self.state: RampState = entry.state
        self.stepped_at = entry.stepped_at
        self.wake_at = entry.wake_at
        self.demand = entry.demand
        self._demands = demands
        self._defaults = defaults
        self._allowance = allowance
        self.refused = self.granted = 0
        self.commands: list[Command] = []
        self.events: list[Event] = []
        self.heard: list[Heard] = []
        self.asked: list[Asked] = []  # what is taken in

    def decide(self, news: News) -> None:
        """Take every step that the news and the clock ask for."""
        for outcome in news.outcomes:
            tolerated = on_time(self._not_before(outcome.command.at), self.now, self.plan.tolerance)
            self._step(tolerated, outcome=outcome)
        if news.sightings is not None:
            self._step(self.now, sightings=news.sightings, takeover=news.takeover)
        for asked in news.asked:
            if not asked.durable.done():  # nobody waits any more: it has been given up
                self.asked.append(asked)
                self._step(self._not_before(self.now), order=asked.order)
        if news.healthy:
            self._step(self._not_before(self.now), healthy=news.healthy)
        due = self.wake_at is not None and self.wake_at <= self.now
        if due or not news.outcomes:
            due_at = self.wake_at if self.wake_at is not None and due else self.now
            self._step(on_time(self._not_before(due_at), self.now, self.plan.tolerance))

    def grant(self, number: int, at: datetime) -> None:
        """Let the ramp make so many clones, at the instant `at` if that is near enough."""
        before = len(self.state.clones)
        self._step(on_time(self._not_before(at), self.now, self.plan.tolerance), allowance=number)
        self.granted += len(self.state.clones) - before

    def _not_before(self, at: datetime) -> datetime:
        """Return `at`, or the last step's instant if that is later: time does not go back in tolerance."""
        return at if self.stepped_at is None else max(at, self.stepped_at)

    def _step(
        self,
        now: datetime,
        outcome: Outcome | None = None,
        sightings: tuple[Sighting, ...] | None = None,
        *,
        takeover: bool = False,
        order: HoldOrder | None = None,
        healthy: tuple[str, ...] = (),
        allowance: int | None = None,
    ) -> None:
        plan = self.plan
        if self.demand is None or not self.demand.covers(now):
            self.demand = self._demands.at(plan.schedule, now)
        given = Input(
            now=now,
            plan=plan,
            demand=self.demand,
            parent=self.entry.parent,
            epoch=self.epoch,
            outcome=outcome,
            sightings=sightings,
            takeover=takeover,
            taken=self.taken,
            order=order,
            healthy=healthy,
            allowance=self._allowance if allowance is None else allowance,
        )
        decision = step(self.state, given)
        if decision.state is not self.state or decision.events:
            self.heard.append(Heard.of(given, _made(self.state, decision)))
        self.state, self.wake_at, self.stepped_at = decision.state, decision.wake_at, now
        self.refused = decision.refused
        self.commands += decision.commands
        self.events += decision.events

    @property
    def gone(self) -> bool:
        """Whether the DAG is deleted and nothing is left of it."""
        return self.entry.deleted and not self.state.clones

    @property
    def change(self) -> Change | None:
        """What has to be made durable, None if nothing."""
        if self.state is self.entry.state and not self.events and not self.gone:
            return None
        return Change(self.state, tuple(self.events), forget=self.gone, steps=self._steps())

    def _steps(self) -> Steps | None:
        """Return what is to be recorded, None where no step changed anything."""
        if not self.heard:
            return None
        before = self.entry.state if self.states else None
        return Steps(self.entry.name, self.revision, self._defaults, tuple(self.heard), before)

    @property
    def states(self) -> bool:
        """Whether the record is to say what the state was: where it is small, and where it is time again."""
        stated_at = self.entry.stated_at
        return not self.entry.state.clones or stated_at is None or self.now >= stated_at + STATED_EVERY


def _made(before: RampState, decision: Decision) -> tuple[str, ...]:
    """Return the names of the clones that a decision asks for the first time."""
    known = {clone.name for clone in before.clones} if decision.commands else ()
    created = (one.clone for one in decision.commands if one.action is Action.CREATE)
    return tuple(name for name in created if name not in known)
