"""The start gate in the engine: the next clone waits until the last one is seen to be healthy."""

from typing import Any

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.engine.start_gates import healthy
from autoclone.errors import Transient
from autoclone.ports import DagStats, NodeStats
from autoclone.runtimes.memory import MemoryRuntime
from engine_world import MINUTE, SECOND, World, document


def gated(timeout: str = "5m") -> dict[str, Any]:
    what = document()
    what["autoclone"]["start_gate"] = timeout
    return what


async def test_healthy_clones_come_at_the_pace() -> None:
    world = World()
    async with world.server() as server:
        await server.put(gated())
        await world.clock.advance(4 * MINUTE)
        assert [name[-6:] for name in await server.clones()] == ["090000", "090100", "090200"]


async def test_the_next_clone_comes_within_a_second_of_the_last_ones_recovery() -> None:
    world, runtime = World(), MemoryRuntime()
    runtime.ail("orders_*")
    async with world.server(runtime) as server:
        await server.put(gated())
        await world.clock.advance(3 * MINUTE + 20 * SECOND)
        assert len(await server.clones()) == 1
        runtime.recover("orders_*")
        await world.clock.advance(SECOND)
        assert [name[-6:] for name in await server.clones()] == ["090000", "090221"]


async def test_the_next_clone_comes_after_the_timeout_all_the_same() -> None:
    world, runtime = World(), MemoryRuntime()
    runtime.ail("orders_*")
    async with world.server(runtime) as server:
        await server.put(gated("90s"))
        await world.clock.advance(5 * MINUTE)
        assert [name[-6:] for name in await server.clones()] == ["090000", "090130", "090300"]


async def test_the_wait_outlives_the_server() -> None:
    world, runtime = World(), MemoryRuntime()
    runtime.ail("orders_*")
    async with world.server(runtime) as server:
        await server.put(gated())
        await world.clock.advance(2 * MINUTE + 20 * SECOND)
    async with world.server(runtime) as server:
        await world.clock.advance(MINUTE)
        assert len(await server.clones()) == 1
        runtime.recover("orders_*")
        await world.clock.advance(SECOND)
        assert len(await server.clones()) == 2


class Unseen(MemoryRuntime):
    """A runtime whose counters cannot be read for a while."""

    blind = True

    async def stats(self, name: str) -> DagStats | None:
        if self.blind and "_" in name:
            raise Transient("not now")
        return await super().stats(name)


async def test_a_runtime_that_cannot_be_looked_at_is_looked_at_again() -> None:
    world, runtime = World(), Unseen()
    async with world.server(runtime) as server:
        await server.put(gated())
        await world.clock.advance(3 * MINUTE)
        assert len(await server.clones()) == 1
        runtime.blind = False
        await world.clock.advance(SECOND)
        assert len(await server.clones()) == 2


async def test_a_clone_that_is_gone_is_not_taken_for_healthy() -> None:
    world, runtime = World(), MemoryRuntime()
    runtime.ail("orders_*")
    async with world.server(runtime) as server:
        await server.put(gated())
        await world.clock.advance(MINUTE + 5 * SECOND)
        runtime.kill("orders_20250125090000", gone=True)
        runtime.recover("orders_*")
        await world.clock.advance(SECOND)
        assert await server.clones() == []


@pytest.mark.parametrize(
    ("status", "nodes", "errors", "well"),
    [
        (RunStatus.RUNNING, [], 0, True),
        (RunStatus.COMPLETED, [NodeStats("a", "file", "completed")], 0, True),
        (RunStatus.FAILED, [], 0, False),
        (RunStatus.SUSPENDED, [], 0, False),
        (RunStatus.RUNNING, [NodeStats("a", "file", "waiting")], 0, False),
        (RunStatus.RUNNING, [NodeStats("a", "file", "running"), NodeStats("b", "log", "failed")], 0, False),
        (RunStatus.RUNNING, [NodeStats("a", "file", "running", errors=2)], 0, False),
        (RunStatus.RUNNING, [NodeStats("a", "file", "running", errors=2)], 2, True),
    ],
)
def test_who_is_healthy(status: RunStatus, nodes: list[NodeStats], errors: int, *, well: bool) -> None:
    assert healthy(DagStats("orders_1", status, None, tuple(nodes)), errors) is well


async def test_a_stop_may_take_the_drain_beyond_the_timeout_of_commands() -> None:
    world, runtime = World(), MemoryRuntime()
    what = document(closes="0903")
    what["autoclone"]["drain_timeout"] = "2m"
    async with world.server(runtime) as server:
        await server.put(what)
        await world.clock.advance(3 * MINUTE)
        runtime.hang("orders_20250125090000")
        await world.clock.advance(3 * MINUTE)
        assert [outcome.error for outcome in world.watcher.outcomes if outcome.error] == []
        await world.clock.advance(MINUTE)
        (error,) = [outcome.error for outcome in world.watcher.outcomes if outcome.error]
        assert error is not None
        assert "150 s" in error
