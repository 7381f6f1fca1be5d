"""Several engines in one loop and in virtual time: one database, one ensemble, and links that can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from autoclone.engine.engine import Among, Engine, Options
from autoclone.engine.lanes import Limits
from autoclone.engine.service import Service
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import EventFilter, JsonObject, Lease
from election.zookeeper import ZooKeeperElection
from engine_world import MINUTE, NINE, SECOND, Watcher, document
from ensemble_parts import GuardedRuntime, LinkedStore, StoppableClock
from fake_ensemble import SESSION, FakeEnsemble, FakeWire
from virtual_clock import VirtualClock

T = TypeVar("T")

LEASE = timedelta(seconds=20)
# How finely a test looks for two that act: less than any of the deadlines are apart.
STEP = timedelta(milliseconds=500)


class Server:
    """One engine with links of its own, and shorthands for what tests look at."""

    def __init__(self, world: "EnsembleWorld", name: str) -> None:
        self.name, self.address = name, f"http://{name}"
        self.clock = StoppableClock(world.clock)
        self.store = LinkedStore(world.backing)
        self.runtime = GuardedRuntime(world.clock)
        self.watcher = Watcher()
        self.wires: list[FakeWire] = []
        self.started = self.alive = False
        self._world = world
        self._reaches_zookeeper = True
        among = Among(stand=self._stand, session_timeout=SESSION, lease=LEASE)
        options = Options(
            zone=ZoneInfo("UTC"),
            server_id=name,
            address=self.address,
            limits=Limits(width=8, per_key=4, timeout=timedelta(seconds=30)),
            among=among,
        )
        self.engine = Engine(self.store, self.runtime, self.clock, self.watcher, options)
        self.runtime.engine = self.engine
        self.service = Service(self.engine, version="test")

    def _stand(self) -> ZooKeeperElection:
        wire = self._world.ensemble.wire(self.address)
        wire.reachable = self._reaches_zookeeper
        self.wires.append(wire)
        return ZooKeeperElection(wire, self.clock, address=self.address, session_timeout=SESSION)

    # Its life

    async def start(self) -> None:
        self.started = True
        await self.engine.open()
        self.alive = True
        self.work = asyncio.create_task(self.engine.run())

    async def stop(self) -> None:
        """End it as a signal does."""
        if self.alive:
            self.alive = False
            self.work.cancel()
            with suppress(asyncio.CancelledError, ExceptionGroup):
                await self.work
            await self.engine.close()

    async def kill(self) -> None:
        """End it without a word to anybody: its clones are gone, its session and its lease run out."""
        self.cut_zookeeper()
        self.store.cut = True
        await self.stop()

    def freeze(self) -> None:
        """Stop the process, as SIGSTOP does."""
        self.clock.goes.clear()
        self.store.answers.clear()
        self.store.flows.clear()
        self.cut_zookeeper(silently=True)

    def thaw(self) -> None:
        """Let it go on. What waited in its sockets comes before anything that it does by itself."""
        self.store.flows.set()
        self.store.answers.set()
        self.heal_zookeeper()
        self.clock.goes.set()

    # Its links

    def cut_zookeeper(self, *, silently: bool = False) -> None:
        self._reaches_zookeeper = False
        for wire in self.wires[-1:]:
            if wire.reachable:
                wire.cut(silently=silently)

    def heal_zookeeper(self) -> None:
        self._reaches_zookeeper = True
        for wire in self.wires[-1:]:
            if not wire.reachable:
                wire.heal()

    # What it is

    @property
    def acts(self) -> bool:
        return self.alive and self.clock.goes.is_set() and self.engine._leadership.gate.is_open

    @property
    def role(self) -> str:
        return self.engine.standing.role

    @property
    def epoch(self) -> int:
        return self.engine.standing.epoch

    async def clones(self, parent: str = "orders") -> list[str]:
        """What its runtime really holds."""
        return [one.name for one in await self.runtime.holdings() if one.parent == parent]


class EnsembleWorld:
    """The clock, the database, the ensemble, and the servers."""

    def __init__(self, start: datetime = NINE - MINUTE) -> None:
        self.clock = VirtualClock(start)
        self.ensemble = FakeEnsemble(self.clock)
        self.backing = MemoryStore()
        self.servers: list[Server] = []

    async def add(self, name: str) -> Server:
        """Start one more server."""
        server = self.make(name)
        await self.start_all()
        return server

    def make(self, name: str) -> Server:
        """Make one more server, which is not started yet."""
        self.servers.append(Server(self, name))
        return self.servers[-1]

    async def start_all(self) -> None:
        """Start those that were not yet, giving them the time that this takes."""
        starting = [asyncio.create_task(server.start()) for server in self.servers if not server.started]
        await self.clock.settle()
        while not all(task.done() for task in starting):
            await self.clock.advance(STEP)
        await asyncio.gather(*starting)
        await self.clock.settle()

    async def end(self) -> None:
        """Let everything go on, and stop the servers."""
        for server in self.servers:
            server.thaw()
            server.store.lets_go()
        for server in self.servers:
            await server.stop()

    async def pass_(self, by: timedelta) -> None:
        """Let time pass, and look at each step that no two servers act."""
        left = by
        while left > timedelta():
            await self.clock.advance(min(STEP, left))
            left -= STEP
            self.check()

    def check(self) -> None:
        acting = [server.name for server in self.servers if server.acts]
        assert len(acting) <= 1, acting
        for server in self.servers:
            assert server.runtime.trespasses == [], server.name
            if server.alive and server.work.done():
                server.work.result()

    def acting(self) -> Server | None:
        return next((server for server in self.servers if server.acts), None)

    async def acting_within(self, by: timedelta) -> Server:
        """Let time pass until one acts."""
        await self.clock.settle()
        for left in range(by // STEP, -1, -1):
            found = self.acting()
            if found is not None and found.engine._leadership.reign is not None:
                return found
            await self.pass_(STEP * min(left, 1))
        raise AssertionError([(one.name, one.engine.standing) for one in self.servers])

    async def put(self, definition: JsonObject) -> None:
        primary = self.acting()
        assert primary is not None
        await primary.service.put(definition)
        await self.clock.settle()

    async def journal(self, parent: str = "orders") -> list[Any]:
        reader = MemoryStore(self.backing)
        await reader.open()
        return [entry.event for entry in await reader.events(EventFilter(parent=parent), limit=10_000)]

    async def lease(self) -> Lease:
        reader = MemoryStore(self.backing)
        await reader.open()
        return await reader.lease()


@asynccontextmanager
async def ensemble_world(*names: str) -> AsyncIterator[EnsembleWorld]:
    """Have as many servers, the first of which is primary."""
    world = EnsembleWorld()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(world.end)
        for name in names:
            await world.add(name)
        yield world


__all__ = ["LEASE", "MINUTE", "NINE", "SECOND", "SESSION", "EnsembleWorld", "Server", "document"]
