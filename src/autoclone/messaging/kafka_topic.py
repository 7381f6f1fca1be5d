"""Seeing to it that the topic is there."""

from aiokafka import errors
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from autoclone.errors import Permanent
from autoclone.messaging.kafka_settings import KafkaSettings

BY_DEFAULT = -1


async def ensure(settings: KafkaSettings) -> None:
    """Make the topic where it is not there.

    Raises:
        Permanent: it is not, and may not be made.
        KafkaError: likewise, or Kafka cannot be asked.
    """
    admin = AIOKafkaAdminClient(**settings.client_arguments())
    try:
        await admin.start()
        if settings.topic not in await admin.list_topics():
            await _make(admin, settings)
    finally:
        await admin.close()


async def _make(admin: AIOKafkaAdminClient, settings: KafkaSettings) -> None:
    copies = settings.replication or BY_DEFAULT
    assignments: dict[int, list[int]] | None = {} if copies == BY_DEFAULT else None
    topic = NewTopic(settings.topic, settings.partitions, copies, assignments)
    try:
        answer = await admin.create_topics([topic])
    except AttributeError as error:  # aiokafka asks nobody for an address, where no controller is known yet
        raise errors.NodeNotReadyError("the brokers have no controller yet") from error
    for _, code, *said in answer.topic_errors:
        refusal = errors.for_code(code)
        if refusal is errors.TopicAuthorizationFailedError:
            raise Permanent(
                f"There is no topic {settings.topic!r} that this server may see, and it may not make one. "
                "Create it and give it the rights, or name another by kafka_topic."
            )
        if code and refusal is not errors.TopicAlreadyExistsError:
            raise refusal(*said)
