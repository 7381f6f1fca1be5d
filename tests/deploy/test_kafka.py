"""The real Kafka that other tests rely on."""

import uuid

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from kafka_kit import Brokers, create_topic


async def send(kafka: Brokers, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        await producer.send_and_wait(topic, value)


async def test_a_broker_keeps_its_data_over_a_crash_and_an_orderly_end(kafka: Brokers) -> None:
    topic = await create_topic(kafka.bootstrap, f"kept-{uuid.uuid4()}")
    await send(kafka, topic, b"one")
    kafka.kill()
    assert kafka.nodes[0].peers() == 0
    kafka.start()
    await send(kafka, topic, b"two")
    kafka.stop()
    kafka.start()
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        assert [(await consumer.getone()).value for _ in range(2)] == [b"one", b"two"]
