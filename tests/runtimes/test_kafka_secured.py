"""The Kafka nodes and a broker that is spoken to safely, as the settings of a server say how."""

import asyncio
from pathlib import Path

import pytest

from autoclone.bootstrap.publishing import brokers
from autoclone.config.settings import Settings
from autoclone.runtimes.nodes.kafka.port import Kafka
from kafka_kit import create_topic
from kafka_nodes_kit import a_topic, is_everything, numbers, out, read, source, station, write
from runtime_kit import chain, node
from secured_kafka import LOCK, PASSWORD, Secured
from tls_kit import Authority

PROTOCOLS = ("sasl_ssl", "ssl")


def nodes_kafka(secured: Secured, protocol: str, **other: object) -> Kafka:
    """Return what nodes are told where a server has these settings."""
    told = {**secured.listeners[protocol], **other}
    return brokers(Settings(**told)).nodes  # type: ignore[arg-type]  # texts, as the environment has them


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_nodes_read_and_write_as_the_server_may(
    tmp_path: Path, secured: Secured, protocol: str
) -> None:
    plain = secured.brokers.bootstrap
    topic = await a_topic(plain)
    done = await create_topic(plain, f"{topic}-done")
    await asyncio.to_thread(write, plain, topic, numbers(50))
    both = chain(source(topic), node("out", "kafka_sink", topic=done))
    async with station(tmp_path, nodes_kafka(secured, protocol)) as at:
        await at.run(both)
        await at.until("out", lambda one: one.emitted == 50)
        await at.runtime.stop("orders", 1)
        await at.run(chain(source(done), out()), "later")
        await at.until_seen(is_everything(50))
        await at.runtime.stop("later", 1)
    assert len(await asyncio.to_thread(read, plain, done)) == 50


async def test_a_wrong_password_is_refused_and_shown(tmp_path: Path, secured: Secured) -> None:
    topic = await a_topic(secured.brokers.bootstrap)
    kafka = nodes_kafka(secured, "sasl_ssl", kafka_password="another")  # noqa: S106 - a wrong one
    async with station(tmp_path, kafka) as at:
        await at.run(chain({**source(topic), "restart": "never"}, out()))
        await at.until("in", lambda one: one.status == "failed")
        assert "refuses this" in str((await at.node("in")).last_error)


async def test_a_broker_that_nobody_vouches_for_is_not_spoken_to(tmp_path: Path, secured: Secured) -> None:
    topic = await a_topic(secured.brokers.bootstrap)
    other = Authority(tmp_path / "other").certificate
    async with station(tmp_path, nodes_kafka(secured, "sasl_ssl", kafka_ca_file=str(other))) as at:
        await at.run(chain(source(topic), out()))
        await at.until("in", lambda one: one.status == "restarting")
        assert "certificate verify failed" in str((await at.node("in")).last_error)


def test_no_secret_shows_in_what_nodes_are_told(secured: Secured) -> None:
    said = repr([nodes_kafka(secured, protocol) for protocol in PROTOCOLS])
    assert PASSWORD not in said
    assert LOCK not in said


def test_brokers_that_a_node_names_itself_are_not_told_the_servers_secrets(secured: Secured) -> None:
    kafka = nodes_kafka(secured, "sasl_ssl")
    assert PASSWORD in str(kafka.properties(None))
    assert kafka.properties(kafka.bootstrap) == kafka.properties(None)
    assert kafka.properties("elsewhere:9092") == {"bootstrap.servers": "elsewhere:9092"}
