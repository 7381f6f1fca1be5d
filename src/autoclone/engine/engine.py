"""Everything that runs beside the HTTP server: put together, started, and stopped again."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from autoclone.clock import Clock
from autoclone.config.dag import Dag
from autoclone.core.model import RampState
from autoclone.core.rations import Limit
from autoclone.engine.candidate import Candidate
from autoclone.engine.definitions import Definitions
from autoclone.engine.draft import Demands, Draft, News
from autoclone.engine.fleet import Entry, Fleet
from autoclone.engine.health import Health
from autoclone.engine.lanes import Limits
from autoclone.engine.leadership import Leadership
from autoclone.engine.mirror import Mirror
from autoclone.engine.reign import Duty, Means, Reign
from autoclone.engine.tenure import Patience, Tenure
from autoclone.errors import NotPrimary
from autoclone.ports import DagRecord, Observer, Runtime, Standing, Store
from election.base import Election
from election.standalone import StandaloneElection

# How often a server that is alone makes sure that it still is.
SELDOM = timedelta(seconds=10)
# Looks at the lease within ZooKeeper's session timeout.
PULSES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """How a server stands among others that share its store.

    Attributes:
        stand: makes an election to take part in.
        session_timeout: ZooKeeper's: the same on all of them.
        lease: how long a primary may be out of the store's reach before it steps down.
    """

    stand: Callable[[], Election]
    session_timeout: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an engine is set up.

    Attributes:
        zone: where wall times are read that name no zone of their own.
        ramp_interval: the pace of DAGs that set none.
        server_id: who claims the epoch.
        address: where others reach this server, None where nowhere.
        limits: how much goes on at once.
        fleet_limits: what the DAGs may have together.
        drain_timeout: how long DAGs may finish what they have in hand when the server stops.
        max_hold: how long a pause or an override may last.
        among: how it stands among other servers, None where it has its store to itself.
        confirm_deletes: how many running clones a write may delete unasked, None for any number.
    """

    zone: tzinfo
    ramp_interval: timedelta = timedelta(minutes=1)
    server_id: str = "standalone"
    address: str | None = None
    limits: Limits = field(default_factory=Limits)
    fleet_limits: Sequence[Limit] = ()
    drain_timeout: timedelta = timedelta(seconds=3)
    max_hold: timedelta = timedelta(days=7)
    among: Among | None = None
    confirm_deletes: int | None = None


class Engine:
    """One server: primary or secondary as it comes. Open it, run it, close it."""

    def __init__(
        self, store: Store, runtime: Runtime, clock: Clock, observer: Observer, options: Options
    ) -> None:
        self.store = store
        self.runtime = runtime
        self.clock = clock
        self.options = options
        self.definitions = Definitions(options.zone, options.ramp_interval)
        self.health = Health()
        self.started_at: datetime = clock.now()
        self._observer = observer
        self._duties: list[Duty] = []
        self._means = Means(
            store=store,
            runtime=runtime,
            clock=clock,
            observer=observer,
            health=self.health,
            limits=options.limits,
            fleet_limits=options.fleet_limits,
            duties=self._duties,
        )
        self._mirror = Mirror(store, self.definitions)
        self._leadership = self._led(options.among)
        self._open = AsyncExitStack()

    def _led(self, among: Among | None) -> Leadership:
        owner, address = self.options.server_id, self.options.address
        if among is None:
            patience, pulse = Patience.alone(), SELDOM
            stand: Callable[[], Election] = lambda: StandaloneElection(address or "")  # noqa: E731 - as the other is
        else:
            patience, pulse = (
                Patience.among(among.session_timeout, among.lease),
                among.session_timeout / PULSES,
            )
            stand = among.stand
        candidate = Candidate(owner=owner, address=address, pulse=pulse, alone=among is None, stand=stand)
        return Leadership(
            self._means, candidate, Tenure(patience), crown=self._crown, dethroned=self._mirror.doubt
        )

    def _crown(self, epoch: int) -> Reign:
        return Reign(self._means, self._mirror, self._leadership.gate, epoch)

    def while_primary(self, duty: Duty) -> None:
        """Have `duty` run, with the epoch, whenever this server is primary. It is cancelled at its end."""
        self._duties.append(duty)

    @property
    def fleet(self) -> Fleet:
        """The DAGs as this server knows them. On a secondary they are as they were at the last `refresh`."""
        return self._mirror.fleet

    @property
    def standing(self) -> Standing:
        """What this server is now."""
        return self._leadership.standing

    @property
    def leads(self) -> bool:
        """Whether this server's fleet is the truth, which others follow: it is primary, or has to pause."""
        return self._leadership.enthroned

    @property
    def acts(self) -> bool:
        """Whether this server changes what is to be changed: it is primary, and sure of it."""
        return self.leads and self._leadership.gate.is_open

    def reign(self) -> Reign:
        """Return what it takes to change anything. Raises `NotPrimary` where that is not for this server."""
        reign = self._leadership.reign
        if reign is None:
            raise NotPrimary(self._leadership.standing.primary)
        return reign

    async def refresh(self) -> None:
        """Have the fleet be as the store has it now. A primary's always is.

        Raises:
            StoreError, Transient: as the store.
        """
        if not self.leads:
            await self._mirror.refresh()

    def project(self, entry: Entry) -> None:
        """Have `entry` say what its schedule wants now and when it next does; a primary's always says so."""
        if not self.leads:
            draft = Draft(
                entry, self.clock.now(), 0, self.fleet, Demands(), defaults=self.definitions.defaults
            )
            draft.decide(News())
            entry.demand, entry.wake_at = draft.demand, draft.wake_at

    async def open(self) -> None:
        """Open the store, and become primary or secondary.

        Raises:
            StoreError: the store cannot be used. It was not touched.
            Transient: the store is locked.
            Misconfigured: the election refuses a setting.
        """
        self._open.push_async_callback(self.store.close)
        await self.store.open()
        self._open.push_async_callback(self._leadership.close, self.options.drain_timeout)
        await self._leadership.open()
        await self.refresh()
        self.health.started = True

    async def run(self) -> None:
        """Do what the role asks for, until cancelled.

        Raises:
            StaleEpoch: another has taken over from a server that is alone (inside an exception group).
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._leadership.run())
            group.create_task(self.health.watch_loop(self.clock, self._observer))

    async def close(self) -> None:
        """Hand over, drain the runtime and close the store. What was decided stays decided."""
        await self._open.aclose()

    async def admit(self, record: DagRecord, dag: Dag) -> None:
        """Take a definition that is now stored, and what it was resolved to, into the fleet."""
        if record.name not in self.fleet.entries:
            state = await self.store.get_state(record.name) or RampState(record.name)
            if record.name not in self.fleet.entries:  # nobody else did meanwhile
                self.fleet.add(self.definitions.unresolved(record, state))
        entry: Entry = self.fleet.entries[record.name]
        if entry.revision <= record.revision:
            self.definitions.update(entry, record, dag)
