"""What every runtime does alike. Each test runs over all of them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.errors import InvalidInput, Permanent, StaleEpoch
from autoclone.ports import Holding, JsonObject, Runtime
from autoclone.runtimes.memory import MemoryRuntime
from runtime_kit import START, chain, embedded, node, spec
from virtual_clock import VirtualClock

BUSY = chain(node("tick", "interval", every="1s"), node("log", "log"))
DOCUMENTS: tuple[JsonObject, ...] = ({}, {"nodes": [], "edges": []}, BUSY)

Opened = Callable[[], AbstractAsyncContextManager[Runtime]]


@pytest.fixture(params=["embedded", "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """How to have an open runtime; opened in the test's own task, as the port asks."""

    @asynccontextmanager
    async def context() -> AsyncIterator[Runtime]:
        clock = VirtualClock(START)
        runtime: Runtime = embedded(clock, tmp_path) if request.param == "embedded" else MemoryRuntime(clock)
        await runtime.open()
        try:
            yield runtime
        finally:
            await runtime.close(timedelta())

    return context


async def status_of(runtime: Runtime, name: str = "orders") -> RunStatus:
    return next(one.status for one in await runtime.holdings() if one.name == name)


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_a_life(opened: Opened, document: JsonObject) -> None:
    async with opened() as runtime:
        assert await runtime.holdings() == []
        await runtime.create(spec(document), 1)
        assert await runtime.holdings() == [Holding("orders", None, RunStatus.CREATED, START)]
        await runtime.start("orders", 1)
        assert await status_of(runtime) is RunStatus.RUNNING
        await runtime.suspend("orders", 1)
        assert await status_of(runtime) is RunStatus.SUSPENDED
        await runtime.resume("orders", 1)
        assert await status_of(runtime) is RunStatus.RUNNING
        await runtime.stop("orders", 1)
        assert await status_of(runtime) is RunStatus.STOPPED
        await runtime.delete("orders", 1)
        assert await runtime.holdings() == []


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_every_command_can_be_replayed(opened: Opened, document: JsonObject) -> None:
    async with opened() as runtime:
        for _ in range(2):
            await runtime.create(spec(document), 1)
        for _ in range(2):
            await runtime.start("orders", 1)
        await runtime.create(spec(document), 1)
        assert await status_of(runtime) is RunStatus.RUNNING
        for _ in range(2):
            await runtime.suspend("orders", 1)
        await runtime.start("orders", 1)
        assert await status_of(runtime) is RunStatus.SUSPENDED
        for _ in range(2):
            await runtime.resume("orders", 1)
        assert await status_of(runtime) is RunStatus.RUNNING
        for _ in range(2):
            await runtime.stop("orders", 1)
        assert await status_of(runtime) is RunStatus.STOPPED
        for _ in range(2):
            await runtime.delete("orders", 1)
        await runtime.stop("orders", 1)
        assert await runtime.holdings() == []


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_what_was_stopped_can_be_started_again(opened: Opened, document: JsonObject) -> None:
    async with opened() as runtime:
        await runtime.create(spec(document), 1)
        await runtime.start("orders", 1)
        await runtime.stop("orders", 1)
        await runtime.start("orders", 1)
        assert await status_of(runtime) is RunStatus.RUNNING


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_a_running_one_can_be_deleted_and_made_again(opened: Opened, document: JsonObject) -> None:
    async with opened() as runtime:
        await runtime.create(spec(document), 1)
        await runtime.start("orders", 1)
        await runtime.delete("orders", 1)
        await runtime.create(spec(document), 1)
        assert await status_of(runtime) is RunStatus.CREATED


async def test_suspending_what_does_not_run_changes_nothing(opened: Opened) -> None:
    async with opened() as runtime:
        await runtime.create(spec({}), 1)
        await runtime.suspend("orders", 1)
        assert await status_of(runtime) is RunStatus.CREATED
        await runtime.stop("orders", 1)
        await runtime.resume("orders", 1)
        assert await status_of(runtime) is RunStatus.STOPPED


async def test_what_is_not_there_cannot_be_started_suspended_or_resumed(opened: Opened) -> None:
    async with opened() as runtime:
        for command in (runtime.start, runtime.suspend, runtime.resume):
            with pytest.raises(Permanent, match="orders"):
                await command("orders", 1)


async def test_an_older_epoch_is_refused_by_every_command(opened: Opened) -> None:
    async with opened() as runtime:
        await runtime.create(spec({}), 2)
        with pytest.raises(StaleEpoch):
            await runtime.create(spec({}, "other"), 1)
        for command in (runtime.start, runtime.suspend, runtime.resume, runtime.stop, runtime.delete):
            with pytest.raises(StaleEpoch) as refused:
                await command("orders", 1)
            assert (refused.value.carried, refused.value.current) == (1, 2)
        assert await runtime.holdings() == [Holding("orders", None, RunStatus.CREATED, START)]


async def test_a_newer_epoch_takes_over(opened: Opened) -> None:
    async with opened() as runtime:
        await runtime.create(spec({}), 1)
        await runtime.start("orders", 5)
        with pytest.raises(StaleEpoch):
            await runtime.stop("orders", 4)
        assert await status_of(runtime) is RunStatus.RUNNING


async def test_holdings_are_in_name_order_and_name_the_parents(opened: Opened) -> None:
    async with opened() as runtime:
        for name, parent in (("b_20250125090000", "b"), ("c", None), ("b", None)):
            await runtime.create(spec({}, name, parent), 1)
        assert [(one.name, one.parent) for one in await runtime.holdings()] == [
            ("b", None),
            ("b_20250125090000", "b"),
            ("c", None),
        ]


async def test_stats_say_when_it_was_started(opened: Opened) -> None:
    async with opened() as runtime:
        assert await runtime.stats("orders") is None
        await runtime.create(spec({}), 1)
        before = await runtime.stats("orders")
        await runtime.start("orders", 1)
        after = await runtime.stats("orders")
        assert before is not None
        assert after is not None
        assert (before.status, before.started_at) == (RunStatus.CREATED, None)
        assert (after.name, after.status, after.started_at) == ("orders", RunStatus.RUNNING, START)


async def test_a_document_that_cannot_run_is_refused_and_not_held(opened: Opened) -> None:
    async with opened() as runtime:
        with pytest.raises(InvalidInput, match="nodes"):
            runtime.check({"nodes": "many"})
        with pytest.raises(Permanent, match="nodes"):
            await runtime.create(spec({"nodes": "many"}), 1)
        assert await runtime.holdings() == []


async def test_checking_holds_nothing(opened: Opened) -> None:
    async with opened() as runtime:
        for document in DOCUMENTS:
            runtime.check(document)
        assert await runtime.holdings() == []


async def test_closing_twice_is_harmless(opened: Opened) -> None:
    async with opened() as runtime:
        await runtime.create(spec(BUSY), 1)
        await runtime.start("orders", 1)
        await runtime.close(timedelta())
        await runtime.close(timedelta())
