"""What a client of Kafka has to be told."""

import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from autoclone.errors import Fault, InvalidInput


class Protocol(StrEnum):
    """How brokers are spoken to, in Kafka's own words."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


@dataclass(frozen=True, slots=True)
class Security:
    """Who we are to the brokers, and how we know that they are the right ones.

    Attributes:
        protocol: whether there is TLS, and whether there is SASL.
        ca_file: the authorities that vouch for brokers, in PEM; else those that the system trusts.
        certificate_file: our own certificate, in PEM, where brokers ask for one.
        key_file: its key, where that is not in the same file.
        key_password: what the key is locked with.
        mechanism: of SASL: `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512` or `GSSAPI`.
        username: for SASL.
        password: for SASL.
    """

    protocol: Protocol = Protocol.PLAINTEXT
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    key_password: str | None = field(default=None, repr=False)
    mechanism: str = "PLAIN"
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def arguments(self) -> dict[str, Any]:
        """Return it as aiokafka takes it.

        Raises:
            InvalidInput: a file cannot be read, or a name or a password is missing.
        """
        arguments: dict[str, Any] = {"security_protocol": self.protocol.value}
        if self.protocol in (Protocol.SSL, Protocol.SASL_SSL):
            arguments["ssl_context"] = self._tls()
        if self.protocol in (Protocol.SASL_PLAINTEXT, Protocol.SASL_SSL):
            arguments |= self._sasl()
        return arguments

    def _tls(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise _unreadable("kafka_ca_file", self.ca_file, error) from error
        if self.certificate_file:
            try:
                # A function, lest OpenSSL asks a terminal for the password.
                secret = self.key_password or ""
                context.load_cert_chain(self.certificate_file, self.key_file, lambda: secret)
            except OSError as error:
                raise _unreadable("kafka_certificate_file", self.certificate_file, error) from error
        return context

    def _sasl(self) -> dict[str, Any]:
        if self.mechanism != "GSSAPI" and (self.username is None or self.password is None):
            missing = "kafka_username" if self.username is None else "kafka_password"
            problem = f"SASL by {self.mechanism} needs it"
            raise InvalidInput(Fault(missing, "", problem, "Set it, or another kafka_security_protocol"))
        return {
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """What a publisher has to know.

    Attributes:
        bootstrap: brokers to begin with, `host:port`, with commas between them.
        topic: the topic.
        partitions: how many the topic gets, where it is not there and has to be made.
        replication: how many copies it gets then; None for what the brokers do by default.
        client_id: what brokers call us in their logs.
        compression: `gzip`, or with a further package `snappy`, `lz4` or `zstd`; None for none.
        request_timeout: how long one answer of a broker may take.
        delivery_timeout: how long it may take until all of a batch is acknowledged, a new leader included.
        security: TLS and SASL.
    """

    bootstrap: str
    topic: str = "autoclone.events"
    partitions: int = 6
    replication: int | None = None
    client_id: str = "autoclone"
    compression: str | None = None
    request_timeout: timedelta = timedelta(seconds=5)
    delivery_timeout: timedelta = timedelta(seconds=30)
    security: Security = Security()

    def client_arguments(self) -> dict[str, Any]:
        """Return what every client of aiokafka takes. Raises `InvalidInput` as `Security.arguments` does."""
        return {
            "bootstrap_servers": self.bootstrap,
            "client_id": self.client_id,
            "request_timeout_ms": self.request_timeout // timedelta(milliseconds=1),
            **self.security.arguments(),
        }


def _unreadable(name: str, path: Path | None, error: OSError) -> InvalidInput:
    problem = f"it cannot be used ({error.strerror or error})"
    return InvalidInput(Fault(name, str(path), problem, "Name a file in PEM that this server may read"))
