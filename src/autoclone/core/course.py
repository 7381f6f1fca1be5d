"""What a ramp would have done under other words or another plan, and how much work that is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from autoclone.core.demand import demand_at
from autoclone.core.events import Event
from autoclone.core.future import EPOCH, Future, Present
from autoclone.core.inputs import HoldOrder, Input
from autoclone.core.machine import step
from autoclone.core.model import ParentStatus


@dataclass(frozen=True, slots=True)
class Word:
    """What an operator said, and when (UTC): of the parent, and maybe of the ramp."""

    at: datetime
    parent: ParentStatus
    order: HoldOrder | None = None


def course(present: Present, words: Iterable[Word], end: datetime) -> Iterator[Event]:
    """Yield what happens before `end`, in UTC, if these are the words and every command succeeds."""
    future = Future(present)
    for word in words:
        for events in future.steps(word.at):
            yield from events
        then = replace(future.present(word.at), parent=word.parent)
        if word.order is not None:
            demand = demand_at(then.plan.schedule, word.at)
            given = Input(word.at, then.plan, demand, word.parent, EPOCH, order=word.order)
            decision = step(then.state, given)
            yield from decision.events
            then = replace(then, state=decision.state)
        future = Future(then)
    for events in future.steps(end):
        yield from events


def clone_time(clones: int, events: Iterable[Event], start: datetime, end: datetime) -> timedelta:
    """Return how long all clones together were there from `start` to `end`.

    Args:
        clones: how many there were at `start`.
        events: what happened from then on, in order.
        start: the beginning.
        end: the end.
    """
    total, since = timedelta(), start
    for event in events:
        if start <= event.at < end:
            total += clones * (event.at - since)
            clones, since = event.clones, event.at
    return total + clones * (end - since)
