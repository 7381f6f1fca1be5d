"""What the runtime's tests share: a runtime over virtual time, specs, and waiting for a condition."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from autoclone.core.inputs import RunStatus
from autoclone.errors import InvalidInput
from autoclone.ports import DagSpec, JsonObject, NodeStats
from autoclone.runtimes.embedded import EmbeddedRuntime
from autoclone.runtimes.nodes.kafka.port import Kafka
from virtual_clock import VirtualClock

START = datetime(2025, 1, 25, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ALLOWED = ("runtime_functions",)


def spec(document: JsonObject, name: str = "orders", parent: str | None = None) -> DagSpec:
    return DagSpec(name, document, parent, START)


def node(id_: str, type_: str, **params: object) -> JsonObject:
    return {"id": id_, "type": type_, "params": params}


def chain(*nodes: JsonObject, **document: object) -> JsonObject:
    """Return a document whose nodes stand in a row."""
    ids = [one["id"] for one in nodes]
    return {
        "nodes": list(nodes),
        "edges": [list(pair) for pair in pairwise(ids)],
        **document,
    }


def embedded(
    clock: VirtualClock,
    folder: Path,
    transport: httpx.AsyncBaseTransport | None = None,
    kafka: Kafka | None = None,
) -> EmbeddedRuntime:
    return EmbeddedRuntime(
        clock,
        default_zone=UTC,
        allowed_modules=ALLOWED,
        data_dir=folder,
        drain_timeout=5 * SECOND,
        transport=transport,
        kafka=kafka,
    )


class World:
    """An embedded runtime, its virtual clock, and the folder that it reads and writes."""

    def __init__(self, clock: VirtualClock, folder: Path, runtime: EmbeddedRuntime) -> None:
        self.clock, self.folder, self.runtime = clock, folder, runtime

    async def run(self, document: JsonObject, name: str = "orders", parent: str | None = None) -> None:
        await self.runtime.create(spec(document, name, parent), 1)
        await self.runtime.start(name, 1)
        await self.clock.settle()

    async def status(self, name: str = "orders") -> RunStatus:
        stats = await self.runtime.stats(name)
        assert stats is not None
        return stats.status

    async def node(self, id_: str, name: str = "orders") -> NodeStats:
        stats = await self.runtime.stats(name)
        assert stats is not None
        return next(one for one in stats.nodes if one.id == id_)

    async def until_status(self, status: RunStatus, name: str = "orders") -> None:
        """Wait, without moving the clock, for what threads have in hand."""
        while await self.status(name) is not status:  # noqa: ASYNC110 - a thread sets no event of ours
            await asyncio.sleep(0)

    async def until(self, id_: str, condition: Callable[[NodeStats], bool], name: str = "orders") -> None:
        while not condition(await self.node(id_, name)):  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0)

    async def completes(self, document: JsonObject, name: str = "orders") -> None:
        await self.run(document, name)
        await self.until_status(RunStatus.COMPLETED, name)

    async def finish(self, doing: Callable[[], Any], passing: timedelta) -> None:
        """Do something that waits for the clock, and let so much time pass."""
        task = asyncio.ensure_future(doing())
        await self.clock.advance(passing)
        await task

    def lines(self, file: str) -> list[str]:
        return (self.folder / file).read_text().splitlines()

    def refused(self, document: JsonObject) -> list[str]:
        """Return every fault that `check` finds, as text."""
        try:
            self.runtime.check(document)
        except InvalidInput as error:
            return [str(fault) for fault in error.faults]
        return []


@asynccontextmanager
async def world(
    folder: Path, transport: httpx.AsyncBaseTransport | None = None, kafka: Kafka | None = None
) -> AsyncIterator[World]:
    clock = VirtualClock(START)
    runtime = embedded(clock, folder, transport, kafka)
    await runtime.open()
    try:
        yield World(clock, folder, runtime)
    finally:
        await runtime.close(timedelta())
