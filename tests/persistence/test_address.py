"""AUTOCLONE_STORE: what it may be, and what a user is told who wrote something else."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from autoclone.errors import InvalidInput
from autoclone.persistence import open_store
from autoclone.persistence.memory import MemoryStore
from autoclone.persistence.sqlite import SqliteStore
from postgres_kit import ADMIN, Postgres
from store_kit import START, files_in, put


@pytest.mark.parametrize("name", ["a.db", "with a space.db", "odd%41#;&.db", "ключ.db", "c:d.db"])
@pytest.mark.parametrize("prefix", ["sqlite:///", "SQLite:///", " sqlite:///", ""])
async def test_a_file_is_made_where_the_address_says(tmp_path: Path, prefix: str, name: str) -> None:
    path = tmp_path / name
    store = open_store(f"{prefix}{path}")
    await store.open()
    await put(store, await store.claim_epoch("one", START))
    await store.close()
    assert files_in(tmp_path) == [name]
    again = open_store(f"{path}")
    await again.open()
    assert await again.get_dag("orders") is not None
    await again.close()


async def test_a_relative_path_starts_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for address in ("sqlite:///one.db", "two.db"):
        store = open_store(address)
        await store.open()
        await store.close()
    assert files_in(tmp_path) == ["one.db", "two.db"]


@pytest.mark.parametrize("address", ["memory:", "Memory://", "sqlite://", "sqlite:///:memory:", ":memory:"])
def test_a_store_in_memory(address: str) -> None:
    assert isinstance(open_store(address), MemoryStore)


def test_nothing_is_touched_before_it_is_opened(tmp_path: Path) -> None:
    assert isinstance(open_store(f"sqlite:///{tmp_path}/a.db"), SqliteStore)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("address", "problem", "remedy"),
    [
        ("", "names no file", '"sqlite:///autoclone.db"'),
        ("sqlite:///", "names no file", '"sqlite:///autoclone.db"'),
        ("sqlite:///a.db?mode=ro", "carries options", "Leave out all from '?' on"),
        ("sqlite://a.db", "slashes", 'Write "sqlite:///a.db"'),
        ("sqlite:a.db", "slashes", 'Write "sqlite:///a.db"'),
        ("sqlite+aiosqlite:///a.db", "names a driver", 'Write "sqlite:///"'),
        ("postgresql+asyncpg://db/autoclone", "names a driver", 'Write "postgresql://user:password@host'),
        ("postgres+psycopg://db/autoclone", "names a driver", 'Write "postgresql://user:password@host'),
        ("postgresql://db", "names no database", 'Write "postgresql://user:password@host'),
        ("postgresql://db/", "names no database", 'Write "postgresql://user:password@host'),
        ("postgresql://db:many/autoclone", "can be read", 'Write "postgresql://user:password@host'),
        ("postgresql://db:70000/autoclone", "names the port 70000", "Use 1 to 65535"),
        ("postgresql:db", "can be read", 'Write "postgresql://user:password@host'),
        ("postgresql://db/autoclone?ssl=on", "the unknown option 'ssl'", "Leave it out"),
        ("postgresql://db/autoclone?sslmode=on", "'on' for sslmode", "Use one of disable, allow, prefer"),
        ("postgresql://db/autoclone?host=/tmp", "names the host twice", "Leave one of them out"),
        ("postgresql:///autoclone?host=/tmp&port=x", "'x' for port", "Write a number"),
        ("mysql://db/autoclone", "'mysql' is not a kind of store", '"sqlite:///autoclone.db"'),
        ("file:a.db", "'file' is not a kind of store", '"sqlite:///autoclone.db"'),
        ("a\0b.db", "NUL", "Leave it out"),
    ],
)
def test_any_other_address_is_refused(address: str, problem: str, remedy: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_store(address)
    (fault,) = refused.value.faults
    assert fault.field == "AUTOCLONE_STORE"
    assert problem in fault.problem
    assert remedy in fault.remedy
    if "\0" not in address:
        assert fault.value == f'"{address}"'


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "PostgreSQL"])
async def test_a_database_of_postgresql(address: str, scheme: str) -> None:
    store = open_store(address.replace("postgresql", scheme))
    await store.open()
    await put(store, await store.claim_epoch("one", START))
    await store.close()
    again = open_store(f"{address}?sslmode=disable")
    await again.open()
    assert await again.get_dag("orders") is not None
    await again.close()


async def test_a_socket_of_postgresql(postgres: Postgres) -> None:
    socket = f"host={postgres.folder}&port={postgres.port}"
    store = open_store(f"postgresql://{ADMIN}:s3cret%26word@/{postgres.database()}?{socket}")
    await store.open()
    assert await store.load() == []
    await store.close()


@pytest.mark.parametrize(
    "mistake", ["me:s3cret@@db:many/autoclone", "me:s3cret@db", "me:s3cret@db/autoclone?a=b"]
)
def test_a_password_is_not_shown(mistake: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_store(f"postgresql://{mistake}")
    error: BaseException | None = refused.value
    while error is not None:
        assert "s3cret" not in str(error)
        error = error.__cause__
    assert '"postgresql://***@db' in str(refused.value)


def test_without_the_driver_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(InvalidInput, match=r"pip install 'autoclone\[postgres\]'") as refused:
        open_store("postgresql://me:s3cret@db/autoclone")
    assert "s3cret" not in str(refused.value)


def test_the_driver_is_not_needed_for_anything_else() -> None:
    program = """
import sys
sys.modules["asyncpg"] = None
from autoclone.persistence import open_store
import autoclone.bootstrap.house
open_store("memory:"), open_store("sqlite:///a.db")
"""
    subprocess.run([sys.executable, "-c", program], check=True)
