"""Keeps the parents themselves in the runtime as operators want them. Clones are the core's business."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from autoclone.core.inputs import RunStatus
from autoclone.core.model import ParentStatus
from autoclone.engine.fleet import Entry, Fleet
from autoclone.engine.lanes import Job, Lanes
from autoclone.ports import DagRecord, DagSpec, Holding, Runtime, Store

log = logging.getLogger("autoclone.engine")


@dataclass(frozen=True, slots=True)
class _Held:
    """What the runtime holds of a parent: which revision, and since which pass."""

    revision: int
    since: int


class Parents:
    """Brings each parent to its wanted revision and status, one after the other, in lanes of their own.

    Attributes:
        errors: why a parent could not be brought there, by name.
        passes: how many times a parent was brought anywhere; grows.
    """

    def __init__(self, fleet: Fleet, store: Store, runtime: Runtime, lanes: Lanes, epoch: int) -> None:
        self.errors: dict[str, str] = {}
        self.passes = 0
        self._fleet = fleet
        self._store = store
        self._runtime = runtime
        self._lanes = lanes
        self._epoch = epoch
        self._held: dict[str, _Held] = {}
        self._read: dict[str, DagRecord] = {}  # what was read already, until it is used
        self._pending: dict[str, asyncio.Future[None]] = {}
        self._converging: set[str] = set()

    def want(self, name: str, record: DagRecord | None = None) -> asyncio.Future[None]:
        """Bring `name` to what its entry says now; the future is done when that was tried.

        `record` saves reading the newest definition again, where it is at hand.
        """
        if record is not None:
            self._read[name] = record
        waiting = self._pending.get(name)
        if waiting is None:
            waiting = self._pending[name] = asyncio.get_running_loop().create_future()
            run, ended = partial(self._converge, name, waiting), partial(self._ended, name, waiting)
            entry = self._fleet.entries.get(name)
            drain = entry.plan.drain_timeout if entry is not None else None
            self._lanes.add(Job(name, run, ended, patience=drain or timedelta()))
        return waiting

    async def _converge(self, name: str, waiting: asyncio.Future[None]) -> None:
        # Whoever wants something from here on has to be served by another pass.
        if self._pending.get(name) is waiting:
            del self._pending[name]
        self._converging.add(name)
        entry = self._fleet.entries.get(name)
        if entry is None or entry.deleted:
            self._held.pop(name, None)
            await self._runtime.delete(name, self._epoch)
        else:
            await self._hold(entry)
            await self._to_status(entry)

    async def _hold(self, entry: Entry) -> None:
        """Have the runtime hold the newest revision."""
        read = self._read.pop(entry.name, None)
        held = self._held.get(entry.name)
        if held is not None and held.revision == entry.revision:
            return
        fresh = read is not None and read.revision == entry.revision
        record = read if fresh else await self._store.get_dag(entry.name)
        if record is None:
            return
        await self._runtime.delete(entry.name, self._epoch)
        drain = entry.plan.drain_timeout
        spec = DagSpec(entry.name, record.document, None, record.updated_at, drain)
        await self._runtime.create(spec, self._epoch)
        self.passes += 1
        self._held[entry.name] = _Held(record.revision, self.passes)

    async def _to_status(self, entry: Entry) -> None:
        name, epoch = entry.name, self._epoch
        if entry.parent is ParentStatus.STOPPED:
            await self._runtime.stop(name, epoch, entry.plan.drain_timeout)
            return
        stats = await self._runtime.stats(name)
        if stats is not None and stats.status is RunStatus.SUSPENDED:
            await self._runtime.resume(name, epoch)
        else:
            await self._runtime.start(name, epoch)
        if entry.parent is ParentStatus.SUSPENDED:
            await self._runtime.suspend(name, epoch)

    def _ended(
        self, name: str, waiting: asyncio.Future[None], error: Exception | None, took: timedelta
    ) -> None:
        self._converging.discard(name)
        if error is None:
            self.errors.pop(name, None)
        elif self.errors.get(name) != str(error):
            self.errors[name] = str(error)
            log.warning("%s could not be brought to its wanted state after %s: %s", name, took, error)
        if not waiting.done():
            waiting.set_result(None)

    def heal(self, holdings: Sequence[Holding], began: int) -> None:
        """Compare with what the runtime held when `passes` was `began`, and mend the difference."""
        there = {one.name for one in holdings}
        for name, held in list(self._held.items()):
            if name not in there and held.since <= began and not self._in_hand(name):
                del self._held[name]
                self.want(name)
        for name in list(self.errors):
            self._held.pop(name, None)
            self.want(name)
        for one in holdings:
            if (one.parent or one.name) not in self._fleet.entries and not self._in_hand(one.name):
                self.want(one.name)

    def _in_hand(self, name: str) -> bool:
        return name in self._pending or name in self._converging
