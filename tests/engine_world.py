"""An engine over virtual time, a store in memory and a runtime that does no work."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.core.inputs import Outcome
from autoclone.core.rations import Limit
from autoclone.engine.engine import Engine, Options
from autoclone.engine.lanes import Limits
from autoclone.engine.service import Service
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import EventFilter, Standing
from autoclone.runtimes.memory import MemoryRuntime
from virtual_clock import VirtualClock

NINE = datetime(2025, 1, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def document(
    name: str = "orders", opens: str = "0900", closes: str = "1700", count: int = 3
) -> dict[str, Any]:
    """A DAG without nodes."""
    section = {"ramp_up_time": opens, "ramp_down_time": closes, "ramp_count": count}
    return {"name": name, "nodes": [], "edges": [], "autoclone": section}


class Watcher:
    """Remembers what the engine tells its observer."""

    def __init__(self) -> None:
        self.late: list[timedelta] = []
        self.outcomes: list[Outcome] = []
        self.counts: dict[str, int] = {}
        self.standings: list[Standing] = []

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:
        pass

    def finished(self, outcome: Outcome, took: timedelta) -> None:
        self.outcomes.append(outcome)

    def woke(self, late: timedelta) -> None:
        self.late.append(late)

    def lagged(self, lag: timedelta) -> None:
        pass

    def counted(self, phases: dict[str, int], live: int, holds: dict[str, int]) -> None:
        self.counts = {**phases, "live": live, **holds}

    def became(self, standing: Standing) -> None:
        self.standings.append(standing)

    def pruned(self, expired: int, unsent: int) -> None:
        pass


class World:
    """What outlives an engine: the clock, the database, and a runtime that may go with it."""

    def __init__(self, start: datetime = NINE - MINUTE) -> None:
        self.clock = VirtualClock(start)
        self.backing = MemoryStore()
        self.watcher = Watcher()
        self.limits = Limits(width=8, per_key=4, timeout=timedelta(seconds=30))
        self.fleet_limits: tuple[Limit, ...] = ()
        self.confirm_deletes: int | None = None

    @asynccontextmanager
    async def server(
        self, runtime: MemoryRuntime | None = None, store: MemoryStore | None = None
    ) -> AsyncIterator["Server"]:
        """Run an engine inside the block. Without `runtime`, what ran in the last one is gone."""
        store = store or MemoryStore(self.backing)
        runtime = runtime or MemoryRuntime()
        options = Options(
            zone=ZoneInfo("UTC"),
            limits=self.limits,
            fleet_limits=self.fleet_limits,
            confirm_deletes=self.confirm_deletes,
        )
        engine = Engine(store, runtime, self.clock, self.watcher, options)
        await engine.open()
        work = asyncio.create_task(engine.run())
        server = Server(self, engine, store, runtime, work)
        await self.clock.settle()
        try:
            yield server
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError, ExceptionGroup):
                await work
            await engine.close()


class Server:
    """A running engine, and shorthands for what tests look at."""

    def __init__(
        self,
        world: World,
        engine: Engine,
        store: MemoryStore,
        runtime: MemoryRuntime,
        work: "asyncio.Task[None]",
    ) -> None:
        self.engine = engine
        self.store = store
        self.runtime = runtime
        self.work = work
        self.service = Service(engine, version="test")
        self._clock = world.clock

    async def put(self, definition: dict[str, Any]) -> None:
        await self.service.put(definition)
        await self._clock.settle()

    async def clones(self, parent: str = "orders") -> list[str]:
        """What the runtime really holds."""
        return [one.name for one in await self.runtime.holdings() if one.parent == parent]

    def status(self, name: str = "orders") -> str:
        return self.service.autoclone_status(name).status

    async def journal(self, parent: str = "orders") -> list[str]:
        """The events as `HH:MM:SS type clone`."""
        entries = await self.store.events(EventFilter(parent=parent), limit=10_000)
        return [
            f"{entry.event.at:%H:%M:%S} {entry.event.type} {entry.event.clone or '-'}" for entry in entries
        ]

    async def sequences(self, parent: str = "orders") -> list[int]:
        entries = await self.store.events(EventFilter(parent=parent), limit=10_000)
        return [entry.event.sequence for entry in entries]
