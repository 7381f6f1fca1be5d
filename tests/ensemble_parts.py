"""What a server of the ensemble world is made of: a clock, a store and a runtime that can each be hurt."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from autoclone.core.commands import Action
from autoclone.core.model import RampState
from autoclone.engine.engine import Engine
from autoclone.errors import Transient
from autoclone.persistence.memory import MemoryStore
from autoclone.persistence.session import to_the_end
from autoclone.ports import Change, DagRecord, Holding, JsonObject, Lease
from autoclone.runtimes.memory import MemoryRuntime
from virtual_clock import VirtualClock

T = TypeVar("T")


class StoppableClock(VirtualClock):
    """One process's view of the one clock. While the process is stopped, no sleeper of it wakes."""

    def __init__(self, real: VirtualClock) -> None:
        self._real = real
        self.goes = asyncio.Event()
        self.goes.set()

    def now(self) -> datetime:
        return self._real.now()

    def monotonic(self) -> float:
        return self._real.monotonic()

    async def sleep(self, delay: timedelta) -> None:
        await self._real.sleep(delay)
        await self.goes.wait()


class LinkedStore(MemoryStore):
    """A store behind a link that can be cut, or swallow what comes through it.

    Attributes:
        cut: every call fails at once.
        sees_through: a write that waits ends only once it is through, whoever is cancelled meanwhile.
        kept_back: set once an answer is.
        loaded: the names that `load` has returned, in order.
        flows: while it is not set, calls wait, before the store is asked.
        answers: while it is not set, calls wait after the store has done its work.
    """

    def __init__(self, backing: MemoryStore) -> None:
        super().__init__(backing)
        self.cut = self.sees_through = False
        self.kept_back = asyncio.Event()
        self.loaded: list[str] = []
        self.flows, self.answers = asyncio.Event(), asyncio.Event()
        self.flows.set()
        self.answers.set()
        self._held: dict[str, asyncio.Event] = {}

    def holds(self, method: str) -> None:
        """Keep the answers of one method back."""
        self._held[method] = asyncio.Event()

    def lets_go(self) -> None:
        """Give the answers that were kept back."""
        for event in self._held.values():
            event.set()
        self._held.clear()

    async def _through(self, method: str, work: Callable[[], Awaitable[T]]) -> T:
        async def call() -> T:
            await self.flows.wait()
            if self.cut:
                raise Transient("the database is out of reach")
            found = await work()
            await self.answers.wait()
            if method in self._held:
                self.kept_back.set()
                await self._held[method].wait()
            return found

        return await (to_the_end(call()) if self.sees_through else call())

    async def lease(self) -> Lease:
        return await self._through("lease", super().lease)

    async def claim_epoch(self, *args: Any, **more: Any) -> int:  # noqa: ANN401 - passed on
        return await self._through("claim_epoch", partial(super().claim_epoch, *args, **more))

    async def release(self, epoch: int) -> None:
        await self._through("release", partial(super().release, epoch))

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        await self._through("commit", partial(super().commit, epoch, changes))

    async def load(self, **more: Any) -> Sequence[tuple[DagRecord, RampState]]:  # noqa: ANN401 - passed on
        page = await self._through("load", partial(super().load, **more))
        self.loaded += [record.name for record, _ in page]
        return page

    async def get_documents(self, names: Sequence[str]) -> Mapping[str, JsonObject]:
        return await self._through("get_documents", partial(super().get_documents, names))

    async def get_dag(self, name: str) -> DagRecord | None:
        return await self._through("get_dag", partial(super().get_dag, name))

    async def list_dags(self, **more: Any) -> Sequence[DagRecord]:  # noqa: ANN401 - passed on
        return await self._through("list_dags", partial(super().list_dags, **more))


class GuardedRuntime(MemoryRuntime):
    """Notes each command that reaches it while its server may not act.

    Attributes:
        trespasses: those commands.
        closed: whether nothing runs.
        drains: how long it takes to close.
        blind: it cannot say what it holds.
    """

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self._time = clock
        self.engine: Engine | None = None
        self.trespasses: list[str] = []
        self.closed, self.blind = True, False
        self.drains = timedelta()

    async def open(self) -> None:
        self.closed = False

    async def close(self, drain: timedelta) -> None:
        """End what runs, as the embedded runtime does."""
        await super().close(drain)
        if self.drains:
            await self._time.sleep(self.drains)
        self.forget()
        self.closed = True

    async def holdings(self) -> Sequence[Holding]:
        if self.blind:
            raise Transient("the cluster does not answer")
        return await super().holdings()

    async def _admit(self, action: Action, name: str, epoch: int) -> None:
        if self.engine is None or not self.engine._leadership.gate.is_open:
            self.trespasses.append(f"{action} {name}")
        await super()._admit(action, name, epoch)
