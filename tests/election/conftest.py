"""Real ensembles for the tests of elections: one server for all, three for those that end some."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from zookeeper_kit import Ensemble, ensemble


@pytest.fixture(scope="session")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    with ensemble(tmp_path_factory.mktemp("zookeeper")) as servers:
        yield servers


@pytest.fixture(scope="module")
def three_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    with ensemble(tmp_path_factory.mktemp("zookeeper"), 3) as servers:
        yield servers


@pytest.fixture
def path(request: pytest.FixtureRequest) -> str:
    """A place in ZooKeeper for one test alone."""
    return f"/{request.node.name}"


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened
