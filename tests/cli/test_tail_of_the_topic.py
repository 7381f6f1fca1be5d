"""`autoclone events tail --topic`: what a real topic holds, once or as it grows."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from autoclone.cli import main
from autoclone.messaging.codec import Codec
from autoclone.messaging.kafka import KafkaPublisher
from autoclone.ports import Message
from kafka_kit import Brokers
from messaging_kit import an_event, at_kafka

TAIL = ("events", "tail", "--topic", "--format", "jsonl")


class Topic:
    """A topic of one partition, of which the settings in the environment tell."""

    def __init__(self, kafka: Brokers, monkeypatch: pytest.MonkeyPatch) -> None:
        self._settings = at_kafka(kafka.bootstrap, partitions=1)
        monkeypatch.setenv("AUTOCLONE_KAFKA_BOOTSTRAP", kafka.bootstrap)
        monkeypatch.setenv("AUTOCLONE_KAFKA_TOPIC", self._settings.topic)

    def gets(self, *messages: Message) -> None:
        asyncio.run(self._publish(messages))

    async def _publish(self, messages: Sequence[Message]) -> None:
        publisher = KafkaPublisher(self._settings)
        await publisher.publish(messages)
        await publisher.close()


@pytest.fixture
def topic(kafka: Brokers, monkeypatch: pytest.MonkeyPatch) -> Topic:
    return Topic(kafka, monkeypatch)


def written(*numbers: int, parent: str = "orders") -> list[Message]:
    return [Codec().encode(an_event(parent, number)) for number in numbers]


def told(text: str) -> list[tuple[str, int]]:
    found: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    return [(one["parent"], one["sequence"]) for one in found]


def test_the_last_events_are_shown_and_what_is_none_is_left_out(
    topic: Topic, capsys: pytest.CaptureFixture[str]
) -> None:
    topic.gets(*written(1, 2), Message("orders", b"of somebody else"), *written(3))
    assert main([*TAIL, "--last", "3"]) == 0
    assert told(capsys.readouterr().out) == [("orders", 2), ("orders", 3)]


def test_one_dag_can_be_asked_for(topic: Topic, capsys: pytest.CaptureFixture[str]) -> None:
    topic.gets(*written(1), *written(1, parent="trades"), *written(2))
    assert main([*TAIL, "orders"]) == 0
    assert told(capsys.readouterr().out) == [("orders", 1), ("orders", 2)]


def test_what_comes_is_followed_until_ctrl_c(topic: Topic) -> None:
    topic.gets(*written(1, 2))
    command = [sys.executable, "-m", "autoclone", *TAIL, "--last", "1", "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as tail:
        try:
            assert tail.stdout is not None
            assert told(tail.stdout.readline()) == [("orders", 2)]  # it is there, so what comes is new
            topic.gets(*written(3, 4))
            assert told(tail.stdout.readline() + tail.stdout.readline()) == [("orders", 3), ("orders", 4)]
            tail.send_signal(signal.SIGINT)
            assert (tail.stdout.read(), tail.wait(30)) == ("", 0)
        finally:
            tail.kill()


def test_a_topic_that_is_not_there_is_one_line(topic: Topic, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TAIL]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "There is no topic" in captured.err
