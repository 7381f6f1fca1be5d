"""What is PostgreSQL's own: several servers at once, and the fence between them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.core.model import ParentStatus
from autoclone.errors import StaleEpoch, Transient
from autoclone.persistence import fence, journal, open_store
from autoclone.persistence.codec import to_micros
from autoclone.persistence.fence import Stamp
from autoclone.persistence.postgres import PostgresStore
from autoclone.persistence.postgres_patience import Patience
from autoclone.ports import Lease, Store
from postgres_kit import Postgres
from postgres_stores import BRISK, LONG_ENOUGH, store_at
from store_kit import EVERYTHING, MINUTE, START, change, event, numbers, put, state

WRITER = Path(__file__).with_name("stopped_writer.py")
MOMENT = timedelta(seconds=3)


@pytest.fixture
async def store(address: str) -> AsyncIterator[PostgresStore]:
    """An open store with epoch 1 and a DAG."""
    store = store_at(address)
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


WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def test_events_become_visible_in_the_order_of_their_positions(
    store: PostgresStore, address: str
) -> None:
    """So who follows the journal by position misses none: the later one waits for the earlier."""
    other = open_store(address)
    await other.open()
    numbered, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: AsyncConnection) -> None:
        await fence.enter(connection, 1)
        await journal.append(connection, journal.rows([event("slow", 1)]))
        numbered.set()
        await go_on.wait()

    async def waiting(connection: AsyncConnection) -> int:
        found: int = await connection.scalar(WAITS) or 0
        return found

    writing = asyncio.create_task(store._database.write(slow))
    await numbered.wait()
    quick = asyncio.create_task(other.commit(1, [change("quick", 1, 1)]))
    while not await store._database.read(waiting):
        assert not quick.done()
    assert await other.events(EVERYTHING) == []
    go_on.set()
    await asyncio.gather(writing, quick)
    first, second = await other.events(EVERYTHING)
    assert (first.event.parent, second.event.parent) == ("slow", "quick")
    assert first.position < second.position
    await other.close()


async def test_a_server_that_is_suspended_in_the_middle_of_a_write_holds_nobody_up(address: str) -> None:
    frozen, other = store_at(address, BRISK), open_store(address)
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


async def test_a_server_that_is_really_stopped_holds_up_a_claim_no_longer_than_it_may_be_idle(
    address: str,
) -> None:
    paths = os.pathsep.join((str(WRITER.parents[1]), str(WRITER.parents[2] / "src")))
    writer = await asyncio.create_subprocess_exec(
        sys.executable,
        str(WRITER),
        address,
        env={**os.environ, "PYTHONPATH": paths},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await asyncio.to_thread(os.waitid, os.P_PID, writer.pid, os.WSTOPPED | os.WNOWAIT)
        other = store_at(address, replace(Patience(), lock=Patience().idle + MOMENT))
        await other.open()
        seen = await other.lease()
        assert (seen.epoch, seen.owner) == (1, "stopped")
        assert await other.claim_epoch("two", START, seen=seen) == 2  # the write that was undone is no sign
        writer.send_signal(signal.SIGCONT)
        said, _ = await asyncio.wait_for(writer.communicate(), LONG_ENOUGH)
        assert said.split() == [b"Transient"]
        assert await numbers(other) == []
        assert await other.lease() == Lease(2, seen.version + 1, "two")
        await other.close()
    finally:
        with suppress(ProcessLookupError):
            writer.kill()
        await writer.wait()


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


async def test_no_event_becomes_visible_behind_one_that_a_relay_has_seen(
    store: PostgresStore, address: str
) -> None:
    """Numbers are given out before the commit; the fence keeps a later number from being committed first."""
    other = open_store(address)
    await other.open()
    numbered, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: AsyncConnection, stamp: Stamp) -> None:
        await journal.append(connection, journal.rows([event("slow", 1, epoch=stamp.epoch)]))
        numbered.set()
        await go_on.wait()

    writing = asyncio.create_task(store._write(1, slow))
    await numbered.wait()
    overtaking = asyncio.create_task(other.commit(1, [change("quick", 1, 1)]))
    for _ in range(20):
        assert await other.unsent(10) == []
    assert not overtaking.done()
    go_on.set()
    await asyncio.gather(writing, overtaking)
    waiting = await other.unsent(10)
    assert [entry.event.parent for entry in waiting] == ["slow", "quick"]
    assert waiting[0].position < waiting[1].position
    await other.close()


async def test_a_relay_that_reads_while_two_connections_write_misses_nothing(
    store: PostgresStore, address: str
) -> None:
    other = open_store(address)
    await other.open()

    async def write(through: Store, parent: str) -> None:
        for n in range(1, 31):
            await through.commit(1, [change(parent, n, n)])

    writing = asyncio.gather(write(store, "a"), write(other, "b"))
    seen: list[int] = []
    while not writing.done() or await other.unsent(1):
        seen += [entry.position for entry in await other.unsent(7) if entry.position > max(seen, default=0)]
        await store.mark_sent(1, seen[-7:], START)
    assert seen == [entry.position for entry in await other.events(EVERYTHING, limit=100)]
    assert len(seen) == 60
    await other.close()


async def test_the_first_mark_of_what_was_published_stays(
    store: PostgresStore, postgres: Postgres, address: str
) -> None:
    await store.commit(1, [change("orders", 1, 2)])
    first, second = (entry.position for entry in await store.unsent(2))
    await store.mark_sent(1, [first], START)
    await store.mark_sent(1, [first, second], START + MINUTE)
    found = postgres.sql("SELECT published_at FROM events ORDER BY position", address.rpartition("/")[2])
    assert found.split() == [str(to_micros(START)), str(to_micros(START + MINUTE))]


# What it has in common with the others, at a size that matters


async def test_a_large_commit(store: PostgresStore) -> None:
    changes = [change(f"dag{n:04}", 1, 3) for n in range(2000)]
    await store.commit(1, changes)
    assert await store.get_state("dag1999") == state("dag1999", 3)
    entries = await store.events(EVERYTHING, limit=10_000)
    assert [entry.event for entry in entries] == [event for one in changes for event in one.events]


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
