"""What is SQLite's own: readers beside the writer, and crashes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.errors import StoreError, Transient
from autoclone.persistence import session
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import EventFilter
from store_kit import START, change, files_in, put, state

WRITER = Path(__file__).with_name("doomed_writer.py")
COMMITS = 20


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An open store with epoch 1."""
    store = SqliteStore(tmp_path / "store.db")
    await store.open()
    await store.claim_epoch("one", START)
    yield store
    await store.close()


async def test_every_commit_is_flushed_to_a_write_ahead_log(store: SqliteStore) -> None:
    full = 2
    for connecting in (store._database.reading, store._database.writing):
        async with connecting() as connection:
            assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar() == "wal"
            assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar() == full
            assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1


async def test_reads_do_not_wait_for_a_write_and_do_not_see_half_of_it(store: SqliteStore) -> None:
    await put(store, 1)
    async with store._database.writing() as connection:
        await connection.exec_driver_sql("UPDATE dags SET status = 'stopped'")
        reads = await asyncio.gather(*(store.get_dag("orders") for _ in range(20)))
        assert {record and record.status.value for record in reads} == {"running"}
    record = await store.get_dag("orders")
    assert record is not None
    assert record.status == "stopped"


async def test_writes_at_once_all_get_their_turn(store: SqliteStore) -> None:
    await asyncio.gather(*(store.commit(1, [change(f"dag{n}", 1, 3)]) for n in range(40)))
    entries = await store.events(EventFilter(), limit=1000)
    told = [(entry.event.parent, entry.event.sequence) for entry in entries]
    assert sorted(told) == sorted((f"dag{n}", sequence) for n in range(40) for sequence in (1, 2, 3))
    assert all(told[at][0] == told[at + 2][0] for at in range(0, len(told), 3))  # each of them in one piece


async def test_a_write_does_not_wait_for_ever_for_its_turn(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def behind(_connection: AsyncConnection) -> None:
        with pytest.raises(Transient, match=r"cannot keep up\. Try again shortly"):
            await store.commit(1, [change("orders", 1, 1)])

    monkeypatch.setattr(session, "PATIENCE", timedelta())
    await store._database.write(behind)
    await store.commit(1, [change("orders", 1, 1)])


async def test_a_write_that_waits_for_its_turn_can_be_cancelled(store: SqliteStore) -> None:
    async def behind(_connection: AsyncConnection) -> None:
        work = asyncio.create_task(store.commit(1, [change("orders", 1, 1)]))
        await asyncio.sleep(0)
        work.cancel()
        await asyncio.wait((work,))
        assert work.cancelled()

    await store._database.write(behind)
    assert await store.get_state("orders") is None


async def test_two_servers_that_begin_at_once_get_two_epochs(tmp_path: Path) -> None:
    stores = [SqliteStore(tmp_path / "new.db") for _ in range(2)]
    await asyncio.gather(*(one.open() for one in stores))
    claimed = await asyncio.gather(*(one.claim_epoch("any", START) for one in stores for _ in range(5)))
    assert sorted(claimed) == list(range(1, 11))
    for one in stores:
        await one.close()


async def test_closing_lets_a_write_finish(store: SqliteStore) -> None:
    work = asyncio.create_task(store.commit(1, [change("orders", 1, 200)]))
    await asyncio.sleep(0)
    await store.close()
    await work
    with pytest.raises(StoreError, match="closed"):
        await store.load()
    await store.open()
    assert await store.get_state("orders") == state("orders", 200)


async def test_a_large_commit(store: SqliteStore) -> None:
    changes = [change(f"dag{n:04}", 1, 3) for n in range(2000)]
    await store.commit(1, changes)
    assert await store.get_state("dag1999") == state("dag1999", 3)
    entries = await store.events(EventFilter(), limit=10_000)
    assert [entry.event for entry in entries] == [event for one in changes for event in one.events]


async def test_nothing_but_the_database_is_left_once_it_is_closed(store: SqliteStore, tmp_path: Path) -> None:
    await store.close()
    assert files_in(tmp_path) == ["store.db"]


# kill -9


def kill_a_writer(path: Path, where: str) -> None:
    paths = os.pathsep.join((str(WRITER.parents[1]), str(WRITER.parents[2] / "src")))
    ended = subprocess.run(
        [sys.executable, str(WRITER), str(path), where],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.parametrize("where", ["between", "inside"])
async def test_what_was_committed_outlives_kill_9_and_nothing_else_does(tmp_path: Path, where: str) -> None:
    path = tmp_path / "store.db"
    await asyncio.to_thread(kill_a_writer, path, where)
    store = SqliteStore(path)
    await store.open()
    assert await store.claim_epoch("next", START) == 2
    entries = await store.events(EventFilter(), limit=10_000)
    assert [entry.event.sequence for entry in entries] == list(range(1, COMMITS + 1))
    ((record, ramp),) = await store.load()
    assert (record.name, ramp) == ("orders", state("orders", COMMITS))
    await store.commit(2, [change("orders", COMMITS + 1, COMMITS + 2)])
    await store.close()


async def test_a_database_whose_making_was_cut_short_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    await asyncio.to_thread(kill_a_writer, path, "creating")
    assert files_in(tmp_path) == ["store.db", "store.db-journal"]
    store = SqliteStore(path)
    await store.open()
    assert await store.load() == []
    await store.close()
    assert files_in(tmp_path) == ["store.db"]
