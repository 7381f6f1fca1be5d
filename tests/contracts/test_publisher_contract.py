"""What every publisher does alike, the real broker included."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from autoclone.errors import Transient
from autoclone.messaging.kafka import KafkaPublisher
from autoclone.messaging.memory import MemoryPublisher
from autoclone.ports import Message, Publisher
from kafka_kit import Brokers
from messaging_kit import at_kafka, messages, read_topic, without_doubles


@dataclass(frozen=True)
class Case:
    """A publisher, what has arrived at its topic, and a time in which the topic is out of reach."""

    publisher: Publisher
    arrived: Callable[[], list[Message]]
    outage: Callable[[], AbstractContextManager[None]]


def in_memory() -> Case:
    publisher = MemoryPublisher()

    @contextmanager
    def outage() -> Iterator[None]:
        publisher.go_down(Transient("down"))
        yield
        publisher.come_back()

    return Case(publisher, lambda: publisher.published, outage)


def real(kafka: Brokers) -> Case:
    settings = at_kafka(kafka.bootstrap)

    @contextmanager
    def outage() -> Iterator[None]:
        kafka.kill()
        yield
        kafka.start()

    return Case(KafkaPublisher(settings), lambda: read_topic(kafka.bootstrap, settings.topic), outage)


@pytest.fixture(params=["memory", "kafka"])
async def case(request: pytest.FixtureRequest) -> AsyncIterator[Case]:
    case = in_memory() if request.param == "memory" else real(request.getfixturevalue("kafka"))
    yield case
    await case.publisher.close()


async def test_messages_arrive_as_they_were_given(case: Case) -> None:
    message = Message("orders", b'{"a": 1}', {"content-type": b"application/json"})
    await case.publisher.open()
    await case.publisher.publish([message])
    assert case.arrived() == [message]


async def test_the_order_of_each_key_is_kept_within_and_between_calls(case: Case) -> None:
    given = messages(parents=20, each=60)
    await case.publisher.open()
    for start in range(0, len(given), 250):
        await case.publisher.publish(given[start : start + 250])
    arrived = case.arrived()
    assert len(arrived) == len(given)
    assert without_doubles(arrived) == without_doubles(given)


async def test_one_call_may_hold_more_than_a_batch(case: Case) -> None:
    given = [Message("orders", bytes([n]) * 30_000) for n in range(40)]
    await case.publisher.publish(given)
    assert case.arrived() == given


async def test_nothing_to_publish_is_no_mistake(case: Case) -> None:
    await case.publisher.publish([])


async def test_publishing_connects_where_nobody_has(case: Case) -> None:
    given = messages(1, 1)
    await case.publisher.publish(given)
    assert case.arrived() == given


async def test_it_can_be_opened_and_closed_again_and_again(case: Case) -> None:
    first, second = messages(1, 2)
    await case.publisher.open()
    await case.publisher.open()
    await case.publisher.publish([first])
    await case.publisher.close()
    await case.publisher.close()
    await case.publisher.open()
    await case.publisher.publish([second])
    assert case.arrived() == [first, second]


async def test_after_an_outage_what_failed_is_published_again_in_order(case: Case) -> None:
    given = messages(parents=5, each=40)
    await case.publisher.publish(given[:100])
    with case.outage():
        for _ in range(2):
            with pytest.raises(Transient):
                await case.publisher.publish(given[100:150])
        with pytest.raises(Transient):
            await case.publisher.open()
    await case.publisher.publish(given[100:150])
    await case.publisher.publish(given[150:])
    assert without_doubles(case.arrived()) == without_doubles(given)
