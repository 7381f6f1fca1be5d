"""What the contract suites share."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from autoclone.persistence import open_store
from autoclone.persistence.memory import MemoryStore
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import Store
from store_kit import Opened


@pytest.fixture(params=["sqlite", "postgres", "memory"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """How to make a store. All of one test share what they keep, as two servers or a restart do."""
    if request.param == "sqlite":
        return lambda: SqliteStore(tmp_path / "store.db")
    if request.param == "postgres":
        address: str = request.getfixturevalue("address")
        return lambda: open_store(address)
    backing = MemoryStore()
    return lambda: MemoryStore(backing)


@pytest.fixture
def opened(made: Callable[[], Store]) -> Opened:
    """How to have a store open."""

    @asynccontextmanager
    async def context() -> AsyncIterator[Store]:
        store = made()
        await store.open()
        try:
            yield store
        finally:
            await store.close()

    return context
