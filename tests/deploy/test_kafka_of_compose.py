"""A real Kafka takes what docker-compose.yml tells it, and is reached by servers and from this machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from autoclone.messaging.kafka import KafkaPublisher
from cluster.waiting import until
from kafka_kit import Broker, pairs_of_ports
from messaging_kit import at_kafka, messages, read_topic, without_doubles

ROOT = Path(__file__).parents[2]
SERVES_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True)
class Composed:
    """Where a broker is reached that is as compose has it, but for hosts, ports and folders."""

    inside: str
    outside: str


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded["services"]  # type: ignore[no-any-return]


def properties(told: dict[str, object]) -> dict[str, str]:
    """What the image makes of its variables."""
    return {
        name.removeprefix("KAFKA_").lower().replace("_", "."): str(text)
        for name, text in told.items()
        if name.startswith("KAFKA_")
    }


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    folder = tmp_path_factory.mktemp("composed")
    (inside, control), (outside, _) = pairs_of_ports(2)
    lines = "".join(f"{k}={v}\n" for k, v in properties(compose()["kafka"]["environment"]).items())
    here = {
        "://:": "://127.0.0.1:",
        "kafka:9092": f"127.0.0.1:{inside}",
        ":9092": f":{inside}",
        ":9093": f":{control}",
        ":9094": f":{outside}",
        "/var/lib/kafka/data": str(folder / "data"),
    }
    for there, place in here.items():
        lines = lines.replace(there, place)
    (folder / "server.properties").write_text(lines, "utf-8")
    broker = Broker(folder, inside)
    broker.format()
    broker.start()
    try:
        assert until(lambda: broker.peers() == 1 or not broker.running, SERVES_WITHIN)
        assert broker.running, broker.log
        yield Composed(f"127.0.0.1:{inside}", f"127.0.0.1:{outside}")
    finally:
        broker.kill()


async def test_what_the_servers_publish_is_read_on_this_machine(composed: Composed) -> None:
    settings, given = at_kafka(composed.inside), messages(parents=3, each=4)
    publisher = KafkaPublisher(settings)
    await publisher.publish(given)
    await publisher.close()
    assert without_doubles(read_topic(composed.outside, settings.topic)) == without_doubles(given)


def test_each_address_is_the_one_that_its_clients_have() -> None:
    told = compose()["kafka"]
    advertised = dict(
        one.split("://") for one in told["environment"]["KAFKA_ADVERTISED_LISTENERS"].split(",")
    )
    assert {compose()[f"autoclone-{n}"]["environment"]["AUTOCLONE_KAFKA_BOOTSTRAP"] for n in (1, 2, 3)} == {
        advertised["INSIDE"]
    }
    assert told["ports"] == [f"{advertised['OUTSIDE']}:{advertised['OUTSIDE'].rsplit(':', 1)[1]}"]
