"""A PostgreSQL that is restarted, killed or hangs in mid-use: nothing is lost, and nothing made twice."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.errors import AutoCloneError, Transient
from autoclone.persistence.postgres import PostgresStore
from postgres_kit import Postgres
from postgres_stores import BRISK, LONG_ENOUGH, store_at
from store_kit import START, change, numbers, put, state


@pytest.fixture
async def store(address: str) -> AsyncIterator[PostgresStore]:
    """An open store with epoch 1 and a DAG."""
    store = store_at(address)
    await store.open()
    await store.claim_epoch("one", START)
    await put(store, 1)
    yield store
    await store.close()


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
    store = store_at(address, BRISK)
    await store.open()
    await store.claim_epoch("one", START)
    await put(store, 1)
    async with asyncio.timeout(LONG_ENOUGH):
        with hanging(postgres):
            for use in (store.load(), store.commit(1, [change("orders", 1, 1)])):
                with pytest.raises(Transient, match=r"does not answer in time"):
                    await use
            with pytest.raises(Transient, match=r"does not answer in time"):
                await store_at(address, BRISK).open()
        await store.commit(1, [change("orders", 1, 1)])
    assert await numbers(store) == [1]
    await store.close()


async def test_a_statement_that_takes_too_long_is_ended(address: str) -> None:
    store = store_at(address, BRISK)
    await store.open()

    async def sleep(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT pg_sleep(60)"))

    with pytest.raises(Transient, match="PostgreSQL stopped the statement"):
        await store._database.read(sleep)
    assert await store.load() == []
    await store.close()
