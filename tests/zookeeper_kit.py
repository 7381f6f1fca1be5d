"""A real ZooKeeper ensemble on free loopback ports, of the jars that `make install-services` fetches."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

JARS = Path(__file__).parents[1] / ".services" / "zookeeper"
MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
START_WITHIN = 30.0
JAVA = (
    "-Xmx128m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # starts in half the time, on two cores
    "-Dzookeeper.admin.enableServer=false",
    "-Dzookeeper.forceSync=no",  # no test cuts the power
)
# Sessions of two seconds are possible with these: without them the server grants four at least.
CONFIG = """\
tickTime=200
minSessionTimeout=400
initLimit=50
syncLimit=10
maxClientCnxns=0
4lw.commands.whitelist=srvr
dataDir={folder}
clientPortAddress=127.0.0.1
clientPort={port}
"""


class Node:
    """One server of an ensemble, in a process of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["java", *JAVA, "-cp", f"{JARS}/*", MAIN, str(self.folder / "zoo.cfg")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)

    def kill(self) -> None:
        """End it as a power cut does. Once it is down, this does nothing."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def serves(self) -> bool:
        """Whether it is part of a quorum, or alone and up."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as link:
            link.sendall(b"srvr")
            return b"Mode:" in link.makefile("rb").read()
        return False


class Ensemble:
    """One server, or several that need a majority of them."""

    def __init__(self, folder: Path, size: int) -> None:
        ports = free_ports(3 * size)
        self.nodes = [Node(folder / f"zookeeper-{i}", ports[i]) for i in range(size)]
        peers = [(ports[size + i], ports[2 * size + i]) for i in range(size)]
        for i, node in enumerate(self.nodes):
            node.folder.mkdir(parents=True)
            config = CONFIG.format(folder=node.folder / "data", port=node.port)
            if size > 1:
                config += "".join(f"server.{k}=127.0.0.1:{a}:{b}\n" for k, (a, b) in enumerate(peers, 1))
            (node.folder / "data").mkdir()
            (node.folder / "data" / "myid").write_text(str(i + 1), "utf-8")
            (node.folder / "zoo.cfg").write_text(config, "utf-8")

    @property
    def hosts(self) -> str:
        return ",".join(node.address for node in self.nodes)

    def start(self) -> bool:
        """Start every server that is down, and return whether all of them came to serve."""
        for node in self.nodes:
            if not node.running:
                node.start()
        end = time.monotonic() + START_WITHIN
        while time.monotonic() < end and all(node.running for node in self.nodes):
            if all(node.serves() for node in self.nodes):
                return True
            time.sleep(0.05)
        return False

    def kill(self, count: int | None = None) -> None:
        """End that many of the servers, or all."""
        for node in self.nodes[:count]:
            node.kill()


@contextmanager
def ensemble(folder: Path, size: int = 1) -> Iterator[Ensemble]:
    """Run an ensemble. One whose ports somebody else was quicker to take is started again on others.

    Raises:
        AssertionError: it cannot be started; the tests that need it fail, and are never skipped.
    """
    assert any(JARS.glob("zookeeper-*.jar")), f"There is no ZooKeeper in {JARS}. Run `make install-services`."
    assert shutil.which("java"), "There is no java. Install a Java runtime, of version 17 or later."
    with ExitStack() as ending:
        for attempt in range(3):
            servers = Ensemble(folder / str(attempt), size)
            ending.callback(servers.kill)
            if servers.start():
                yield servers
                return
            servers.kill()
        logs = "\n".join(
            (node.folder / "log").read_text("utf-8", "replace")[-2000:] for node in servers.nodes
        )
        raise AssertionError(f"ZooKeeper does not start:\n{logs}")


def free_ports(count: int) -> list[int]:
    """Ports that are free right now, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
