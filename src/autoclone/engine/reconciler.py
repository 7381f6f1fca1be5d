"""Decide, commit, act: one batch at a time, for every DAG that has news or is due."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from autoclone.clock import Clock
from autoclone.core.inputs import HoldOrder, Outcome, Sighting
from autoclone.core.rations import Limit
from autoclone.core.start_gate import gated
from autoclone.engine.draft import Asked, Demands, Draft, News
from autoclone.engine.fleet import Entry, Fleet
from autoclone.engine.rationing import Rationing
from autoclone.ports import Defaults, Observer, Store

# After so many decisions the loop is given back for a moment, so that a large batch starves nobody.
BREATHER = 200

log = logging.getLogger("autoclone.engine")


class Reconciler:
    """Collects news and turns it into durable decisions.

    Args:
        epoch: the primary's, as claimed from the store.
        defaults: what this server lends to definitions, for the record.
        limits: what the DAGs may have together.

    Attributes:
        gates: the DAGs that have clones which others wait for at the start gate.
        gated: set while there are any.
    """

    def __init__(
        self,
        fleet: Fleet,
        store: Store,
        clock: Clock,
        observer: Observer,
        epoch: int,
        *,
        defaults: Defaults,
        limits: Sequence[Limit] = (),
    ) -> None:
        self.epoch = epoch
        self.arrived = asyncio.Event()
        self.gates: dict[str, None] = {}
        self.gated = asyncio.Event()
        self._fleet = fleet
        self._store = store
        self._clock = clock
        self._observer = observer
        self._defaults = defaults
        self._rationing = Rationing(fleet, limits)
        self._news: dict[str, News] = {}
        self._awaited: asyncio.Future[None] | None = None

    def report(self, outcome: Outcome) -> None:
        """Take in how a command ended.

        What was seen before that is old now: a clone that has just been started would be taken for dead.
        """
        news = self.touch(outcome.command.parent)
        news.outcomes.append(outcome)
        if not news.takeover:
            news.sightings = None

    def saw(self, name: str, sightings: Sequence[Sighting], *, takeover: bool = False) -> None:
        """Take in what the runtime holds of a DAG's clones."""
        news = self.touch(name)
        news.sightings = tuple(sightings)
        news.takeover = news.takeover or takeover

    def ask(self, name: str, order: HoldOrder) -> asyncio.Future[None]:
        """Take in what an operator asks of a ramp; the future is done once that is durable.

        Who cancels the future gives the order up, unless it is being made durable at that moment.
        """
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.touch(name).asked.append(Asked(order, durable))
        return durable

    def saw_well(self, name: str, clones: Sequence[str]) -> None:
        """Take in that these of a DAG's clones are healthy: nobody has to wait for them any more."""
        news = self.touch(name)
        news.healthy = (*news.healthy, *clones)

    def touch(self, name: str) -> News:
        """Have the next batch look at a DAG, whatever its deadline."""
        self.arrived.set()
        return self._news.setdefault(name, News())

    def touch_all(self) -> None:
        """Have the next batch look at every DAG: the clock jumped."""
        for name in self._fleet.entries:
            self.touch(name)

    def begin(self) -> None:
        """Take stock of the fleet, as this reign begins with it."""
        self._rationing.begin(self._clock.now())

    def next_wake(self) -> datetime | None:
        """Return when there is next something to decide, None if never, as far as the clock tells."""
        times = (self._fleet.next_wake(), self._rationing.next_at(self._clock.now()))
        return min((at for at in times if at is not None), default=None)

    def batch(self) -> asyncio.Future[None]:
        """Return a future that is done when the next batch to begin has ended, well or badly."""
        if self._awaited is None:
            self._awaited = asyncio.get_running_loop().create_future()
        return self._awaited

    async def run_once(self) -> list[Draft]:
        """Decide for all that is due or has news, commit it in one transaction, and return the drafts.

        Where the commit fails nothing is lost: the news waits for the next call.

        Raises:
            StaleEpoch: a newer primary has taken over.
            StoreError: the store cannot be used.
            Transient: the store may be usable in a moment.
        """
        awaited, self._awaited = self._awaited, None
        work = self._gather()
        drafts: list[Draft] = []
        demands = Demands()
        try:
            for name, news in work.items():
                drafts += self._decide(name, news, demands)
                if len(drafts) % BREATHER == BREATHER - 1:
                    await asyncio.sleep(0)
            if self._rationing:
                drafts += self._share(drafts, demands)
            await self._commit(drafts)
        except BaseException:
            self._news = _merged(work, self._news)
            self.arrived.set()
            raise
        finally:
            if awaited is not None and not awaited.done():
                awaited.set_result(None)
        return drafts

    def _gather(self) -> dict[str, News]:
        work, self._news = self._news, {}
        self.arrived.clear()
        now = self._clock.now()
        late: timedelta | None = None
        for entry in self._fleet.due(now):
            late = late or (now - entry.wake_at if entry.wake_at else None)
            work.setdefault(entry.name, News())
        if late is not None:
            self._observer.woke(late)
        return work

    def _decide(self, name: str, news: News, demands: Demands) -> list[Draft]:
        entry = self._fleet.entries.get(name)
        if entry is None:
            for asked in news.asked:
                asked.done()
            return []
        draft = self._draft(entry, demands)
        return [draft] if _decided(draft, lambda: draft.decide(news)) else []

    def _draft(self, entry: Entry, demands: Demands) -> Draft:
        return Draft(
            entry,
            self._clock.now(),
            self.epoch,
            self._fleet,
            demands,
            defaults=self._defaults,
            allowance=self._rationing.allowance,
        )

    def _share(self, drafts: Sequence[Draft], demands: Demands) -> list[Draft]:
        """Share out the places that there are; return the drafts of those that had waited for one."""
        deciding = {draft.entry.name: draft for draft in drafts}
        now = self._clock.now()
        at = max((draft.stepped_at for draft in drafts if draft.stepped_at is not None), default=now)
        fresh = []
        for name, number in self._rationing.share(deciding, now).items():
            draft = deciding.get(name) or self._draft(self._fleet.entries[name], demands)
            if _decided(draft, partial(draft.grant, number, at)) and name not in deciding:
                fresh.append(draft)
        return fresh

    async def _commit(self, drafts: Sequence[Draft]) -> None:
        changes = [change for draft in drafts if (change := draft.change) is not None]
        if changes:
            await self._store.commit(self.epoch, changes)
        for draft in drafts:
            self._apply(draft)
        self._rationing.note(drafts, self._clock.now())

    def announce(self, drafts: Sequence[Draft]) -> None:
        """Tell the observer what is durable now. Kept apart, so that it does not hold commands up."""
        events = [event for draft in drafts for event in draft.events]
        commands = [command for draft in drafts for command in draft.commands]
        if events or commands:
            self._observer.decided(events, commands)
        if drafts:
            phases = {str(phase): count for phase, count in self._fleet.phases.items()}
            holds = {str(kind): count for kind, count in self._fleet.holds.items()}
            self._observer.counted(phases, self._fleet.live, holds)

    def _apply(self, draft: Draft) -> None:
        entry = draft.entry
        for asked in draft.asked:
            asked.done()
        entry.stepped_at, entry.encoded = draft.stepped_at, None
        if entry.plan is draft.plan:
            entry.demand = draft.demand
        if draft.heard and draft.states:
            entry.stated_at = draft.now
        if draft.state is not entry.state:
            self._fleet.apply(entry, draft.state)
        self._follow_gate(entry)
        if draft.gone:
            self._fleet.remove(entry.name)
        else:
            self._fleet.schedule(entry, draft.wake_at)

    def _follow_gate(self, entry: Entry) -> None:
        if gated(entry.state, entry.plan):
            self.gates[entry.name] = None
            self.gated.set()
        elif entry.name in self.gates:
            del self.gates[entry.name]
            if not self.gates:
                self.gated.clear()


def _decided(draft: Draft, decide: Callable[[], None]) -> bool:
    """Return whether a decision could be made."""
    try:
        decide()
    except Exception:
        # A defect that one DAG brings to light must not stop the others.
        log.exception("No decision could be made for %s", draft.entry.name)
        return False
    return True


def _merged(first: dict[str, News], then: dict[str, News]) -> dict[str, News]:
    """Return both, what came first before what came then."""
    for name, news in then.items():
        if name in first:
            old = first[name]
            news = News(  # noqa: PLW2901 - the merged one takes its place
                [*old.outcomes, *news.outcomes],
                news.sightings if news.sightings is not None else old.sightings,
                old.takeover or news.takeover,
                [*old.asked, *news.asked],
                (*old.healthy, *news.healthy),
            )
        first[name] = news
    return first
