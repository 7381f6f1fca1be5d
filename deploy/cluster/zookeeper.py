"""A real ZooKeeper ensemble on the loopback interface, of the jars that `make zookeeper` fetches."""

import shutil
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cluster.failures import ClusterError
from cluster.ports import LOOPBACK, free_ports
from cluster.process import Process
from cluster.waiting import until

JARS = Path(__file__).parents[2] / ".services" / "zookeeper"
MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
START_WITHIN = timedelta(seconds=30)
ANSWER_WITHIN_SECONDS = 1
JAVA = (
    "-Xmx128m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # starts in half the time, on two cores
    "-Dzookeeper.admin.enableServer=false",
)
CONFIG = """\
tickTime={tick}
minSessionTimeout={shortest}
initLimit=50
syncLimit=10
maxClientCnxns=0
autopurge.purgeInterval=1
4lw.commands.whitelist=srvr
dataDir={folder}
clientPortAddress=127.0.0.1
clientPort={port}
"""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How quick and how careful an ensemble is.

    Attributes:
        tick: its unit of time. It grants sessions of 2 to 20 ticks.
        flush: whether each write is on the disk before it is answered.
    """

    tick: timedelta = timedelta(seconds=1)
    flush: bool = True


@dataclass(frozen=True, slots=True)
class Ports:
    """What a node listens on: for clients, for its leader, and for elections."""

    client: int
    quorum: int
    election: int


class Node(Process):
    """One server of an ensemble. It serves a few seconds after its start, if a majority is there."""

    def __init__(self, name: str, folder: Path, port: int, tuning: Tuning) -> None:
        flush = () if tuning.flush else ("-Dzookeeper.forceSync=no",)
        command = ("java", *JAVA, *flush, "-cp", f"{JARS}/*", MAIN, str(folder.absolute() / "zoo.cfg"))
        super().__init__(name, command, folder)
        self.port = port

    @property
    def address(self) -> str:
        """Its host and port, as clients want them."""
        return f"{LOOPBACK}:{self.port}"

    def serves(self) -> bool:
        """Whether it is part of a quorum, or alone and up."""
        with (
            suppress(OSError),
            socket.create_connection((LOOPBACK, self.port), ANSWER_WITHIN_SECONDS) as link,
        ):
            link.sendall(b"srvr")
            return b"Mode:" in link.makefile("rb").read()
        return False


class Ensemble:
    """One server, or several that need a majority of them. What they store is kept from start to start."""

    def __init__(
        self, folder: Path, size: int, *, tuning: Tuning | None = None, ports: Sequence[Ports] = ()
    ) -> None:
        tuning = tuning or Tuning()
        ports = ports or any_ports(size)
        self.nodes = [
            Node(f"zookeeper-{i}", folder / f"zookeeper-{i}", one.client, tuning)
            for i, one in enumerate(ports, 1)
        ]
        peers = [f"server.{i}={LOOPBACK}:{one.quorum}:{one.election}" for i, one in enumerate(ports, 1)]
        for i, node in enumerate(self.nodes, 1):
            _configure(node, i, peers if size > 1 else [], tuning)

    @property
    def hosts(self) -> str:
        """The addresses of all of them, as AUTOCLONE_ZOOKEEPER_HOSTS has them."""
        return ",".join(node.address for node in self.nodes)

    @property
    def log(self) -> str:
        """The end of what each of them has logged."""
        return "\n".join(node.log[-2000:] for node in self.nodes)

    def start(self) -> bool:
        """Start every server that is down, and return whether all of them came to serve."""
        for node in self.nodes:
            if not node.running:
                node.start()
        until(lambda: self.serves() or not self.running, START_WITHIN)
        return self.serves()

    @property
    def running(self) -> bool:
        """Whether every one of them lives."""
        return all(node.running for node in self.nodes)

    def serves(self) -> bool:
        """Whether every one of them serves."""
        return all(node.serves() for node in self.nodes)

    def kill(self, count: int | None = None) -> None:
        """End that many of the servers, or all."""
        for node in self.nodes[:count]:
            node.kill()

    def stop(self) -> None:
        """End all of them in good order."""
        for node in self.nodes:
            node.stop()


def any_ports(size: int) -> list[Ports]:
    """Return ports for that many nodes which are free just now."""
    found = free_ports(3 * size)
    return [Ports(*found[3 * i : 3 * i + 3]) for i in range(size)]


def check_installed() -> None:
    """Make sure that there is what an ensemble is started with.

    Raises:
        ClusterError: something is missing; the message says how to get it.
    """
    if not any(JARS.glob("zookeeper-*.jar")):
        raise ClusterError(f"There is no ZooKeeper in {JARS}. Run `make zookeeper`.")
    if not shutil.which("java"):
        raise ClusterError("There is no java. Install a Java runtime, of version 17 or later.")


def _configure(node: Node, number: int, peers: list[str], tuning: Tuning) -> None:
    data = node.folder.absolute() / "data"
    data.mkdir(parents=True, exist_ok=True)
    tick = round(tuning.tick.total_seconds() * 1000)
    config = CONFIG.format(tick=tick, shortest=2 * tick, folder=data, port=node.port)
    (data / "myid").write_text(str(number), "utf-8")
    (node.folder / "zoo.cfg").write_text(config + "".join(f"{peer}\n" for peer in peers), "utf-8")
