"""What a server can be told of events: for how long they are kept, and the Kafka topic they go to."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from autoclone.config.fields import Duration
from autoclone.config.settings_fields import (
    EventFormat,
    KafkaProtocol,
    OptionalCount,
    SaslMechanism,
    Text,
    whole,
)


class KafkaOptions(BaseModel):
    """Events, and the topic."""

    event_retention: Duration = Field(
        timedelta(days=90),
        description="How long events are kept; where brokers are named, only those that were published. "
        "The last one of each DAG always stays.",
        examples=["30d"],
    )
    unsent_retention: Duration = Field(
        timedelta(days=30),
        description="How long events are kept that Kafka did not take: then they are given up, which is "
        "logged as an error and counted.",
        examples=["7d"],
    )
    kafka_bootstrap: Text | None = Field(
        None,
        description="Brokers to begin with, with commas between them. Without it no event is published.",
        examples=["kafka-1:9092,kafka-2:9092"],
    )
    kafka_topic: Text = Field(
        "autoclone.events", description="The topic that events go to.", examples=["ops.autoclone"]
    )
    kafka_partitions: Annotated[int, whole(1, 10_000)] = Field(
        6, description="How many partitions the topic gets where it has to be made.", examples=[12]
    )
    kafka_replication: OptionalCount = Field(
        None,
        description="How many copies of it there are then. Else what the brokers do by default.",
        examples=[3],
    )
    event_format: EventFormat = Field(
        "structured",
        description="How a CloudEvent lies in a message: `structured`, all of it as JSON, or `binary`, with "
        "its attributes as headers.",
        examples=["binary"],
    )
    event_source: Text = Field(
        "/autoclone",
        description="The `source` of every CloudEvent: a URI reference that tells this store's events from "
        "others'.",
        examples=["https://autoclone.example/eu"],
    )
    kafka_security_protocol: KafkaProtocol = Field(
        "plaintext",
        description="How brokers are spoken to: `plaintext`, `ssl`, `sasl_plaintext` or `sasl_ssl`.",
        examples=["sasl_ssl"],
    )
    kafka_ca_file: Path | None = Field(
        None,
        description="The authorities that vouch for brokers, in PEM. Else those that the system trusts.",
        examples=["/etc/kafka/ca.pem"],
    )
    kafka_certificate_file: Path | None = Field(
        None,
        description="This server's own certificate, in PEM, where brokers ask for one.",
        examples=["/etc/kafka/autoclone.pem"],
    )
    kafka_key_file: Path | None = Field(
        None,
        description="Its key, where that is not in the same file.",
        examples=["/etc/kafka/autoclone.key"],
    )
    kafka_key_password: Text | None = Field(
        None, description="What the key is locked with.", examples=["secret"]
    )
    kafka_mechanism: SaslMechanism = Field(
        "plain",
        description="The mechanism of SASL: `plain`, `scram-sha-256`, `scram-sha-512` or `gssapi`.",
        examples=["scram-sha-512"],
    )
    kafka_username: Text | None = Field(None, description="For SASL.", examples=["autoclone"])
    kafka_password: Text | None = Field(None, description="For SASL.", examples=["secret"])
