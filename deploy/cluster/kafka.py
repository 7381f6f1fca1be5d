"""A real Kafka, without ZooKeeper, of the jars that `make kafka-jars` fetches: for tests, and for a person.

Run as a program, it serves one broker on 127.0.0.1:9092 until Ctrl-C: that is `make kafka`.
"""

import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from cluster.failures import ClusterError
from cluster.ports import LOOPBACK, free_ports
from cluster.process import Process
from cluster.waiting import until

ROOT = Path(__file__).parents[2]
JARS = ROOT / ".services" / "kafka"
CLUSTER = "YXV0b2Nsb25lLWthZmthLQ"  # any 16 bytes in base64 name a cluster
START_WITHIN = timedelta(seconds=60)
JAVA = (
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # starts in half the time, on two cores
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)
CONFIG = """\
process.roles=broker,controller
node.id={number}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{control_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
default.replication.factor={size}
min.insync.replicas={majority}
offsets.topic.num.partitions=4
offsets.topic.replication.factor={size}
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor={size}
transaction.state.log.min.isr={majority}
share.coordinator.state.topic.replication.factor={size}
share.coordinator.state.topic.min.isr={majority}
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
"""


class Broker(Process):
    """One server, broker and controller in one.

    Attributes:
        port: where clients find it, on the loopback interface.
    """

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder.name, _java(folder, "kafka.Kafka"), folder)
        self.port = port

    @property
    def address(self) -> str:
        """Where clients find it."""
        return f"{LOOPBACK}:{self.port}"

    def format(self) -> None:
        """Make its folder ready for its first start; a folder that is ready stays as it is."""
        if (self.folder / "data" / "meta.properties").exists():
            return
        command = _java(self.folder, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c")
        with self.log_file.open("ab") as log:
            timeout = START_WITHIN.total_seconds()
            subprocess.run(command, stdout=log, stderr=log, cwd=self.folder, timeout=timeout, check=False)

    def peers(self) -> int:
        """Return how many brokers it knows to serve, itself included: 0 while it does not answer."""
        with suppress(OSError, struct.error), socket.create_connection((LOOPBACK, self.port), 1) as link:
            # Kafka's protocol: the length; Metadata, version 1, request 0 of nobody; about no topic.
            link.sendall(struct.pack(">ihhihi", 14, 3, 1, 0, -1, 0))
            with link.makefile("rb") as answer:
                return int(struct.unpack(">iii", answer.read(12))[2])
        return 0


def _java(folder: Path, *command: str) -> tuple[str, ...]:
    return ("java", *JAVA, "-cp", f"{JARS}/*", *command, str(folder.absolute() / "server.properties"))


class Brokers:
    """One broker, or several that need a majority of them. They keep their data over every `start`.

    Args:
        folder: what they keep.
        ports: for each broker two: the clients', and the controllers' own.
        extra: settings of Kafka that are added to, or replace, those above; `{port}` and `{control_port}`
            in them stand for the broker's own.
    """

    def __init__(self, folder: Path, ports: list[tuple[int, int]], extra: Mapping[str, str]) -> None:
        self.nodes = [Broker(folder / f"kafka-{i}", port) for i, (port, _) in enumerate(ports, 1)]
        voters = ",".join(f"{i}@127.0.0.1:{control}" for i, (_, control) in enumerate(ports, 1))
        size = len(ports)
        for number, (node, (port, control_port)) in enumerate(zip(self.nodes, ports, strict=True), 1):
            node.folder.mkdir(parents=True, exist_ok=True)
            text = CONFIG.format(
                number=number,
                voters=voters,
                port=port,
                control_port=control_port,
                folder=node.folder,
                size=size,
                majority=size // 2 + 1,
            )
            for name, value in extra.items():
                text += f"{name}={value.format(port=port, control_port=control_port)}\n"
            (node.folder / "server.properties").write_text(text, "utf-8")

    @property
    def bootstrap(self) -> str:
        """Where clients find them, as `bootstrap.servers` has it."""
        return ",".join(node.address for node in self.nodes)

    def start(self) -> None:
        """Start every broker that is down, and return once all of them serve and know of one another.

        Raises:
            ClusterError: they do not, with what they logged.
        """
        for node in self.nodes:
            if not node.running:
                node.format()
                node.start()
        until(lambda: self.serve() or not self.running, START_WITHIN)
        if not self.serve():
            raise ClusterError("Kafka does not start:\n" + "\n".join(node.log[-3000:] for node in self.nodes))

    @property
    def running(self) -> bool:
        """Whether every one of them lives."""
        return all(node.running for node in self.nodes)

    def serve(self) -> bool:
        """Whether every one of them serves, and knows of all the others."""
        return all(node.peers() == len(self.nodes) for node in self.nodes)

    def stop(self) -> None:
        """End all of them in order."""
        for node in self.nodes:
            node.signal(signal.SIGTERM)
        for node in self.nodes:
            node.stop()

    def kill(self) -> None:
        """End all of them as a power cut does."""
        for node in self.nodes:
            node.kill()


@contextmanager
def brokers(folder: Path, size: int = 1, extra: Mapping[str, str] | None = None) -> Iterator[Brokers]:
    """Run brokers on free ports. Those whose ports somebody else was quicker to take get others.

    Raises:
        ClusterError: they cannot be started; the tests that need them fail, and are never skipped.
    """
    check()
    with ExitStack() as ending:
        for attempt in range(3):
            servers = Brokers(folder / str(attempt), pairs_of_ports(size), extra or {})
            ending.callback(servers.kill)
            try:
                servers.start()
            except ClusterError:
                if attempt == 2:  # noqa: PLR2004 - the last of three
                    raise
                servers.kill()
            else:
                break
        yield servers


def check() -> None:
    """Raise `ClusterError` where Kafka or Java is not installed."""
    if not any(JARS.glob("kafka_*.jar")):
        raise ClusterError(f"There is no Kafka in {JARS}. Run `make kafka-jars`.")
    if not shutil.which("java"):
        raise ClusterError("There is no java. Install a Java runtime, of version 17 or later.")


def pairs_of_ports(count: int) -> list[tuple[int, int]]:
    """Return pairs of ports that are free right now, all different."""
    found = free_ports(2 * count)
    return list(zip(found[:count], found[count:], strict=True))


def main() -> int:
    """Serve one broker for a person until Ctrl-C; return the exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Whoever writes to a topic that is not there yet makes it.
    servers = Brokers(ROOT / "var" / "kafka", [(9092, 9093)], {"auto.create.topics.enable": "true"})
    try:
        check()
        servers.start()
        print(f"Kafka answers on {servers.bootstrap}, with its data in var/kafka. Leave it with Ctrl-C.")
        servers.nodes[0].wait()
    except KeyboardInterrupt:
        return 0
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        servers.stop()
    print(f"Kafka has ended by itself:\n{servers.nodes[0].log[-3000:]}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
