"""Many ramps at once under the fleet's limits: how many clones there will be at most, and who will wait."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from autoclone.core.crowd import Level
from autoclone.core.demand import Demand, demand_at
from autoclone.core.events import Event
from autoclone.core.future import EPOCH, Present, outstanding
from autoclone.core.inputs import Decision, Input, Outcome
from autoclone.core.machine import step
from autoclone.core.rations import CapWait, Held, Limit, Rations, Waiting


@dataclass(frozen=True, slots=True)
class Wait:
    """A time in which a ramp waits for a place.

    Attributes:
        name: the DAG.
        since: its beginning, UTC.
        until: its end, UTC; the end of the forecast where it still waits then.
        cap: the limit that it waits for at first.
    """

    name: str
    since: datetime
    until: datetime
    cap: CapWait


class _Ramp:
    """One ramp on its way."""

    def __init__(self, present: Present) -> None:
        self.labels = present.labels
        self.state = present.state
        self.wake_at: datetime | None = None
        self.refused = 0
        self.cap: CapWait | None = None
        self._present = present
        # Clones are healthy as soon as they run.
        self._plan = replace(self._present.plan, start_gate=None)
        self._demand: Demand | None = None

    @property
    def held(self) -> Held:
        return Held(self.labels, len(self.state.clones))

    def step(self, now: datetime, outcome: Outcome | None, allowance: int | None) -> Decision:
        if self._demand is None or not self._demand.covers(now):
            self._demand = demand_at(self._plan.schedule, now)
        given = Input(
            now=now,
            plan=self._plan,
            demand=self._demand,
            parent=self._present.parent,
            epoch=EPOCH,
            outcome=outcome,
            taken=self._present.taken,
            allowance=allowance,
        )
        decision = step(self.state, given)
        self.state, self.wake_at, self.refused = decision.state, decision.wake_at, decision.refused
        return decision


class Forecast:
    """What will happen to a fleet under its limits, if every command succeeds at once.

    Attributes:
        clones: how many there are just before `start`, once all is worked out.
        levels: each change of their number after it, in order.
        events: what happens from `start` on, in order of time; that of one instant as it happens.
        waits: who waits, in order of the beginning.
        cost: what it has cost so far: about one for each step of a ramp.

    Args:
        presents: the DAGs, each as it stands; all at the same present instant.
        limits: what they may have together; none where nothing is limited.
        start: where the time begins that is asked about, UTC; the present, or later.
        end: where it ends, itself not included, UTC.
    """

    def __init__(
        self, presents: Sequence[Present], limits: Iterable[Limit], start: datetime, end: datetime
    ) -> None:
        self.levels: list[Level] = []
        self.events: list[Event] = []
        self.waits: list[Wait] = []
        self.cost = 0.0
        self._start, self._end = start, end
        by_name = sorted(presents, key=lambda one: one.state.parent)
        self._ramps = {one.state.parent: _Ramp(one) for one in by_name}
        self._rations = Rations(limits)
        self._now = min((present.now for present in presents), default=start)
        self._news: dict[str, list[Outcome | None]] = {}  # None: it is due
        self._due = [(self._now, name) for name in self._ramps]
        self._waiting: dict[str, Waiting] = {}
        self._live = {name: ramp.state.live for name, ramp in self._ramps.items()}
        self.clones = self._clones = sum(self._live.values())
        for name, ramp in self._ramps.items():
            ramp.wake_at = self._now
            self._news[name] = [*outstanding(ramp.state, self._now)]
            self._rations.note(name, ramp.held)

    @property
    def peak(self) -> Level:
        """The most clones there are, and when that is first so."""
        return max([Level(self._start, self.clones), *self.levels], key=lambda level: level.clones)

    def steps(self) -> Iterator[None]:
        """Work it out, piece by piece. Whoever has other things to do may pause."""
        while (now := self._next()) is not None and now < self._end:
            self._now = now
            yield from self._happens()
            self._count()
        self._now = self._end
        for name in list(self._waiting):
            self._has_waited(name)
        self.waits.sort(key=lambda wait: (wait.since, wait.name))

    def whole(self) -> "Forecast":
        """Work all of it out, and return it."""
        for _ in self.steps():
            pass
        return self

    def _count(self) -> None:
        before = self.levels[-1].clones if self.levels else self.clones
        if self._now < self._start:
            self.clones = self._clones
        elif self._clones != before:
            self.levels.append(Level(self._now, self._clones))

    def _next(self) -> datetime | None:
        """Return when anything next happens."""
        while self._due and self._ramps[self._due[0][1]].wake_at != self._due[0][0]:
            heapq.heappop(self._due)
        labels = (self._ramps[name].labels for name in self._waiting)
        times = [self._rations.next_at(labels, self._now), self._due[0][0] if self._due else None]
        return min((at for at in times if at is not None), default=None)

    def _happens(self) -> Iterator[None]:
        """Do all that is due now, and all that follows from it at once."""
        while self._due and self._due[0][0] <= self._now:
            _, name = heapq.heappop(self._due)
            if self._ramps[name].wake_at == self._now:
                self._news.setdefault(name, []).append(None)
        touched: dict[str, None] = {}
        while True:
            news, self._news = self._news, {}
            for name, outcomes in news.items():
                for outcome in outcomes:
                    self._step(name, outcome, 0 if self._rations else None)
                yield
            touched.update(dict.fromkeys(news))
            touched.update(dict.fromkeys(self._share(news)))
            if not self._news:
                break
        for name in touched:
            wake_at = self._ramps[name].wake_at
            if wake_at is not None:
                heapq.heappush(self._due, (wake_at, name))

    def _share(self, changed: Iterable[str]) -> Iterable[str]:
        """Share out the places that there are; return who got any."""
        for name in changed:
            self._rations.note(name, self._ramps[name].held)
            self._wait_or_not(name)
        if not self._waiting:
            return ()
        held = {name: self._ramps[name].held for name in self._waiting}
        shares = self._rations.share(self._waiting, held, self._now)
        for name, number in shares.items():
            self._step(name, None, number)
            self._rations.note(name, self._ramps[name].held)
            self._rations.note_made(self._ramps[name].labels, number, self._now)
            self._wait_or_not(name)
        for name, waiting in self._waiting.items():
            ramp = self._ramps[name]
            ramp.cap = ramp.cap or self._rations.why(ramp.labels, waiting.since, self._now)
        return shares

    def _wait_or_not(self, name: str) -> None:
        refused = self._ramps[name].refused
        if not refused:
            self._has_waited(name)
        elif name not in self._waiting:
            self._waiting[name] = Waiting(refused, self._now)
        else:
            self._waiting[name] = replace(self._waiting[name], wants=refused)

    def _has_waited(self, name: str) -> None:
        waiting, ramp = self._waiting.pop(name, None), self._ramps[name]
        if waiting is not None and ramp.cap is not None and max(waiting.since, self._start) < self._now:
            self.waits.append(Wait(name, waiting.since, self._now, ramp.cap))
        ramp.cap = None

    def _step(self, name: str, outcome: Outcome | None, allowance: int | None) -> None:
        decision = self._ramps[name].step(self._now, outcome, allowance)
        if decision.commands:
            self._news.setdefault(name, []).extend(Outcome(command) for command in decision.commands)
        for event in decision.events:
            self._clones += event.clones - self._live[name]
            self._live[name] = event.clones
        if self._now >= self._start:
            self.events += decision.events
        self.cost += 1
