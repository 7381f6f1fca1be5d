"""A real broker that is spoken to in each of Kafka's safer ways, and what a server is told for that."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from kafka_kit import Brokers, brokers, pairs_of_ports
from tls_kit import Authority

USER, PASSWORD, LOCK = "autoclone", "s3cret-of-sasl", "s3cret-of-the-key"
ANSWER_SECONDS = 60.0
PLAIN = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
# By listener: the protocol that is spoken there.
PROTOCOLS = {"NAMED": "SASL_PLAINTEXT", "SCRAMMED": "SASL_SSL", "MUTUAL": "SSL"}


@dataclass(frozen=True)
class Secured:
    """A broker with four listeners: one without any safety, for those who look on, and those of PROTOCOLS.

    Attributes:
        listeners: by protocol, in small letters, the settings of a server that speaks it.
    """

    brokers: Brokers
    listeners: Mapping[str, Mapping[str, str]]


@contextmanager
def secured_broker(folder: Path) -> Iterator[Secured]:
    """Run one: by name and password (PLAIN), the same over TLS (SCRAM), and with certificates both ways."""
    authority = Authority(folder / "tls")
    ports = dict(zip(PROTOCOLS, (port for port, _ in pairs_of_ports(len(PROTOCOLS))), strict=True))
    with brokers(folder / "kafka", extra=_broker(authority, ports)) as servers:
        _let_in(servers.bootstrap)
        yield Secured(servers, _server(authority, ports))


def _broker(authority: Authority, ports: Mapping[str, int]) -> dict[str, str]:
    own = authority.certify("broker")
    both = own.key.with_name("broker-both.pem")
    both.write_text(own.key.read_text() + own.certificate.read_text())
    safe = "".join(f",{name}://127.0.0.1:{port}" for name, port in ports.items())
    kinds = "".join(f",{name}:{protocol}" for name, protocol in PROTOCOLS.items())
    listeners = "PLAINTEXT://127.0.0.1:{port}" + safe
    return {
        "listeners": listeners + ",CONTROLLER://127.0.0.1:{control_port}",
        "advertised.listeners": listeners,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT" + kinds,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(both),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.certificate),
        "listener.name.mutual.ssl.client.auth": "required",
        "listener.name.named.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.scrammed.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.named.plain.sasl.jaas.config": PLAIN,
        "listener.name.scrammed.scram-sha-512.sasl.jaas.config": SCRAM,
    }


def _let_in(bootstrap: str) -> None:
    kind = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, iterations=4096)
    wanted = UserScramCredentialUpsertion(USER, kind, PASSWORD.encode())
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for done in admin.alter_user_scram_credentials([wanted]).values():
        done.result(ANSWER_SECONDS)


def _server(authority: Authority, ports: Mapping[str, int]) -> dict[str, dict[str, str]]:
    client = authority.certify("client", password=LOCK)
    ways = {
        "NAMED": {"kafka_username": USER, "kafka_password": PASSWORD},
        "SCRAMMED": {
            "kafka_ca_file": str(authority.certificate),
            "kafka_mechanism": "scram-sha-512",
            "kafka_username": USER,
            "kafka_password": PASSWORD,
        },
        "MUTUAL": {
            "kafka_ca_file": str(authority.certificate),
            "kafka_certificate_file": str(client.certificate),
            "kafka_key_file": str(client.key),
            "kafka_key_password": LOCK,
        },
    }
    return {
        protocol.lower(): {
            "kafka_bootstrap": f"127.0.0.1:{ports[name]}",
            "kafka_security_protocol": protocol.lower(),
            **ways[name],
        }
        for name, protocol in PROTOCOLS.items()
    }
