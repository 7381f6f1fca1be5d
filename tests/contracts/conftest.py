"""What the contract suites share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from autoclone.persistence.memory import MemoryStore
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import Store
from store_kit import Opened


@pytest.fixture(params=["sqlite", "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """How to have a store open. All of one test share what they keep, as two servers or a restart do."""
    backing = MemoryStore()

    @asynccontextmanager
    async def context() -> AsyncIterator[Store]:
        sqlite = request.param == "sqlite"
        store: Store = SqliteStore(tmp_path / "store.db") if sqlite else MemoryStore(backing)
        await store.open()
        try:
            yield store
        finally:
            await store.close()

    return context
