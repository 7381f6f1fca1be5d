"""What a server does while it is primary, from the claim of its epoch until that is over."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from autoclone.clock import Clock
from autoclone.core.rations import Limit
from autoclone.engine.executor import Executor
from autoclone.engine.fleet import Fleet
from autoclone.engine.gate import Gate
from autoclone.engine.gated import GatedRuntime
from autoclone.engine.health import Health
from autoclone.engine.lanes import Lanes, Limits
from autoclone.engine.mirror import PAGE, Mirror
from autoclone.engine.parents import Parents
from autoclone.engine.reconciler import Reconciler
from autoclone.engine.resync import Resync
from autoclone.engine.start_gates import StartGates
from autoclone.engine.ticker import Ticker
from autoclone.ports import DagRecord, Observer, Runtime, Store

Duty = Callable[[int], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a reign works with; it outlives it.

    Attributes:
        duties: what else a primary of an epoch does, each until it is cancelled; one that fails ends the
            reign.
        fleet_limits: what the DAGs may have together.
    """

    store: Store
    runtime: Runtime
    clock: Clock
    observer: Observer
    health: Health
    limits: Limits
    duties: Sequence[Duty] = ()
    fleet_limits: Sequence[Limit] = ()


class Reign:
    """One epoch of this server: the reconciler and all that it needs.

    Attributes:
        epoch: as claimed from the store.
        begun: set once every DAG was looked at, from when on every status is right.
        drain: how long DAGs may finish what they have in hand at the end.
        work: all but what the runtime runs, None before the start. It may outlive the reign by a write that
            is under way, which the store refuses once another epoch has begun.
    """

    def __init__(self, means: Means, mirror: Mirror, gate: Gate, epoch: int) -> None:
        self.epoch = epoch
        self.begun = asyncio.Event()
        self.drain = timedelta()
        self.work: asyncio.Task[None] | None = None
        self._means = means
        self._mirror = mirror
        self._gate = gate
        self._fleet: Fleet = mirror.fleet
        store, clock, limits = means.store, means.clock, means.limits
        runtime = GatedRuntime(means.runtime, gate)
        self._lanes = Lanes(clock, limits, gate)
        self._parent_lanes = Lanes(clock, Limits(per_key=1, timeout=limits.timeout), gate)
        self.reconciler = Reconciler(
            self._fleet,
            store,
            clock,
            means.observer,
            epoch,
            defaults=mirror.defaults,
            limits=means.fleet_limits,
        )
        executor = Executor(runtime, store, self._lanes, means.observer, self.reconciler.report)
        self._ticker = Ticker(self.reconciler, clock, means.health, executor, gate=gate)
        self.parents = Parents(self._fleet, store, runtime, self._parent_lanes, epoch)
        self._resync = Resync(self._fleet, self.reconciler, runtime, self.parents)
        self._start_gates = StartGates(self._fleet, self.reconciler, runtime)

    async def run(self) -> None:
        """Take over what the last primary left, and manage the clones until cancelled.

        Raises:
            StaleEpoch: a newer primary has taken over (it may be inside an exception group).
        """
        # The runtime is opened and closed here, since its tasks belong to the task that opened it.
        await self._means.runtime.open()
        self.work = asyncio.create_task(self._work())
        try:
            await asyncio.wait((self.work,))
        finally:
            # What runs is stopped at once: the rest may have to wait for a store that has fallen silent.
            self.work.cancel()
            await self._means.runtime.close(self.drain)
        self.work.result()

    async def _work(self) -> None:
        await self._begin()
        async with asyncio.TaskGroup() as group:
            for work in (self._lanes.run, self._parent_lanes.run, self._ticker.run):
                group.create_task(work())
            for duty in self._means.duties:
                group.create_task(duty(self.epoch))
            for watch in (self._resync.run, self._start_gates.run):
                group.create_task(watch(self._means.clock))

    async def _begin(self) -> None:
        read = {record.name: record for record in await self._mirror.refresh()}
        for entry in self._fleet.entries.values():
            entry.demand = entry.wake_at = entry.encoded = entry.stated_at = None  # a secondary's
        await self._want_parents(read)
        self.reconciler.begin()
        await self._resync.look(takeover=True)
        self.reconciler.touch_all()
        await self._ticker.tick()
        self.begun.set()

    async def _want_parents(self, read: dict[str, DagRecord]) -> None:
        """Have every parent run, or be gone; definitions that were not read just now are read in pages."""
        rest = (name for name in list(self._fleet.entries) if name not in read)
        while page := list(islice(rest, PAGE)):
            records = await self._means.store.list_dags(names=page, limit=PAGE)
            read.update((record.name, record) for record in records)
        for name in self._fleet.entries:
            self.parents.want(name, read.get(name))

    def follow(self, name: str, record: DagRecord | None) -> tuple[asyncio.Future[None], ...]:
        """Have the ramp and the runtime follow what is stored of `name`; both are done once that was tried.

        `record` saves reading the definition again, where it is at hand.
        """
        self.reconciler.touch(name)
        return self.reconciler.batch(), self.parents.want(name, record)

    def resume(self) -> None:
        """Go on after the gate was shut for a while."""
        self._lanes.fill()
        self._parent_lanes.fill()
