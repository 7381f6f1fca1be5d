"""What the tests of real servers stand on."""

from collections.abc import Iterator

import pytest

from zookeeper_kit import Ensemble, ensemble


@pytest.fixture(scope="session")
def zookeepers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    """Three servers of ZooKeeper, for all tests of a process. Whoever kills one starts it again."""
    with ensemble(tmp_path_factory.mktemp("zookeeper"), 3) as servers:
        yield servers
