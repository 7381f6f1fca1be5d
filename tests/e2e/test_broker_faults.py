"""A whole server while brokers die and leaders change, spoken to in each way that Kafka has.

Afterwards a consumer that shares no code with AutoClone reads the topic, and finds exactly the journal.
"""

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import ElectionType, TopicPartition
from confluent_kafka.admin import AdminClient, PartitionMetadata

from autoclone.bootstrap.publishing import kafka_of
from autoclone.config.settings import load_settings
from autoclone.errors import Transient
from autoclone.messaging.kafka import KafkaPublisher
from journal_kit import by_parent, dag, journalled, on_the_topic, unsent
from kafka_kit import Brokers, brokers
from secured_kafka import LOCK, PASSWORD, Secured
from serve_kit import WITHIN_SECONDS, Served, serving
from tls_kit import Authority

COUNT, INTERVAL = 20, "100ms"


class Publishing:
    """A server that publishes its journal, a file of SQLite, to a topic."""

    def __init__(self, server: Served, store: Path) -> None:
        self.store = store
        self._server = server
        self._url = server.serves()

    def ramps(self, name: str) -> None:
        """Put a DAG that ramps up for some seconds."""
        document = dag(name, COUNT, INTERVAL)
        httpx.put(f"{self._url}/api/v1/dags/{name}", json=document, trust_env=False).raise_for_status()

    def until_active(self, name: str) -> None:
        self.until(lambda: self._got(f"/api/v1/dags/{name}/autoclone")["status"] == "active")

    def until_published(self, count: int) -> None:
        """Wait until it has published so many since it began."""
        self.until(lambda: self._got("/api/v1/server")["outbox"]["published"] >= count)

    def until_drained(self, *names: str) -> None:
        """Wait until the DAGs' ramps are up, nothing waits any more, and nothing is amiss."""
        for name in names:
            self.until_active(name)
        self.until(lambda: unsent(self.store) == 0)
        self.until(lambda: not self._got("/api/v1/server")["warnings"])

    def until(self, predicate: Callable[[], bool]) -> None:
        self._server.until(predicate)

    def _got(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON it is
        return httpx.get(f"{self._url}{path}", trust_env=False).raise_for_status().json()


@pytest.mark.parametrize("protocol", ["sasl_ssl", "ssl"])
def test_a_broker_that_is_killed_and_comes_back_has_the_whole_journal(
    tmp_path: Path, secured: Secured, protocol: str
) -> None:
    topic, store = f"events-{uuid.uuid4()}", tmp_path / "store.db"
    told = {**secured.listeners[protocol], "kafka_topic": topic}
    with serving(tmp_path, PASSWORD, LOCK) as serve:
        server = Publishing(serve(store=f"sqlite:///{store}", **told), store)
        server.ramps("orders")
        server.until_published(5)
        secured.brokers.kill()
        server.ramps("trades")
        for name in ("orders", "trades"):
            server.until_active(name)  # ramps never wait for Kafka
        assert unsent(store) > 2 * COUNT
        secured.brokers.start()
        server.until_drained("orders", "trades")
        rows = journalled(store)
    assert len(rows) >= 4 * COUNT
    assert on_the_topic(secured.brokers.bootstrap, topic) == by_parent(rows)


@pytest.mark.parametrize(
    ("protocol", "doubtful"),
    [
        ("sasl_plaintext", "kafka_password"),
        ("sasl_ssl", "kafka_password"),
        ("sasl_ssl", "kafka_ca_file"),
        ("ssl", "kafka_ca_file"),
        ("ssl", "kafka_certificate_file"),
    ],
)
async def test_each_side_speaks_only_to_whom_it_trusts(
    tmp_path: Path, secured: Secured, protocol: str, doubtful: str
) -> None:
    known = secured.listeners[protocol]
    publisher = publisher_of(known)
    await publisher.open()
    await publisher.close()
    stranger = Authority(tmp_path)
    stranger.certify("client", password=LOCK)
    instead = {
        "kafka_password": {"kafka_password": "guessed"},
        "kafka_ca_file": {"kafka_ca_file": str(stranger.certificate)},
        "kafka_certificate_file": {
            "kafka_certificate_file": str(tmp_path / "client.pem"),
            "kafka_key_file": str(tmp_path / "client.key"),
        },
    }
    with pytest.raises(Transient, match="cannot be used now"):
        await publisher_of({**known, **instead[doubtful]}).open()


def publisher_of(told: Mapping[str, str]) -> KafkaPublisher:
    return KafkaPublisher(kafka_of(load_settings(kafka_topic="events-of-trust", **told)))


class Leadership:
    """Which broker leads the only partition of a topic."""

    def __init__(self, servers: Brokers, topic: str) -> None:
        self._admin = AdminClient({"bootstrap.servers": servers.bootstrap, "log_level": 0})
        self._topic = topic

    def leader(self) -> int:
        return int(self._partition().leader)

    def has_caught_up(self, number: int) -> bool:
        return number in self._partition().isrs

    def give_back(self) -> None:
        """Have the broker lead again that led at first."""
        partition = TopicPartition(self._topic, 0)
        self._admin.elect_leaders(ElectionType.PREFERRED, [partition]).result(WITHIN_SECONDS)

    def _partition(self) -> PartitionMetadata:
        return self._admin.list_topics(self._topic, WITHIN_SECONDS).topics[self._topic].partitions[0]


def test_a_partition_whose_leader_changes_has_the_whole_journal(tmp_path: Path) -> None:
    """It changes twice: its leader is killed, and later leads again, after one that goes on living."""
    topic, store = f"events-{uuid.uuid4()}", tmp_path / "store.db"
    with brokers(tmp_path / "kafka", 3) as servers, serving(tmp_path) as serve:
        told = {"kafka_bootstrap": servers.bootstrap, "kafka_topic": topic, "kafka_partitions": "1"}
        server = Publishing(serve(store=f"sqlite:///{store}", **told), store)
        server.ramps("orders")
        server.until_published(5)
        leadership = Leadership(servers, topic)
        first = leadership.leader()
        servers.nodes[first - 1].kill()
        server.until_drained("orders")
        assert leadership.leader() != first
        servers.start()
        server.until(lambda: leadership.has_caught_up(first))
        server.ramps("trades")
        server.until_published(2 * COUNT + 5)
        leadership.give_back()
        server.until_drained("trades")
        assert leadership.leader() == first
        rows = journalled(store)
        assert len(rows) >= 4 * COUNT
        assert on_the_topic(servers.bootstrap, topic) == by_parent(rows)
