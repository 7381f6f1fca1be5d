"""A real Kafka for the tests, and how they make topics there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from cluster.kafka import Broker, Brokers, brokers, pairs_of_ports

__all__ = ["Broker", "Brokers", "admin", "brokers", "create_topic", "pairs_of_ports"]


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give a client that manages topics."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def create_topic(bootstrap: str, name: str, partitions: int = 1, replication: int = 1) -> str:
    """Make a topic and return its name."""
    async with admin(bootstrap) as client:
        answer = await client.create_topics([NewTopic(name, partitions, replication)])
    refused = [error for error in answer.topic_errors if error[1]]
    assert not refused, refused
    return name
