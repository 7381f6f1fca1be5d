"""What librdkafka's errors come to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from confluent_kafka import KafkaError, KafkaException

from autoclone.errors import Permanent, Transient

MISSING = frozenset({KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC})  # noqa: SLF001 - so named

# A group that has divided its partitions without us takes no commit of ours.
GONE = frozenset(
    {
        KafkaError._ASSIGNMENT_LOST,  # noqa: SLF001 - librdkafka's own errors are named so
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.UNKNOWN_MEMBER_ID,
    }
)

# What librdkafka gets over by itself.
MENDING = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - likewise
        KafkaError._MAX_POLL_EXCEEDED,  # noqa: SLF001 - its partitions are lost, and it joins anew
        KafkaError._PARTITION_EOF,  # noqa: SLF001
        KafkaError._RESOLVE,  # noqa: SLF001
        KafkaError._TIMED_OUT,  # noqa: SLF001
        KafkaError._TRANSPORT,  # noqa: SLF001
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
        KafkaError.REQUEST_TIMED_OUT,
    }
)

REFUSED = frozenset(
    {
        KafkaError._AUTHENTICATION,  # noqa: SLF001
        KafkaError._INVALID_ARG,  # noqa: SLF001
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.INVALID_GROUP_ID,
        KafkaError.INVALID_SESSION_TIMEOUT,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.TOPIC_EXCEPTION,
        KafkaError.UNSUPPORTED_SASL_MECHANISM,
        KafkaError.UNSUPPORTED_VERSION,
    }
)


@contextmanager
def translated(
    brokers: str, topics: Sequence[str], trouble: Callable[[], KafkaError | None]
) -> Iterator[None]:
    """Raise what librdkafka raises as `Transient` or `Permanent`.

    Args:
        brokers: which.
        topics: those that are read.
        trouble: returns what librdkafka has said of its connections: that it has none tells little.
    """
    try:
        yield
    except KafkaException as raised:
        error: KafkaError = raised.args[0]
        if error.code() in (KafkaError._TRANSPORT, KafkaError._TIMED_OUT):  # noqa: SLF001
            error = trouble() or error
        raise _meaning(error, brokers, ", ".join(topics)) from raised


def _meaning(error: KafkaError, brokers: str, topics: str) -> Permanent | Transient:
    if error.code() in REFUSED:
        return Permanent(f"Kafka at {brokers} refuses this ({error.str()})")
    if error.code() in MISSING:
        return Transient(f"Kafka at {brokers} has no topic {topics}. Create it")
    if error.code() == KafkaError.INCONSISTENT_GROUP_PROTOCOL:
        problem = "the consumer group has members that do not rebalance cooperatively"
        return Transient(f"Kafka at {brokers}: {problem}. Stop all of them, or name another group")
    return Transient(f"Kafka at {brokers} cannot be used now ({error.str()})")
