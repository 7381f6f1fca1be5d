"""A real Kafka that is spoken to over TLS alone, by those who can prove who they are."""

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

WITHIN_SECONDS = 60
USER, PASSWORD, LOCK = "autoclone", "s3cret-of-sasl", "s3cret-of-the-key"
SCRAM_LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
LISTENERS = "PLAINTEXT://127.0.0.1:{{port}},SCRAM://127.0.0.1:{scram},MUTUAL://127.0.0.1:{mutual}"


@dataclass(frozen=True)
class Secured:
    """A broker that is spoken to over TLS: with a name and a password, or with certificates both ways.

    Attributes:
        listeners: by protocol of Kafka's, what a server is told to speak it.
    """

    brokers: Brokers
    authority: Authority
    listeners: Mapping[str, Mapping[str, str]]


@contextmanager
def secured_broker(folder: Path) -> Iterator[Secured]:
    """Run one, whose files all lie in a folder."""
    authority = Authority(folder / "tls")
    client = authority.certify("client", password=LOCK)
    (scram, mutual), *_ = pairs_of_ports(1)
    with brokers(folder / "kafka", extra=_settings(authority, scram, mutual)) as servers:
        _let_in(servers.bootstrap)
        trusted = {"kafka_ca_file": str(authority.certificate)}
        listeners = {
            "sasl_ssl": {
                **trusted,
                "kafka_bootstrap": f"127.0.0.1:{scram}",
                "kafka_mechanism": "scram-sha-512",
                "kafka_username": USER,
                "kafka_password": PASSWORD,
            },
            "ssl": {
                **trusted,
                "kafka_bootstrap": f"127.0.0.1:{mutual}",
                "kafka_certificate_file": str(client.certificate),
                "kafka_key_file": str(client.key),
                "kafka_key_password": LOCK,
            },
        }
        yield Secured(servers, authority, listeners)


def _settings(authority: Authority, scram: int, mutual: int) -> dict[str, str]:
    own = authority.certify("broker")
    both = own.key.with_name("broker-both.pem")
    both.write_text(own.key.read_text() + own.certificate.read_text())
    listeners = LISTENERS.format(scram=scram, mutual=mutual)
    kinds = "PLAINTEXT:PLAINTEXT,SCRAM:SASL_SSL,MUTUAL:SSL,CONTROLLER:PLAINTEXT"
    return {
        "listeners": listeners + ",CONTROLLER://127.0.0.1:{control_port}",
        "advertised.listeners": listeners,
        "listener.security.protocol.map": kinds,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(both),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.certificate),
        "listener.name.mutual.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.scram.scram-sha-512.sasl.jaas.config": SCRAM_LOGIN,
    }


def _let_in(bootstrap: str) -> None:
    kind = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, iterations=4096)
    wanted = UserScramCredentialUpsertion(USER, kind, PASSWORD.encode())
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for done in admin.alter_user_scram_credentials([wanted]).values():
        done.result(WITHIN_SECONDS)
