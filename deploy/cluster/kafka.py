"""A real Kafka, without ZooKeeper, of the jars that `make kafka-jars` fetches: for tests, and for a person.

Run as a program, it serves one broker on 127.0.0.1:9092 until Ctrl-C: that is `make kafka`.
"""

import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
JARS = ROOT / ".services" / "kafka"
CLUSTER = "YXV0b2Nsb25lLWthZmthLQ"  # any 16 bytes in base64 name a cluster
START_WITHIN = 60.0
STOP_WITHIN = 15.0
# Below what systems give to outgoing connections, one of which might take it while a broker is down.
LOWEST_PORT, HIGHEST_PORT = 10_000, 32_000
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


class Broker:
    """One server, broker and controller in one, in a process of its own.

    Attributes:
        folder: what it keeps, its configuration and its log.
        port: where clients find it, on the loopback interface.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where clients find it."""
        return f"127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def format(self) -> None:
        """Make its folder ready for its first start; a folder that is ready stays as it is."""
        if (self.folder / "data" / "meta.properties").exists():
            return
        process = self._java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c")
        try:
            process.wait(START_WITHIN)
        finally:
            process.kill()

    def launch(self) -> None:
        """Start its process, with what it kept."""
        self._process = self._java("kafka.Kafka")

    def wait(self) -> None:
        """Return once its process has ended by itself."""
        if self._process:
            self._process.wait()

    def stop(self) -> None:
        """End it in order; one that cannot, for want of a quorum, is ended all the same."""
        self.signal(signal.SIGTERM)
        if self._process:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_WITHIN)
        self.kill()

    def kill(self) -> None:
        """End it as a power cut does. Once it is down, this does nothing."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal: after SIGSTOP it keeps its connections and answers nobody, until SIGCONT."""
        if self._process:
            self._process.send_signal(number)

    def peers(self) -> int:
        """Return how many brokers it knows to serve, itself included: 0 while it does not answer."""
        with suppress(OSError, struct.error), socket.create_connection(("127.0.0.1", self.port), 1) as link:
            # Kafka's protocol: the length; Metadata, version 1, request 0 of nobody; about no topic.
            link.sendall(struct.pack(">ihhihi", 14, 3, 1, 0, -1, 0))
            with link.makefile("rb") as answer:
                return int(struct.unpack(">iii", answer.read(12))[2])
        return 0

    def log(self) -> str:
        """Return the end of what it logged."""
        return (self.folder / "log").read_text("utf-8", "replace")[-3000:]

    def _java(self, *command: str) -> subprocess.Popen[bytes]:
        line = ["java", *JAVA, "-cp", f"{JARS}/*", *command, str(self.folder / "server.properties")]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(line, stdout=log, stderr=log, cwd=self.folder)


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
            RuntimeError: they do not, with what they logged.
        """
        for node in self.nodes:
            if not node.running:
                node.format()
                node.launch()
        end = time.monotonic() + START_WITHIN
        while time.monotonic() < end and all(node.running for node in self.nodes):
            if all(node.peers() == len(self.nodes) for node in self.nodes):
                return
            time.sleep(0.05)
        raise RuntimeError("Kafka does not start:\n" + "\n".join(node.log() for node in self.nodes))

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
        RuntimeError: they cannot be started; the tests that need them fail, and are never skipped.
    """
    check()
    with ExitStack() as ending:
        for attempt in range(3):
            servers = Brokers(folder / str(attempt), list(free_ports(size)), extra or {})
            ending.callback(servers.kill)
            try:
                servers.start()
            except RuntimeError:
                if attempt == 2:  # noqa: PLR2004 - the last of three
                    raise
                servers.kill()
            else:
                break
        yield servers


def check() -> None:
    """Raise `RuntimeError` where Kafka or Java is not installed."""
    if not any(JARS.glob("kafka_*.jar")):
        raise RuntimeError(f"There is no Kafka in {JARS}. Run `make kafka-jars`.")
    if not shutil.which("java"):
        raise RuntimeError("There is no java. Install a Java runtime, of version 17 or later.")


def free_ports(pairs: int) -> Iterator[tuple[int, int]]:
    """Give pairs of ports that are free right now, all different."""
    with ExitStack() as held:
        ports: list[int] = []
        while len(ports) < 2 * pairs:
            port = LOWEST_PORT + secrets.randbelow(HIGHEST_PORT - LOWEST_PORT)
            with suppress(OSError):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
                ports.append(port)
    yield from zip(ports[:pairs], ports[pairs:], strict=True)


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
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        servers.stop()
    print(f"Kafka has ended by itself:\n{servers.nodes[0].log()}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
