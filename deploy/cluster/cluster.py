"""The parts of one cluster, in the order in which they come up; they go down in the opposite one."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial

from cluster.failures import ClusterError, Interrupted
from cluster.leftovers import end_leftovers
from cluster.plan import EXAMPLES, Plan
from cluster.process import locked
from cluster.server import Server, Shared
from cluster.store import DATABASE, bring_up, open_postgres
from cluster.waiting import until
from cluster.zookeeper import Ensemble, Node, check_installed

ANSWER_WITHIN = timedelta(seconds=60)
Say = Callable[[str], None]
Stopping = Callable[[], bool]


class Cluster:
    """A ZooKeeper ensemble, PostgreSQL and three servers, of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.postgres = open_postgres(plan.folder / "postgres", plan.postgres)
        self.ensemble = Ensemble(plan.folder / "zookeeper", len(plan.zookeeper), ports=plan.zookeeper)
        shared = Shared(
            self.postgres.address(DATABASE), self.ensemble.hosts, _settings(plan), tuple(plan.command)
        )
        self.servers = [
            Server(number, plan.folder / f"autoclone-{number}", port, shared)
            for number, port in enumerate(plan.servers, 1)
        ]

    @property
    def members(self) -> list[Node | Server]:
        """All but PostgreSQL: the processes that this one starts itself."""
        return [*self.ensemble.nodes, *self.servers]

    def start_services(self) -> None:
        """Start what the servers need.

        Raises:
            ClusterError: a part of it does not start; with the end of its log.
        """
        bring_up(self.postgres)
        if not self.ensemble.start():
            raise ClusterError(f"ZooKeeper does not start:\n{self.ensemble.log}")

    def start_servers(self, stopping: Stopping) -> None:
        """Start the servers, and wait until each of them answers.

        Raises:
            ClusterError: one does not; with the end of its log.
            Interrupted: the end was asked for meanwhile.
        """
        for server in self.servers:
            server.start()
        for server in self.servers:
            until(partial(_settled, server, stopping), ANSWER_WITHIN)
            if stopping():
                raise Interrupted
            if server.info() is None:
                raise ClusterError(f"{server.name} does not answer:\n{server.log[-2000:]}")


@contextmanager
def running(plan: Plan, say: Say, stopping: Stopping) -> Iterator[Cluster]:
    """Run a cluster inside the block. Whatever of it was started is stopped at the end, each part in turn.

    Raises:
        ClusterError: it cannot be started, or runs already; with what to do about it.
        Interrupted: the end was asked for before it was up.
    """
    check_installed()
    plan.folder.mkdir(parents=True, exist_ok=True)
    with locked(plan.folder / "supervisor", "The cluster") as mark, ExitStack() as ending:
        mark.write(f"{os.getpid()}\n")
        mark.flush()
        end_leftovers(plan, say)
        plan.check_ports()
        cluster = Cluster(plan)
        ending.callback(_stop_postgres, cluster, say)
        ending.callback(_stop, "ZooKeeper", cluster.ensemble.stop, say)
        cluster.start_services()
        for server in reversed(cluster.servers):
            ending.callback(_stop, server.name, server.stop, say)
        cluster.start_servers(stopping)
        yield cluster


def _settled(server: Server, stopping: Stopping) -> bool:
    return stopping() or not server.running or server.info() is not None


def _settings(plan: Plan) -> dict[str, str]:
    """Return what all servers are told, before what each of them is: what the environment says, too."""
    data = plan.folder.absolute() / "data"
    data.mkdir(parents=True, exist_ok=True)
    told = {name: text for name, text in os.environ.items() if name.startswith("AUTOCLONE_")}
    path = os.pathsep.join(filter(None, (str(EXAMPLES), os.environ.get("PYTHONPATH"))))
    return {
        "AUTOCLONE_ALLOWED_MODULES": "flights",
        **told,
        "PYTHONPATH": path,
        "AUTOCLONE_DAGS": str(plan.dags.absolute()),
        "AUTOCLONE_DATA_DIR": str(data),
    }


def _stop(name: str, stop: Callable[[], object], say: Say) -> None:
    say(f"Stopping {name}")
    stop()


def _stop_postgres(cluster: Cluster, say: Say) -> None:
    if cluster.postgres.running:
        _stop("PostgreSQL", cluster.postgres.stop, say)
