"""Who we are to Kafka's brokers, in the words of librdkafka, by which nodes read."""

import ssl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoclone.messaging.kafka_settings import Security


def credentials(security: "Security") -> dict[str, Any]:
    """Return what librdkafka needs to be told of TLS and SASL.

    `Security.arguments` says the same to aiokafka, and has read the files and found what is missing.
    """
    said: dict[str, Any] = {"security.protocol": security.protocol.value}
    if "SSL" in security.protocol.value.split("_"):
        trusted = ssl.get_default_verify_paths()
        said["ssl.ca.location"] = security.ca_file or trusted.cafile or trusted.capath
        said["ssl.certificate.location"] = security.certificate_file
        said["ssl.key.location"] = security.key_file or security.certificate_file
        said["ssl.key.password"] = security.key_password
    if "SASL" in security.protocol.value.split("_"):
        said["sasl.mechanisms"] = security.mechanism
        said["sasl.username"] = security.username
        said["sasl.password"] = security.password
    return {name: str(value) for name, value in said.items() if value is not None}
