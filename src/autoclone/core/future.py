"""What a ramp will do from where it stands: `step` over time to come, every command succeeding at once.

This is what previews and simulations are made of. It is the very machine that the primary runs, so what it
says will be journalled, if nothing fails and the service is on time.
"""

from collections import deque
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from autoclone.core.commands import Action, Command
from autoclone.core.demand import Demand, demand_at
from autoclone.core.events import Event
from autoclone.core.inputs import Input, Outcome
from autoclone.core.machine import step
from autoclone.core.model import ParentStatus, Plan, RampState
from autoclone.core.pace import on_time
from autoclone.core.turn import ACTIONS

# Whichever primary it will be: all that matters is that commands and outcomes agree on it.
EPOCH = 1
# A step with so many clones takes about twice as long as one with few.
CLONES_A_STEP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """How one DAG's ramp stands: what its future follows from.

    Attributes:
        plan: the configuration in force.
        state: the ramp as last committed.
        now: the present instant, UTC.
        parent: what the operator wants of the parent.
        stepped_at: the instant of the last step, UTC; None where that is not known.
        wake_at: when the ramp is to be stepped next, UTC; None where that is not known.
        taken: names that a new clone will not have.
        labels: the labels that the DAG carries.
        allowance: how many clones may be made in a step: 0 while it waits for a place, None for any number.
    """

    plan: Plan
    state: RampState
    now: datetime
    parent: ParentStatus = ParentStatus.RUNNING
    stepped_at: datetime | None = None
    wake_at: datetime | None = None
    taken: Container[str] = ()
    labels: tuple[str, ...] = ()
    allowance: int | None = None


class Future:
    """A ramp on its way from the present, one step at a time.

    Attributes:
        state: the ramp after the last step.
        wake_at: when it steps next, UTC; None if it never does again.
        cost: what the steps so far have cost: about one each, and more where there are many clones.

    Args:
        present: where it sets out.
        demand: what the schedule wants, as far as that is known already.
    """

    def __init__(self, present: Present, demand: Demand | None = None) -> None:
        self.state = present.state
        self.wake_at = present.wake_at
        self.cost = 0.0
        # Nothing waits at the start gate: clones are healthy as soon as they run.
        self._present = replace(present, plan=replace(present.plan, start_gate=None))
        self._stepped_at = present.stepped_at
        self._demand = demand
        self._taken = _Names(present.taken)
        self._news = self._at_first()

    def steps(self, end: datetime) -> Iterator[tuple[Event, ...]]:
        """Yield the events of each step before `end`, in UTC; of most steps there are none.

        Whoever asks again, with a later `end`, is told how it goes on.
        """
        while True:
            while self._news:
                at, outcome = self._news.popleft()
                at = self._not_before(at)
                commands, events = self._step(at, outcome)
                self._news.extend((at, Outcome(command)) for command in commands)
                yield events
            if self.wake_at is None or self.wake_at >= end:
                return
            self._news.append((self.wake_at, None))

    def present(self, now: datetime) -> Present:
        """Return where the ramp stands at `now`, in UTC, up to which it has been stepped."""
        return replace(
            self._present,
            state=self.state,
            now=now,
            stepped_at=self._stepped_at,
            wake_at=self.wake_at,
            taken=self._taken,
        )

    def _at_first(self) -> deque[tuple[datetime, Outcome | None]]:
        """Return what comes first: what is outstanding succeeds now, and what is due is done."""
        now, tolerance = self._present.now, self._present.plan.tolerance
        due = self.wake_at if self.wake_at is not None and self.wake_at <= now else now
        ended = on_time(self._stepped_at or now, now, tolerance)
        outcomes = ((ended, outcome) for outcome in outstanding(self.state, ended))
        return deque([*outcomes, (on_time(due, now, tolerance), None)])

    def _not_before(self, at: datetime) -> datetime:
        return at if self._stepped_at is None else max(at, self._stepped_at)

    def _step(self, at: datetime, outcome: Outcome | None) -> tuple[tuple[Command, ...], tuple[Event, ...]]:
        plan, parent = self._present.plan, self._present.parent
        if self._demand is None or not self._demand.covers(at):
            self._demand = demand_at(plan.schedule, at)
        given = Input(at, plan, self._demand, parent, EPOCH, outcome, taken=self._taken)
        decision = step(self.state, replace(given, allowance=self._present.allowance))
        self.state, self.wake_at, self._stepped_at = decision.state, decision.wake_at, at
        self._taken.add(decision.commands)
        self.cost += 1 + len(self.state.clones) / CLONES_A_STEP
        return decision.commands, decision.events


class _Names:
    """Names that are taken: those that were, and those of the clones made since."""

    def __init__(self, taken: Container[str]) -> None:
        self._taken = taken
        self._made: set[str] = set()

    def __contains__(self, name: object) -> bool:
        return name in self._made or name in self._taken

    def add(self, commands: tuple[Command, ...]) -> None:
        """Take the names of the clones that these commands make."""
        self._made.update(command.clone for command in commands if command.action is Action.CREATE)


def outstanding(state: RampState, at: datetime) -> list[Outcome]:
    """Return that what is outstanding has succeeded: commands that were issued at `at`."""
    return [
        Outcome(Command(ACTIONS[clone.stage], state.parent, clone.name, EPOCH, at, clone.attempts + 1))
        for clone in state.clones
        if not clone.free
    ]
