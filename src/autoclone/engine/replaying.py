"""Taking every recorded step of a ramp again, to see whether it comes to what is journalled and stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from autoclone.core.events import Event
from autoclone.core.machine import step
from autoclone.core.model import ParentStatus, Plan, RampState
from autoclone.engine.definitions import Definitions
from autoclone.engine.recorded import Record, Told
from autoclone.ports import EventFilter, Store

PAGE = 1000


@dataclass(slots=True)
class Replay:
    """What came of it.

    Attributes:
        name: the DAG.
        since: from when on its events were asked for, UTC.
        until: the end, itself not included, UTC.
        recorded_from: when the first step that was taken again took place; None where none is recorded.
        steps: how many were.
        events: what they announced from `since` on.
        began: the ramp as `since` came; None where nothing is recorded of that.
        state: the ramp at the end; None where nothing is recorded.
        plan: what its definition said at the end; None likewise.
        differences: where it came to something else than is journalled or stored, in words.
    """

    name: str
    since: datetime
    until: datetime
    recorded_from: datetime | None = None
    steps: int = 0
    events: list[Event] = field(default_factory=list)
    began: RampState | None = None
    state: RampState | None = None
    plan: Plan | None = None
    differences: list[str] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        """Whether every step came to what it came to the first time."""
        return not self.differences

    def take(self, told: Told) -> bool:
        """Take the steps of one commit again; return whether the end was not reached."""
        if told.heard[0].now >= self.until:
            return False
        if told.before is not None:
            if not self._forgotten:
                self._compare("the state that is recorded", told.before)
            self.state = told.before
        for heard in told.heard:
            if heard.now >= self.until:
                return False
            if self.state is not None:
                self.recorded_from = self.recorded_from or heard.now
                decision = step(self.state, heard.said(told.plan))
                self.state, self.plan = decision.state, told.plan
                self.steps += 1
                if heard.now < self.since:
                    self.began = decision.state
                self.events += [event for event in decision.events if event.at >= self.since]
        return True

    def end(self, stored: RampState | None) -> None:
        """Compare with the state that is stored: the record ended before `until` did."""
        if stored is not None and not self._forgotten:
            self._compare("the state that is stored", stored)

    @property
    def _forgotten(self) -> bool:
        """Whether the DAG was deleted, and nothing is left of it: what comes then begins anew."""
        state = self.state
        return state is not None and state.parent_status is ParentStatus.DELETED and not state.clones

    def _compare(self, what: str, there: RampState) -> None:
        if self.state is not None and self.state != there:
            self.differences.append(f"{what} is {there}, and the steps came to {self.state}")

    def compare_events(self, journalled: Sequence[Event]) -> None:
        """Compare what was announced with what is journalled: from the first on that both still know."""
        there = {event.sequence: event for event in journalled}
        came = {event.sequence: event for event in self.events}
        first = max(min(there, default=0), min(came, default=0))
        for number in sorted(one for one in {*there, *came} if one >= first):
            if there.get(number) != came.get(number):
                self.differences.append(
                    f"event {number} is journalled as {there.get(number)}, and came out as {came.get(number)}"
                )


async def replay(
    store: Store, definitions: Definitions, name: str, since: datetime, until: datetime
) -> Replay:
    """Take the steps of `name` before `until` again, from the last recorded state before `since` on.

    Raises:
        StoreError, Transient: as the store.
    """
    taken = Replay(name, since, until)
    async for page in Record(store, definitions, name).pages(since):
        if not all(map(taken.take, page.told)):
            break
        taken.end(page.state)
        await asyncio.sleep(0)
    taken.compare_events(await _journalled(store, taken))
    return taken


async def _journalled(store: Store, taken: Replay) -> Sequence[Event]:
    """Return the events of that time that are in the journal."""
    where = EventFilter(parent=taken.name, since=taken.since, until=taken.until)
    events: list[Event] = []
    position = 0
    while page := await store.events(where, after=position, limit=PAGE):
        events += [entry.event for entry in page]
        position = page[-1].position
    return events
