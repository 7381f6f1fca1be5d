"""Clones of real servers that read a topic: a process is killed, or a ramp goes down, while records come."""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from confluent_kafka import Producer

from journal_kit import dag
from kafka_kit import Brokers
from kafka_nodes_kit import a_topic, committed, members, read
from runtime_kit import chain, node
from serve_kit import Served, serving

PARTITIONS = 6
GROUP = "autoclone.orders"
A_SECOND = 300  # records


def document(where: str, topic: str, done: str, clones: int, session: str) -> dict[str, object]:
    """A DAG that copies a topic to another, with its clones."""
    reading = {"commit_every": "500ms", "session_timeout": session}
    source = node("in", "kafka_source", bootstrap=where, topic=topic, **reading)
    sink = node("out", "kafka_sink", bootstrap=where, topic=done)
    return {**dag(count=clones, interval="300ms"), **chain(source, sink)}


class Feed:
    """Writes records that count up, as fast as a clone of real life gets them.

    Attributes:
        count: how many there are so far.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.count = 0
        self._producer = Producer({"bootstrap.servers": bootstrap, "log_level": 3})
        self._topic = topic
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()
        assert self._producer.flush(60) == 0

    def _run(self) -> None:
        while not self._over.wait(1 / A_SECOND):
            value = json.dumps({"n": self.count}).encode()
            self._producer.produce(self._topic, value, partition=self.count % PARTITIONS)
            self._producer.poll(0)
            self.count += 1


@contextmanager
def fed(bootstrap: str, topic: str) -> Iterator[Feed]:
    feed = Feed(bootstrap, topic)
    feed.start()
    try:
        yield feed
    finally:
        feed.end()


def topics(bootstrap: str, count: int) -> list[str]:
    """Make topics of one test alone."""

    async def made() -> list[str]:
        return [await a_topic(bootstrap, PARTITIONS) for _ in range(count)]

    return asyncio.run(made())


def put(server: Served, given: dict[str, object]) -> None:
    address = f"{server.serves()}/api/v1/dags/orders"
    httpx.put(address, json=given, trust_env=False, timeout=30).raise_for_status()


def seen(bootstrap: str, *topics: str) -> Counter[int]:
    """How often each record was written, to all of these topics together."""
    found = [one for topic in topics for one in read(bootstrap, topic)]
    return Counter(json.loads(one.value())["n"] for one in found)


def test_who_is_killed_in_mid_stream_is_followed_by_others_and_nothing_is_lost(
    tmp_path: Path, kafka: Brokers
) -> None:
    where = kafka.bootstrap
    topic, of_the_killed, of_the_other = topics(where, 3)
    with serving(tmp_path) as serve:
        killed, other = serve(), serve()
        put(killed, document(where, topic, of_the_killed, clones=1, session="6s"))
        put(other, document(where, topic, of_the_other, clones=1, session="6s"))
        other.until(lambda: members(where, GROUP) == 4)  # two DAGs, and a clone of each
        with fed(where, topic) as feed:
            killed.until(lambda: len(seen(where, of_the_killed)) > A_SECOND)
            killed.process.kill()
            killed.process.wait()
            had = seen(where, of_the_killed)
            other.until(lambda: members(where, GROUP) == 2)
            last = feed.count + A_SECOND
            other.until(lambda: feed.count > last)
        everything = set(range(feed.count))
        other.until(lambda: seen(where, of_the_killed, of_the_other).keys() == everything)
        other.until(lambda: committed(where, GROUP, topic, PARTITIONS) == feed.count)
    assert seen(where, of_the_killed).keys() == had.keys() < everything
    twice = sum((seen(where, of_the_killed, of_the_other) - Counter(everything)).values())
    assert twice < 2 * A_SECOND, "no more comes again than was done since the last commit"


def test_a_ramp_down_drains_each_clone_and_no_record_comes_twice(tmp_path: Path, kafka: Brokers) -> None:
    where = kafka.bootstrap
    topic, done = topics(where, 2)
    with serving(tmp_path) as serve:
        server = serve(drain_timeout="20s")
        put(server, document(where, topic, done, clones=3, session="45s"))
        server.until(lambda: members(where, GROUP) == 4)
        with fed(where, topic) as feed:
            server.until(lambda: len(seen(where, done)) > A_SECOND)
            began = time.monotonic()
            put(server, document(where, topic, done, clones=1, session="45s"))
            server.until(lambda: len(server.lines("Stopping and deleting orders_")) == 2)
            server.until(lambda: members(where, GROUP) == 2)
            assert time.monotonic() - began < 40, "a member that is not there any more would be waited for"
            last = feed.count + A_SECOND
            server.until(lambda: feed.count > last)
        server.until(lambda: committed(where, GROUP, topic, PARTITIONS) == feed.count)
    assert seen(where, done) == Counter(range(feed.count))
