"""AUTOCLONE_STORE: what it may be, and what a user is told who wrote something else."""

from pathlib import Path

import pytest

from autoclone.errors import InvalidInput
from autoclone.persistence import open_store
from autoclone.persistence.memory import MemoryStore
from autoclone.persistence.sqlite import SqliteStore
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
        ("postgresql://db/autoclone", "postgres extra", "Use SQLite until it is"),
        ("postgres+asyncpg://db/autoclone", "not available in this version", "Use SQLite until it is"),
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


def test_a_password_is_not_shown() -> None:
    with pytest.raises(InvalidInput) as refused:
        open_store("postgresql://me:s3cret@@db/autoclone")
    assert "s3cret" not in str(refused.value)
    assert '"postgresql://***@db/autoclone"' in str(refused.value)
