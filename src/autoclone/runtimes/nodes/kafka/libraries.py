"""The clients of two libraries: aiokafka writes, and librdkafka, which rebalances cooperatively, reads."""

from collections.abc import Mapping
from typing import Any

from autoclone.runtimes.nodes.kafka.aio import AioKafka
from autoclone.runtimes.nodes.kafka.librdkafka import LibrdkafkaConsumer
from autoclone.runtimes.nodes.kafka.port import Listener, Subscription


class Libraries(AioKafka):
    """The `Clients` port."""

    def consumer(
        self, properties: Mapping[str, Any], subscription: Subscription, listener: Listener
    ) -> LibrdkafkaConsumer:
        """Return a consumer that has yet to be started."""
        return LibrdkafkaConsumer(properties, subscription, listener)
