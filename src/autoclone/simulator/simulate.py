"""Drives the core through virtual time. Every command succeeds at the instant it is issued."""

from collections.abc import Iterator
from datetime import UTC, datetime

from autoclone.core.events import Event
from autoclone.core.future import Future, Present
from autoclone.core.model import Plan, RampState


def simulate(name: str, plan: Plan, start: datetime, end: datetime) -> Iterator[Event]:
    """Yield the events of one DAG's ramp with `start <= at < end`, in order, from no clones at all.

    It takes as long as the ramp has steps, however much time lies between them.

    Args:
        name: the DAG's name.
        plan: its resolved configuration.
        start: the first instant, aware.
        end: the first instant that is not simulated any more, aware.
    """
    begin, until = start.astimezone(UTC), end.astimezone(UTC)
    if begin < until:
        present = Present(plan=plan, state=RampState(name), now=begin)
        for events in Future(present).steps(until):
            yield from events
