"""What only a real Kafka can do to a publisher: be silent, and refuse."""

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from autoclone.errors import InvalidInput, Permanent, Transient
from autoclone.messaging.kafka import KafkaPublisher
from autoclone.messaging.kafka_settings import Protocol, Security
from kafka_kit import Brokers, admin, create_topic
from messaging_kit import at_kafka, messages, read_topic, without_doubles


async def test_a_topic_that_is_missing_is_made_as_the_settings_say(kafka: Brokers) -> None:
    settings = at_kafka(kafka.bootstrap, partitions=3)
    publisher = KafkaPublisher(settings)
    await publisher.open()
    await publisher.close()
    async with admin(kafka.bootstrap) as client:
        (topic,) = await client.describe_topics([settings.topic])
    assert len(topic["partitions"]) == 3


async def test_a_topic_that_is_there_stays_as_it_is(kafka: Brokers) -> None:
    settings = at_kafka(kafka.bootstrap, partitions=3)
    await create_topic(kafka.bootstrap, settings.topic, partitions=2)
    publisher = KafkaPublisher(settings)
    await publisher.open()
    await publisher.close()
    async with admin(kafka.bootstrap) as client:
        (topic,) = await client.describe_topics([settings.topic])
    assert len(topic["partitions"]) == 2


@pytest.mark.parametrize("wrong", [{"topic": "no such name!"}, {"replication": 3}])
async def test_a_topic_that_cannot_be_made_names_the_settings(
    kafka: Brokers, wrong: dict[str, object]
) -> None:
    publisher = KafkaPublisher(replace(at_kafka(kafka.bootstrap), **wrong))
    with pytest.raises(Permanent, match="kafka_topic, kafka_partitions and kafka_replication"):
        await publisher.open()


async def test_nobody_there_is_told_within_a_moment_and_leaves_nothing_behind() -> None:
    tasks = asyncio.all_tasks()
    with pytest.raises(Transient, match=r"127\.0\.0\.1:1 cannot be used now"):
        await KafkaPublisher(at_kafka("127.0.0.1:1")).open()
    assert asyncio.all_tasks() == tasks


async def test_a_broker_that_falls_silent_is_given_up_in_time(kafka: Brokers) -> None:
    tasks = asyncio.all_tasks()
    settings, given = at_kafka(kafka.bootstrap), messages(parents=5, each=20)
    publisher = KafkaPublisher(settings)
    await publisher.publish(given[:50])
    kafka.nodes[0].suspend()
    try:
        with pytest.raises(Transient, match="has not acknowledged within 4 s"):
            await publisher.publish(given[50:])
        assert asyncio.all_tasks() == tasks
    finally:
        kafka.nodes[0].resume()
    await publisher.publish(given[50:])
    await publisher.close()
    assert without_doubles(read_topic(kafka.bootstrap, settings.topic)) == without_doubles(given)


async def test_one_that_is_cancelled_in_the_middle_starts_over(kafka: Brokers) -> None:
    settings, given = at_kafka(kafka.bootstrap), messages(parents=5, each=20)
    publisher = KafkaPublisher(settings)
    await publisher.publish(given[:50])
    kafka.nodes[0].suspend()
    try:
        sending = asyncio.ensure_future(publisher.publish(given[50:]))
        for _ in range(10):
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    finally:
        kafka.nodes[0].resume()
    await publisher.publish(given[50:])
    await publisher.close()
    assert without_doubles(read_topic(kafka.bootstrap, settings.topic)) == without_doubles(given)


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(at_kafka("here", security=Security(password="s3cret", key_password="s3cret")))  # noqa: S106 - none


@pytest.mark.parametrize(
    ("security", "field"),
    [
        (Security(Protocol.SSL, ca_file=Path("/nowhere.pem")), "kafka_ca_file"),
        (Security(Protocol.SSL, certificate_file=Path("/nowhere.pem")), "kafka_certificate_file"),
        (Security(Protocol.SASL_SSL), "kafka_username"),
        (Security(Protocol.SASL_PLAINTEXT, username="autoclone"), "kafka_password"),
    ],
)
def test_what_is_missing_is_named(security: Security, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        security.arguments()
    assert refused.value.faults[0].field == field


def test_tls_checks_the_broker_and_its_name() -> None:
    context = Security(Protocol.SSL).arguments()["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
