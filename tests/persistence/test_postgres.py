"""What is PostgreSQL's own: several servers, restarts in mid-use, and commits whose answer is lost."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.core.model import ParentStatus
from autoclone.errors import AutoCloneError, StaleEpoch, Transient
from autoclone.persistence import open_store
from autoclone.persistence.postgres import PostgresStore
from autoclone.persistence.postgres_address import PostgresAddress
from autoclone.persistence.postgres_patience import Patience
from autoclone.ports import EventFilter
from postgres_kit import Postgres
from store_kit import EVERYTHING, START, change, numbers, put, state

SHORT = timedelta(milliseconds=300)
BRISK = Patience(start=SHORT, connect=SHORT, lock=SHORT, idle=SHORT, statement=SHORT, answer=2 * SHORT)
LONG_ENOUGH = 30


def store_at(address: str, patience: Patience = BRISK) -> PostgresStore:
    return PostgresStore(PostgresAddress.parse(address), patience=patience)


@pytest.fixture
async def store(address: str) -> AsyncIterator[PostgresStore]:
    """An open store with epoch 1 and a DAG."""
    store = PostgresStore(PostgresAddress.parse(address))
    await store.open()
    await store.claim_epoch("one", START)
    await put(store, 1)
    yield store
    await store.close()


async def test_servers_that_start_at_once_make_the_tables_once(address: str) -> None:
    stores = [open_store(address) for _ in range(4)]
    await asyncio.gather(*(one.open() for one in stores))
    claimed = await asyncio.gather(*(one.claim_epoch("any", START) for one in stores for _ in range(3)))
    assert sorted(claimed) == list(range(1, 13))
    for one in stores:
        await one.close()


async def test_of_two_primaries_that_write_for_their_lives_one_ends_where_the_other_begins(
    store: PostgresStore, address: str
) -> None:
    """The old one never writes an event after the new one's claim was made."""
    other = open_store(address)
    await other.open()
    written = 0

    async def old() -> None:
        nonlocal written
        with suppress(StaleEpoch):
            while True:
                await store.commit(1, [change("orders", written + 1, written + 1)])
                written += 1

    work = asyncio.create_task(old())
    while written < 10:  # noqa: ASYNC110 - it counts what is really committed
        await asyncio.sleep(0)
    assert await other.claim_epoch("two", START) == 2
    seen = await numbers(other, "orders", limit=100_000)
    await asyncio.wait_for(work, LONG_ENOUGH)
    assert await numbers(other, "orders", limit=100_000) == seen == list(range(1, written + 1))
    await other.close()


async def test_a_claim_waits_for_a_write_that_passed_the_fence_and_no_write_passes_after_it(
    store: PostgresStore, address: str
) -> None:
    other = open_store(address)
    await other.open()
    passed, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT epoch FROM fence FOR UPDATE"))
        passed.set()
        await go_on.wait()
        await connection.execute(text("UPDATE dags SET status = 'stopped'"))

    writing = asyncio.create_task(store._database.write(slow))
    await passed.wait()
    claiming = asyncio.create_task(other.claim_epoch("two", START))
    record = await other.get_dag("orders")  # reads wait for nobody
    assert record is not None
    assert record.status is ParentStatus.RUNNING
    assert not claiming.done()
    go_on.set()
    await writing
    assert await claiming == 2
    record = await other.get_dag("orders")
    assert record is not None
    assert record.status is ParentStatus.STOPPED
    with pytest.raises(StaleEpoch):
        await store.commit(1, [change("orders", 1, 1)])
    await other.close()


async def test_a_server_that_is_suspended_in_the_middle_of_a_write_holds_nobody_up(address: str) -> None:
    frozen, other = store_at(address, replace(BRISK, idle=SHORT)), open_store(address)
    await frozen.open()
    await other.open()
    await frozen.claim_epoch("one", START)
    passed, go_on = asyncio.Event(), asyncio.Event()

    async def freeze(connection: AsyncConnection) -> None:
        await connection.execute(text("UPDATE fence SET epoch = 7"))
        passed.set()
        await go_on.wait()
        await connection.execute(text("SELECT 1"))

    writing = asyncio.create_task(frozen._database.write(freeze))
    await passed.wait()
    assert await other.claim_epoch("two", START) == 2
    go_on.set()
    with pytest.raises(Transient):
        await writing
    with pytest.raises(StaleEpoch):
        await frozen.commit(1, [change("orders", 1, 1)])
    assert await numbers(other) == []
    await frozen.close()
    await other.close()


async def test_a_lock_of_another_program_holds_up_writes_but_not_reads_and_passes(address: str) -> None:
    minute = timedelta(minutes=1)
    store = store_at(address, replace(BRISK, idle=minute, statement=minute, answer=minute))
    holder = open_store(address)
    await store.open()
    await holder.open()
    await store.claim_epoch("one", START)
    await put(store, 1)

    async def hold(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT epoch FROM fence FOR UPDATE"))
        with pytest.raises(Transient, match=r"AUTOCLONE_STORE = .*another program holds a lock"):
            await store.commit(1, [change("orders", 1, 1)])
        assert await store.get_dag("orders") is not None

    await holder._database.write(hold)  # type: ignore[attr-defined] # it is a store in a database
    await store.commit(1, [change("orders", 1, 1)])
    assert await numbers(store) == [1]
    await store.close()
    await holder.close()


# Restarts


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_a_restart_between_two_uses_hurts_nobody(
    store: PostgresStore, postgres: Postgres, how: str
) -> None:
    await asyncio.gather(*(store.get_dag("orders") for _ in range(10)))
    await asyncio.to_thread(postgres.restart, how)
    records = await asyncio.gather(*(store.get_dag("orders") for _ in range(10)))
    assert None not in records
    await store.commit(1, [change("orders", 1, 2)])
    assert await numbers(store) == [1, 2]


async def test_while_it_is_down_one_is_told_to_try_again_and_then_it_goes_on(
    store: PostgresStore, postgres: Postgres
) -> None:
    await asyncio.to_thread(postgres.stop)
    try:
        for use in (
            store.load,
            lambda: store.commit(1, [change("orders", 1, 1)]),
            lambda: store.claim_epoch("two", START),
        ):
            with pytest.raises(Transient, match=r"AUTOCLONE_STORE = .*cannot be reached.*goes on") as told:
                await use()
            assert "s3cret" not in str(told.value)
    finally:
        await asyncio.to_thread(postgres.start)
    await store.commit(1, [change("orders", 1, 1)])
    assert await numbers(store) == [1]


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_no_commit_is_lost_or_made_twice_by_restarts_in_mid_use(
    store: PostgresStore, postgres: Postgres, how: str
) -> None:
    """Each commit is tried until it is made, as the engine does: a number twice would be refused for ever."""
    over = asyncio.Event()
    written = 0

    async def write() -> None:
        nonlocal written
        while not over.is_set():
            try:
                await store.commit(1, [change("orders", written + 1, written + 3)])
            except Transient:
                await asyncio.sleep(0.01)
            else:
                written += 3

    work = asyncio.create_task(write())
    for _ in range(4):
        before = written
        while written < before + 30:  # noqa: ASYNC110 - it counts what is really committed
            await asyncio.sleep(0.001)
        await asyncio.to_thread(postgres.restart, how)
    over.set()
    await asyncio.wait_for(work, LONG_ENOUGH)
    assert await numbers(store, "orders", limit=100_000) == list(range(1, written + 1))
    assert await store.get_state("orders") == state("orders", written)


# Commits whose answer is lost


@contextmanager
def answer_lost(store: PostgresStore, postgres: Postgres, *, made: bool) -> Iterator[None]:
    """The connection is cut at the next commit: after it was made, or before it came to the server."""
    commit = AsyncConnection.commit
    cut: list[bool] = []

    async def cut_off(connection: AsyncConnection) -> None:
        if cut:
            return await commit(connection)
        cut.append(True)
        pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        if made:
            await commit(connection)
        await asyncio.to_thread(end_backend, postgres, pid)
        if made:
            await connection.execute(text("SELECT 1"))
        return await commit(connection)

    with patch.object(AsyncConnection, "commit", cut_off):
        yield


def end_backend(postgres: Postgres, pid: int) -> None:
    """Cut one connection, and see it gone."""
    postgres.sql(f"SELECT pg_terminate_backend({pid}, 10000)")


async def test_a_commit_that_was_made_though_its_answer_was_lost_counts_as_made(
    store: PostgresStore, postgres: Postgres
) -> None:
    with answer_lost(store, postgres, made=True):
        await store.commit(1, [change("orders", 1, 2)])
    await store.commit(1, [change("orders", 3, 3)])
    assert await numbers(store) == [1, 2, 3]


async def test_a_claim_whose_answer_was_lost_gives_its_number(
    store: PostgresStore, postgres: Postgres
) -> None:
    with answer_lost(store, postgres, made=True):
        assert await store.claim_epoch("two", START) == 2
    assert await store.claim_epoch("three", START) == 3


async def test_a_commit_that_was_not_made_can_be_tried_again(
    store: PostgresStore, postgres: Postgres
) -> None:
    with answer_lost(store, postgres, made=False), pytest.raises(Transient, match="Try again"):
        await store.commit(1, [change("orders", 1, 2)])
    assert await numbers(store) == []
    await store.commit(1, [change("orders", 1, 2)])
    assert await numbers(store) == [1, 2]


async def lose_the_answer(store: PostgresStore, postgres: Postgres) -> asyncio.Task[None]:
    """Begin a commit that is made, and stop PostgreSQL before its answer comes."""
    commit = AsyncConnection.commit
    stopped = asyncio.Event()

    async def stop(connection: AsyncConnection) -> None:
        await commit(connection)
        await asyncio.to_thread(postgres.stop, "immediate")
        stopped.set()
        await connection.execute(text("SELECT 1"))

    with patch.object(AsyncConnection, "commit", stop):
        work = asyncio.create_task(store.commit(1, [change("orders", 1, 2)]))
        await stopped.wait()
        while not store._database._asking:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
    return work


async def test_while_the_fate_of_a_commit_is_unknown_nothing_else_is_written(
    store: PostgresStore, postgres: Postgres
) -> None:
    work = await lose_the_answer(store, postgres)
    try:
        with pytest.raises(Transient, match="in the middle of a commit"):
            await store.commit(1, [change("other", 1, 1)])
        assert not work.done()
    finally:
        await asyncio.to_thread(postgres.start)
    await asyncio.wait_for(work, LONG_ENOUGH)
    await store.commit(1, [change("orders", 3, 3)])
    assert await numbers(store) == [1, 2, 3]


@pytest.mark.parametrize("ending", ["cancel", "close"])
async def test_a_server_that_ends_does_not_wait_for_the_fate_of_a_commit(
    store: PostgresStore, postgres: Postgres, ending: str
) -> None:
    work = await lose_the_answer(store, postgres)
    try:
        if ending == "cancel":
            work.cancel()
        else:
            await asyncio.wait_for(store.close(), LONG_ENOUGH)
        await asyncio.wait_for(asyncio.wait((work,)), LONG_ENOUGH)
        assert work.cancelled() or isinstance(work.exception(), AutoCloneError)
    finally:
        await asyncio.to_thread(postgres.start)


# A server that is there but does not answer


@contextmanager
def hanging(postgres: Postgres) -> Iterator[None]:
    """Suspend PostgreSQL and all its processes, as a machine or a network that hangs would."""
    children = Path(f"/proc/{postgres.pid}/task/{postgres.pid}/children").read_text().split()
    processes = [postgres.pid, *map(int, children)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


async def test_a_postgres_that_hangs_is_not_waited_for_for_ever(address: str, postgres: Postgres) -> None:
    store = store_at(address)
    await store.open()
    await store.claim_epoch("one", START)
    await put(store, 1)
    async with asyncio.timeout(LONG_ENOUGH):
        with hanging(postgres):
            for use in (store.load(), store.commit(1, [change("orders", 1, 1)])):
                with pytest.raises(Transient, match=r"does not answer in time"):
                    await use
            with pytest.raises(Transient, match=r"does not answer in time"):
                await store_at(address).open()
        await store.commit(1, [change("orders", 1, 1)])
    assert await numbers(store) == [1]
    await store.close()


async def test_a_statement_that_takes_too_long_is_ended(address: str) -> None:
    store = store_at(address)
    await store.open()

    async def sleep(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT pg_sleep(60)"))

    with pytest.raises(Transient, match="PostgreSQL stopped the statement"):
        await store._database.read(sleep)
    assert await store.load() == []
    await store.close()


# What it has in common with the others, at a size that matters


async def test_a_large_commit(store: PostgresStore) -> None:
    changes = [change(f"dag{n:04}", 1, 3) for n in range(2000)]
    await store.commit(1, changes)
    assert await store.get_state("dag1999") == state("dag1999", 3)
    entries = await store.events(EVERYTHING, limit=10_000)
    assert [entry.event for entry in entries] == [event for one in changes for event in one.events]


async def test_a_cancelled_commit_is_whole_or_not_there_and_blocks_nobody(store: PostgresStore) -> None:
    for turns in range(0, 30, 3):
        parent = f"dag{turns}"
        work = asyncio.create_task(store.commit(1, [change(parent, 1, 200)]))
        for _ in range(turns):
            await asyncio.sleep(0)
        work.cancel()
        await asyncio.wait((work,))
        await store.commit(1, [change(f"{parent}-next", 1, 1)])
        entries = await store.events(EventFilter(parent=parent), limit=1000)
        stored = await store.get_state(parent)
        assert (len(entries), stored) in ((0, None), (200, state(parent, 200)))


async def test_reads_see_one_snapshot(store: PostgresStore) -> None:
    async def twice(connection: AsyncConnection) -> tuple[int, int]:
        count = text("SELECT count(*) FROM events")
        first = (await connection.execute(count)).scalar_one()
        await store.commit(1, [change("orders", 1, 2)])
        return first, (await connection.execute(count)).scalar_one()

    assert await store._database.read(twice) == (0, 0)
    assert await numbers(store) == [1, 2]


async def test_an_operator_can_look_at_the_clones(
    store: PostgresStore, postgres: Postgres, address: str
) -> None:
    await store.commit(1, [change("orders", 1, 2)])
    found = postgres.sql(
        "SELECT name, parent, stage, since AT TIME ZONE 'UTC', announced, attempts, epoch FROM clones",
        address.rpartition("/")[2],
    )
    assert found == "orders_20250125090000|orders|running|2025-01-25 09:00:00.123456|t|0|1"
