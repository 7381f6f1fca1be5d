"""What the tests of real servers stand on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fault_case import FaultCase, fault_case, restored
from postgres_kit import Postgres
from zookeeper_kit import Ensemble, ensemble


@pytest.fixture(scope="session")
def zookeepers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    """Three servers of ZooKeeper, for all tests of a process. Whoever kills one starts it again."""
    with ensemble(tmp_path_factory.mktemp("zookeeper"), 3) as servers:
        yield servers


@pytest.fixture
async def case(tmp_path: Path, zookeepers: Ensemble, postgres: Postgres) -> AsyncIterator[FaultCase]:
    """Three servers, watched, over services that are there: what a test took away is back for the next."""
    await asyncio.to_thread(restored, zookeepers, postgres)
    async with fault_case(tmp_path, zookeepers, postgres) as one:
        yield one
