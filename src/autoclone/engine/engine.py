"""Everything that runs beside the HTTP server: put together, started, and stopped again."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from autoclone.clock import Clock
from autoclone.config.dag import Dag
from autoclone.core.model import RampState
from autoclone.engine.definitions import Definitions
from autoclone.engine.executor import Executor
from autoclone.engine.fleet import Fleet
from autoclone.engine.health import Health
from autoclone.engine.lanes import Lanes, Limits
from autoclone.engine.parents import Parents
from autoclone.engine.reconciler import Reconciler
from autoclone.engine.resync import Resync
from autoclone.engine.ticker import Ticker
from autoclone.ports import DagRecord, Observer, Runtime, Store

PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an engine is set up.

    Attributes:
        zone: where wall times are read that name no zone of their own.
        ramp_interval: the pace of DAGs that set none.
        server_id: who claims the epoch.
        limits: how much goes on at once.
        drain_timeout: how long DAGs may finish what they have in hand when the server stops.
    """

    zone: tzinfo
    ramp_interval: timedelta = timedelta(minutes=1)
    server_id: str = "standalone"
    limits: Limits = field(default_factory=Limits)
    drain_timeout: timedelta = timedelta(seconds=3)


class Engine:
    """The reconciler and all it needs. Open it, run it, close it."""

    def __init__(
        self, store: Store, runtime: Runtime, clock: Clock, observer: Observer, options: Options
    ) -> None:
        self.store = store
        self.runtime = runtime
        self.clock = clock
        self.observer = observer
        self.options = options
        self.fleet = Fleet()
        self.definitions = Definitions(options.zone, options.ramp_interval)
        self.health = Health()
        self.epoch = 0
        self.started_at: datetime = clock.now()
        self._open = AsyncExitStack()

    async def open(self) -> None:
        """Open the store and the runtime, become primary, and take over what the last primary left.

        Raises:
            StoreError: the store cannot be used. It was not touched.
            Transient: the store is locked.
        """
        self._open.push_async_callback(self.store.close)
        await self.store.open()
        self.epoch = await self.store.claim_epoch(self.options.server_id, self.clock.now())
        await self.runtime.open()
        self._open.push_async_callback(self.runtime.close, self.options.drain_timeout)
        self._assemble()
        await self._load()
        await self.resync.look(takeover=True)
        self.reconciler.touch_all()
        await self.ticker.tick()  # from here on every status is right
        self.health.started = True

    def _assemble(self) -> None:
        limits = self.options.limits
        self._lanes = Lanes(self.clock, limits)
        self._parent_lanes = Lanes(self.clock, Limits(per_key=1, timeout=limits.timeout))
        self.reconciler = Reconciler(self.fleet, self.store, self.clock, self.observer, self.epoch)
        executor = Executor(self.runtime, self.store, self._lanes, self.observer, self.reconciler.report)
        self.ticker = Ticker(self.fleet, self.reconciler, self.clock, self.health, executor)
        self.parents = Parents(self.fleet, self.store, self.runtime, self._parent_lanes, self.epoch)
        self.resync = Resync(self.fleet, self.reconciler, self.store, self.runtime, self.parents)

    async def _load(self) -> None:
        after = None
        while page := await self.store.load(after=after, limit=PAGE):
            for record, state in page:
                self.fleet.add(self.definitions.entry(record, state))
                self.parents.want(record.name, record)
            after = page[-1][0].name

    async def run(self) -> None:
        """Manage the clones, until cancelled.

        Raises:
            StaleEpoch: a newer primary has taken over (inside an exception group).
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._lanes.run())
            group.create_task(self._parent_lanes.run())
            group.create_task(self.ticker.run())
            group.create_task(self.resync.run(self.clock))
            group.create_task(self.health.watch_loop(self.clock, self.observer))

    async def close(self) -> None:
        """Drain the runtime and close the store. What was decided stays decided: the next start goes on."""
        await self._open.aclose()

    async def admit(self, record: DagRecord, dag: Dag) -> None:
        """Take a definition that is now stored, and what it was resolved to, into the fleet."""
        if record.name not in self.fleet.entries:
            state = await self.store.get_state(record.name) or RampState(record.name)
            if record.name not in self.fleet.entries:  # nobody else did meanwhile
                self.fleet.add(self.definitions.unresolved(record, state))
        entry = self.fleet.entries[record.name]
        if entry.revision <= record.revision:
            self.definitions.update(entry, record, dag)

    def touch(self, name: str) -> None:
        """Have the ramp of `name` looked at: something about it changed."""
        entry = self.fleet.entries.get(name)
        if entry is not None:
            entry.encoded = None
        self.reconciler.touch(name)
