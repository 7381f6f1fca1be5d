"""Drives the core through virtual time. Every command succeeds at the instant it is issued."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime

from autoclone.core.events import Event
from autoclone.core.inputs import Input, Outcome
from autoclone.core.machine import step
from autoclone.core.model import Plan, RampState
from autoclone.core.window import Demand, demand_at


def simulate(name: str, plan: Plan, start: datetime, end: datetime) -> Iterator[Event]:
    """Yield the events of one DAG's ramp with `start <= at < end`, in order, from no clones at all.

    It takes as long as the ramp has steps, however much time lies between them.

    Args:
        name: the DAG's name.
        plan: its resolved configuration.
        start: the first instant, aware.
        end: the first instant that is not simulated any more, aware.
    """
    ramp = _Ramp(name, plan)
    now: datetime | None = start.astimezone(UTC)
    until = end.astimezone(UTC)
    while now is not None and now < until:
        yield from ramp.happens(now)
        now = ramp.wake_at


class _Ramp:
    """A ramp whose world obeys: all that is asked of it is done at once."""

    def __init__(self, name: str, plan: Plan) -> None:
        self.wake_at: datetime | None = None
        self._plan = plan
        self._state = RampState(name)
        self._demand: Demand | None = None

    def happens(self, now: datetime) -> Iterator[Event]:
        """Yield all that happens at the instant `now`, in UTC."""
        news: deque[Outcome | None] = deque([None])
        while news:
            decision = step(self._state, Input(now, self._plan, self._demand_at(now), outcome=news.popleft()))
            self._state, self.wake_at = decision.state, decision.wake_at
            news.extend(Outcome(command) for command in decision.commands)
            yield from decision.events

    def _demand_at(self, now: datetime) -> Demand:
        if self._demand is None or not self._demand.covers(now):
            self._demand = demand_at(self._plan.schedule, now)
        return self._demand
