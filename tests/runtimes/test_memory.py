"""The memory runtime's ways to misbehave."""

import asyncio
from datetime import timedelta

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.errors import StaleEpoch, Transient
from autoclone.runtimes.memory import MemoryRuntime
from runtime_kit import spec


async def statuses(runtime: MemoryRuntime) -> dict[str, RunStatus]:
    return {one.name: one.status for one in await runtime.holdings()}


async def test_a_command_fails_so_often_as_it_was_told() -> None:
    runtime = MemoryRuntime()
    runtime.fail("create", "orders_*", Transient("no room"), times=2)
    for _ in range(2):
        with pytest.raises(Transient, match="no room"):
            await runtime.create(spec({}, "orders_1"), 1)
    await runtime.create(spec({}, "other"), 1)
    assert await statuses(runtime) == {"other": RunStatus.CREATED}
    await runtime.create(spec({}, "orders_1"), 1)
    assert await statuses(runtime) == {"orders_1": RunStatus.CREATED, "other": RunStatus.CREATED}


async def test_a_command_hangs_until_it_is_released() -> None:
    runtime = MemoryRuntime()
    await runtime.create(spec({}), 1)
    runtime.hang("orders")
    hanging = asyncio.ensure_future(runtime.start("orders", 1))
    await runtime.create(spec({}, "other"), 1)
    await asyncio.sleep(0)
    assert await statuses(runtime) == {"orders": RunStatus.CREATED, "other": RunStatus.CREATED}
    runtime.release("orders")
    await hanging
    assert (await statuses(runtime))["orders"] is RunStatus.RUNNING


async def test_a_command_that_hung_past_its_epoch_does_nothing() -> None:
    runtime = MemoryRuntime()
    await runtime.create(spec({}), 1)
    runtime.hang("orders")
    hanging = asyncio.ensure_future(runtime.start("orders", 1))
    await asyncio.sleep(0)
    await runtime.create(spec({}, "other"), 2)
    runtime.release("orders")
    with pytest.raises(StaleEpoch):
        await hanging
    assert (await statuses(runtime))["orders"] is RunStatus.CREATED


async def test_a_clone_dies() -> None:
    runtime = MemoryRuntime()
    for name in ("orders_1", "orders_2"):
        await runtime.create(spec({}, name, "orders"), 1)
        await runtime.start(name, 1)
    runtime.kill("orders_1")
    runtime.kill("orders_2", gone=True)
    assert await statuses(runtime) == {"orders_1": RunStatus.FAILED}


async def test_what_is_held_outlives_a_close_but_not_the_process() -> None:
    runtime = MemoryRuntime()
    await runtime.create(spec({}), 1)
    await runtime.close(timedelta())
    assert await statuses(runtime) == {"orders": RunStatus.CREATED}
    runtime.forget()
    assert await statuses(runtime) == {}
