"""Looking ahead: working out what is to come in small pieces, so that nobody else is kept waiting."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from autoclone.config.faults import shown
from autoclone.core.crowd import Crowd, Look
from autoclone.core.events import Event
from autoclone.core.future import Present
from autoclone.core.model import RampState
from autoclone.core.preview import Preview
from autoclone.core.rations import Limit
from autoclone.errors import Fault, InvalidInput
from autoclone.simulator.fleet import Forecast

TICK = timedelta(microseconds=1)
# How much is worked out before others have their turn: about a millisecond.
BREATH = 40
# How much one answer may cost, as `Preview.cost` counts: a second or two.
DEAREST = 100_000
# Likewise of a whole fleet: ten thousand DAGs, each with a schedule of its own, come to most of it in a day.
DEAREST_FLEET = 1_500_000


@dataclass(frozen=True, slots=True)
class Span:
    """A time to look at: `start <= at < end`, both in UTC. What is just due is part of one from now."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to come of one ramp.

    Attributes:
        present: where the ramp stands.
        clones: how many there are just before the first event.
        events: the first ones, in order.
    """

    present: Present
    clones: int
    events: Sequence[Event]


class Foresight:
    """Works out what is to come, one request after the other: each gives the loop back again and again."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._one_fleet_at_a_time = asyncio.Lock()
        self._crowd = Crowd()

    async def events(self, present: Present, span: Span, limit: int) -> Ahead:
        """Return up to `limit` events, or a few more, of what follows from `present`.

        Raises:
            InvalidInput: it costs too much to work out.
        """
        start = span.start if span.start > present.now else present.now - present.plan.tolerance
        preview = Preview(present, start, span.end)
        found: list[Event] = []
        async with self._one_at_a_time:
            paid = 0.0
            for events in preview.steps():
                found += events
                if len(found) >= limit:
                    break
                if preview.cost > DEAREST:
                    raise _too_dear("to", span.end)
                if preview.cost - paid > BREATH:
                    paid = preview.cost
                    await asyncio.sleep(0)
        return Ahead(present, preview.clones, found)

    async def fleet(
        self, presents: Sequence[Present], span: Span, limits: Sequence[Limit] = ()
    ) -> Look | Forecast:
        """Return how many clones there will be in all; with `limits`, who will wait for a place as well.

        Raises:
            InvalidInput: it costs too much to work out.
        """
        async with self._one_fleet_at_a_time:
            look: Look | Forecast = (
                Forecast(presents, limits, span.start, span.end)
                if limits
                else self._crowd.look(presents, span.start, span.end)
            )
            paid = 0.0
            for _ in look.steps():
                if look.cost > DEAREST_FLEET:
                    raise _too_dear("to", span.end)
                if look.cost - paid > BREATH:
                    paid = look.cost
                    await asyncio.sleep(0)
        return look

    async def state(self, present: Present, at: datetime) -> RampState:
        """Return how the ramp will stand at `at`, in UTC, after all that happens then.

        Raises:
            InvalidInput: it costs too much to work out.
        """
        preview = Preview(present, at + TICK, at + TICK)
        async with self._one_at_a_time:
            paid = 0.0
            for _ in preview.steps():
                if preview.cost > DEAREST:
                    raise _too_dear("at", at)
                if preview.cost - paid > BREATH:
                    paid = preview.cost
                    await asyncio.sleep(0)
        return preview.state


def _too_dear(field: str, at: datetime) -> InvalidInput:
    problem = "takes too long to work out: the ramp has many clones, or never comes to rest before it"
    return InvalidInput(Fault(field, shown(at.isoformat()), problem, "Ask for an earlier time"))
