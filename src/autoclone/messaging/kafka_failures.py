"""What an error of Kafka's means for whoever publishes."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import errors

from autoclone.errors import AutoCloneError, Permanent, Transient
from autoclone.messaging.kafka_settings import KafkaSettings

REFUSED = (
    errors.AuthenticationFailedError,
    errors.AuthenticationMethodNotSupported,
    errors.ClusterAuthorizationFailedError,
    errors.IllegalSaslStateError,
    errors.SaslAuthenticationFailed,
    errors.TopicAuthorizationFailedError,
    errors.UnsupportedSaslMechanismError,
)
WRONG = (
    errors.InvalidPartitionsError,
    errors.InvalidReplicationFactorError,
    errors.InvalidTopicError,
    errors.PolicyViolationError,
    errors.UnsupportedCodecError,
    errors.UnsupportedVersionError,
)
TOO_LARGE = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError, errors.RecordTooLargeError)


@contextmanager
def translated(settings: KafkaSettings) -> Iterator[None]:
    """Raise what aiokafka raises as `Transient` or `Permanent`, with what to do about it."""
    try:
        yield
    except (errors.KafkaError, OSError) as error:
        raise _translation(error, settings) from error


def _translation(error: errors.KafkaError | OSError, settings: KafkaSettings) -> AutoCloneError:
    said = str(error) or type(error).__name__
    if isinstance(error, REFUSED):
        return Permanent(
            f"Kafka refuses this server ({said}). Check kafka_username, kafka_password and kafka_mechanism, "
            f"and that it may write to {settings.topic!r}."
        )
    if isinstance(error, WRONG):
        return Permanent(
            f"The topic {settings.topic!r} cannot be had ({said}). Create it by hand, or check kafka_topic, "
            "kafka_partitions and kafka_replication."
        )
    if isinstance(error, TOO_LARGE):
        return Permanent(f"Kafka refuses a batch as too large ({said}). Raise the topic's max.message.bytes.")
    if isinstance(error, TimeoutError):
        limit = settings.delivery_timeout.total_seconds()
        return Transient(f"Kafka at {settings.bootstrap} has not acknowledged within {limit:g} s.")
    # Of why a broker turned us away when we knocked, aiokafka tells nobody but its log.
    problem = f"Kafka at {settings.bootstrap} cannot be used now ({said})."
    return Transient(f"{problem} With the log level debug, aiokafka says more.")
