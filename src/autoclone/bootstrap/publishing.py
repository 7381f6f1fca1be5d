"""How events get from the store to a topic, as the settings say."""

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autoclone import __version__
from autoclone.bootstrap.credentials import credentials
from autoclone.clock import Clock
from autoclone.config.settings import Settings
from autoclone.config.settings_model import variable
from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.engine.views import OutboxView
from autoclone.errors import Fault, InvalidInput
from autoclone.observability.silent import Silent
from autoclone.ports import JsonObject, Outbox
from autoclone.runtimes.nodes.kafka.port import Kafka

if TYPE_CHECKING:
    from autoclone.messaging.kafka_settings import KafkaSettings
    from autoclone.messaging.relay import Relay


@dataclass(frozen=True, slots=True)
class Brokers:
    """The Kafka that the settings name, read once for all who use it.

    Attributes:
        events: where events are published; None where no brokers are named.
        nodes: where nodes find topics that name no brokers of their own.
    """

    events: "KafkaSettings | None" = None
    nodes: Kafka = field(default_factory=Kafka)


def brokers(settings: Settings) -> Brokers:
    """Return what is told of Kafka, files that TLS needs included.

    Raises:
        InvalidInput: a setting of Kafka is wrong or missing, or its libraries are not installed.
    """
    if settings.kafka_bootstrap is None:
        return Brokers()
    events = _told(settings, settings.kafka_bootstrap)
    # A file that cannot be read is told of now, not when the first event waits.
    return Brokers(events, Kafka(events.bootstrap, _secured(events), credentials(events.security)))


def kafka_of(settings: Settings) -> "KafkaSettings":
    """Return where events are published.

    Raises:
        InvalidInput: no brokers are named, or as `brokers` does.
    """
    events = brokers(settings).events
    if events is None:
        remedy = "Write them as in kafka-1:9092,kafka-2:9092"
        raise InvalidInput(Fault(variable("kafka_bootstrap"), "", "no brokers are named", remedy))
    return events


def published(settings: Settings, kafka: "KafkaSettings", outbox: Outbox, clock: Clock) -> "Relay":
    """Return what publishes the events of `outbox` there."""
    # What follows needs libraries that may not be there.
    from autoclone.messaging.codec import Codec, Mode  # noqa: PLC0415
    from autoclone.messaging.kafka import KafkaPublisher  # noqa: PLC0415
    from autoclone.messaging.relay import Relay  # noqa: PLC0415

    codec = Codec(settings.event_source, Mode(settings.event_format))
    return Relay(outbox, KafkaPublisher(kafka), codec, clock)


def _told(settings: Settings, bootstrap: str) -> "KafkaSettings":
    if not _installed():
        remedy = "Install autoclone[kafka], or leave the setting out"
        problem = "needs the libraries aiokafka and cloudevents"
        raise InvalidInput(Fault(variable("kafka_bootstrap"), bootstrap, problem, remedy))
    from autoclone.messaging.kafka_settings import KafkaSettings, Protocol, Security  # noqa: PLC0415 - likewise

    return KafkaSettings(
        bootstrap=bootstrap,
        topic=settings.kafka_topic,
        partitions=settings.kafka_partitions,
        replication=settings.kafka_replication,
        security=Security(
            protocol=Protocol(settings.kafka_security_protocol.upper()),
            ca_file=settings.kafka_ca_file,
            certificate_file=settings.kafka_certificate_file,
            key_file=settings.kafka_key_file,
            key_password=settings.kafka_key_password,
            mechanism=settings.kafka_mechanism.upper(),
            username=settings.kafka_username,
            password=settings.kafka_password,
        ),
    )


def _secured(kafka: "KafkaSettings") -> Mapping[str, Any]:
    try:
        return kafka.security.arguments()
    except InvalidInput as error:
        raise InvalidInput(*(_spelled(fault) for fault in error.faults)) from error


def _spelled(fault: Fault) -> Fault:
    return Fault(variable(fault.field), fault.value, fault.problem, fault.remedy)


def described(settings: Settings) -> JsonObject | None:
    """Return the AsyncAPI document of the topic, None where the libraries for events are not installed."""
    if not _installed():
        return None

    from autoclone.messaging import asyncapi  # noqa: PLC0415 - likewise
    from autoclone.messaging.codec import Mode  # noqa: PLC0415

    mode = Mode(settings.event_format)
    return asyncapi.document(settings.kafka_topic, settings.event_source, mode, __version__)


def _installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("aiokafka", "cloudevents"))


class Nudge(Silent):
    """Wakes the relay as soon as there is something to publish."""

    def __init__(self, relay: "Relay") -> None:
        self._relay = relay

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:  # noqa: ARG002 - the port
        """Wake it: the events are durable."""
        if events:
            self._relay.nudge()


def shown(relay: "Relay", clock: Clock) -> OutboxView:
    """Return how the relay is doing."""
    state = relay.state
    return OutboxView(
        waiting=state.lag.count,
        oldest_seconds=state.lag.age(clock.now()).total_seconds(),
        published=state.published,
        problem=state.problem,
    )
