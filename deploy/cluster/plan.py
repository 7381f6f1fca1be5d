"""Where everything of one cluster lies and listens: made from one folder and one port."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cluster.failures import ClusterError
from cluster.ports import LOOPBACK, is_free
from cluster.server import SERVE
from cluster.zookeeper import Ports

ROOT = Path(__file__).parents[2]
SIZE = 3
FIRST_PORT = 8001
EXAMPLES = ROOT / "examples"
RESTART_AFTER = timedelta(seconds=15)
LOWEST, HIGHEST = 1024, 65_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run, where.

    Attributes:
        folder: the home of all data and logs.
        port: of the first server. The others follow, with ZooKeeper from 10 above it and PostgreSQL at 40.
        dags: the folder of DAGs that every server follows.
        command: what a server is started with.
        restart_after: how long a part stays down that has ended by itself: long enough to see what the others
            make of it, as with a container's engine.
    """

    folder: Path
    port: int = FIRST_PORT
    dags: Path = EXAMPLES / "dags"
    command: Sequence[str] = SERVE
    restart_after: timedelta = RESTART_AFTER

    @property
    def servers(self) -> list[int]:
        """The servers' ports."""
        return [self.port + i for i in range(SIZE)]

    @property
    def zookeeper(self) -> list[Ports]:
        """The ensemble's ports."""
        return [Ports(self.port + 10 + i, self.port + 20 + i, self.port + 30 + i) for i in range(SIZE)]

    @property
    def postgres(self) -> int:
        """PostgreSQL's port."""
        return self.port + 40

    def check_ports(self) -> None:
        """Make sure that all of them can be listened on.

        Raises:
            ClusterError: one is taken, or the first leaves no room for the others; with the remedy.
        """
        if not LOWEST <= self.port <= HIGHEST:
            raise ClusterError(
                f"CLUSTER_PORT = {self.port}: is not between {LOWEST} and {HIGHEST}. Choose another."
            )
        for user, port in self._users():
            if not is_free(port):
                raise ClusterError(
                    f"Port {port} on {LOOPBACK}, meant for {user}, is taken. Stop what uses it, or "
                    f"move all ports of the cluster: `make cluster CLUSTER_PORT={self.port + 1000}`."
                )

    def _users(self) -> Iterator[tuple[str, int]]:
        yield from ((f"autoclone-{i}", port) for i, port in enumerate(self.servers, 1))
        for i, ports in enumerate(self.zookeeper, 1):
            yield from ((f"zookeeper-{i}", port) for port in (ports.client, ports.quorum, ports.election))
        yield "postgres", self.postgres
