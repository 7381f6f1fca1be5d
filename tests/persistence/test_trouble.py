"""A database that cannot be used: what the operator is told, and that nothing was touched."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from autoclone.errors import AutoCloneError, StoreError, Transient
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import EventFilter
from only_readable import only_readable
from store_kit import START, change, document, files_in, put

AT_ONCE = timedelta(milliseconds=1)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A good database with a DAG and some events in it, closed."""
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    await store.open()
    epoch = await store.claim_epoch("one", START)
    await put(store, epoch, document=document(padding="x" * 20_000))
    await store.commit(epoch, [change("orders", 1, 100)])
    await store.close()
    return path


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    """The same database, open, with epoch 2."""
    store = SqliteStore(path, busy_timeout=AT_ONCE)
    await store.open()
    await store.claim_epoch("two", START)
    yield store
    await store.close()


async def refused(path: Path, kind: type[AutoCloneError] = StoreError) -> str:
    """What one is told who opens the database; the file is as it was afterwards."""
    before = contents(path)
    store = SqliteStore(path, busy_timeout=AT_ONCE)
    with pytest.raises(kind) as error:
        await store.open()
    with pytest.raises(StoreError, match="closed"):
        await store.load()
    assert contents(path) == before
    assert type(error.value) is kind
    told = str(error.value)
    assert told.startswith(f"AUTOCLONE_STORE = sqlite:///{path}: ")
    return told


def contents(path: Path) -> bytes | None:
    with suppress(OSError):
        return path.read_bytes()
    return None


def sql(path: Path, *statements: str) -> None:
    """Change a database behind the store's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


@pytest.mark.parametrize("text", [b"x", b"Shopping list: milk, eggs.\n" * 500])
async def test_a_text_file(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(text)
    told = await refused(path)
    assert "not an SQLite database" in told
    assert "name another file" in told
    assert files_in(tmp_path) == ["notes.txt"]


async def test_a_directory(tmp_path: Path) -> None:
    assert "this is a directory. Name a file in it" in await refused(tmp_path)


async def test_a_device() -> None:
    assert "not an SQLite database" in await refused(Path("/dev/null"))


async def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    told = await refused(tmp_path / "nowhere" / "store.db")
    assert f"there is no directory {tmp_path / 'nowhere'}. Create it" in told
    assert files_in(tmp_path) == []


async def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    assert "cannot be reached" in await refused(tmp_path / ("x" * 300))


async def test_a_file_in_place_of_a_directory(path: Path) -> None:
    assert "there is no directory" in await refused(path / "store.db")


async def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    sql(path, "CREATE TABLE invoices (number INTEGER)")
    told = await refused(path)
    assert "belongs to another program. Name another file" in told


async def test_a_newer_version(path: Path) -> None:
    sql(path, "UPDATE alembic_version SET version_num = '0042'")
    told = await refused(path)
    assert "schema 0042" in told
    assert "newer AutoClone" in told
    assert "Install that version, or name another file" in told


async def test_an_sqlite_that_is_too_old(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    assert "Use a Python with SQLite 3.35 or newer" in await refused(path)


async def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.touch()
    store = SqliteStore(path)
    await store.open()
    assert await store.load() == []
    await store.close()


@pytest.mark.parametrize("left", [50, 100, 4096, 10_000, -4096])
async def test_a_truncated_file(path: Path, left: int) -> None:
    truncate(path, left)
    told = await refused(path)
    assert "damaged" in told
    assert "Restore it from a backup" in told


@pytest.mark.parametrize("table", ["fence", "epochs", "dags", "ramps", "alembic_version"])
async def test_a_damaged_table_is_found_at_the_start(path: Path, table: str) -> None:
    scribble_over(path, table)
    told = await refused(path)
    assert "damaged" in told
    assert "Restore it from a backup" in told


@pytest.mark.parametrize("table", ["dag_revisions", "events"])
async def test_damage_found_later_is_told_and_hurts_nothing_else(path: Path, table: str) -> None:
    scribble_over(path, table)
    store = SqliteStore(path)
    await store.open()
    read = store.load() if table == "dag_revisions" else store.events(EventFilter())
    with pytest.raises(StoreError, match=r"damaged\. Restore it from a backup"):
        await read
    assert (await store.get_state("orders")) is not None
    await store.close()


def truncate(path: Path, left: int) -> None:
    """Leave so many bytes of a file; a negative number is how many to take off."""
    path.write_bytes(path.read_bytes()[:left])


def scribble_over(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        found = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = database.execute(found, (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


@pytest.mark.parametrize(
    "statement", ["UPDATE ramps SET state = 'garbage'", "UPDATE dag_revisions SET document = '{'"]
)
async def test_contents_that_cannot_be_read_are_told(path: Path, statement: str) -> None:
    sql(path, statement)
    store = SqliteStore(path)
    await store.open()
    with pytest.raises(StoreError, match=r"AUTOCLONE_STORE = .* damaged\. Restore it .*cannot be read"):
        await store.load()
    await store.close()


async def test_a_locked_database_cannot_be_opened_yet(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = await refused(path, Transient)
        assert "another program holds a lock" in told
        assert "Close that program" in told


async def test_a_database_locked_for_itself_by_another_program_cannot_be_opened_yet(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE fence SET epoch = epoch")
        other.execute("COMMIT")
        assert "another program holds a lock" in await refused(path, Transient)


async def test_a_lock_holds_up_writes_but_not_reads_and_passes(path: Path, store: SqliteStore) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Transient, match="another program holds a lock"):
            await store.commit(2, [change("orders", 101, 102)])
        assert await store.get_dag("orders") is not None
        other.execute("ROLLBACK")
    await store.commit(2, [change("orders", 101, 102)])
    newest = await store.events(EventFilter(), limit=1, newest_first=True)
    assert [entry.event.sequence for entry in newest] == [102]


async def test_a_full_disk_undoes_the_write_and_passes(store: SqliteStore) -> None:
    before = await store.load()
    await limit_pages(store, 1)  # SQLite takes what is in use for the least
    with pytest.raises(StoreError, match=r"AUTOCLONE_STORE = .*the disk is full\. Free some space"):
        await store.commit(2, [change("another", 1, 5000)])
    assert await store.load() == before
    assert await store.get_state("another") is None
    await limit_pages(store, 1_000_000)
    await store.commit(2, [change("another", 1, 5000)])
    assert await store.get_state("another") is not None


async def limit_pages(store: SqliteStore, pages: int) -> None:
    async with store._database.writing() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


async def test_a_file_that_may_not_be_written(path: Path) -> None:
    with only_readable(path, directory=False) as copy:
        told = await refused(copy)
    assert "the database is read-only. Make the file and its directory writable" in told


async def test_a_file_in_a_directory_that_may_not_be_written(path: Path) -> None:
    with only_readable(path, directory=True) as copy:
        told = await refused(copy)
        assert files_in(copy.parent) == ["store.db"]
    assert "writable by this user, or name another file" in told


async def test_a_directory_that_may_not_be_written(path: Path) -> None:
    with only_readable(path, directory=True) as copy:
        told = await refused(copy.with_name("another.db"))
    assert "the file cannot be opened or made" in told


async def test_a_connection_that_turns_read_only(store: SqliteStore) -> None:
    async with store._database.writing() as connection:
        await connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(StoreError, match=r"AUTOCLONE_STORE = .*the database is read-only\. Make the file"):
        await store.commit(2, [change("orders", 101, 102)])


async def test_a_file_that_is_taken_away_while_in_use(path: Path, store: SqliteStore) -> None:
    moved = path.with_name("moved.db")
    await asyncio.to_thread(path.rename, moved)
    with pytest.raises(StoreError, match=r"moved, deleted or replaced while in use\. Put it back"):
        await store.commit(2, [change("orders", 101, 102)])
    await asyncio.to_thread(moved.rename, path)
    await store.commit(2, [change("orders", 101, 102)])
