"""`kafka_source` against a real broker: sharing, crashes, drains, poison, and brokers that come and go."""

import asyncio
import json
from pathlib import Path

import pytest

from kafka_kit import Brokers
from kafka_logbook import Logbook, rows, until_read_on
from kafka_nodes_kit import (
    a_member,
    a_topic,
    committed,
    is_everything,
    numbers,
    out,
    read,
    source,
    station,
    until_divided,
    write,
)
from runtime_kit import chain, node

LONG = "30s"
GROUP = "autoclone.orders"


def slow(seconds: float) -> dict[str, object]:
    return node("slow", "python", callable="runtime_functions:slowly", arguments={"seconds": seconds})


async def test_a_dag_and_its_clones_divide_the_partitions(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap, 6)
    async with station(tmp_path, kafka.bootstrap) as at:
        names = await at.family(chain(source(topic), out()), clones=2)
        await until_divided(kafka.bootstrap, GROUP, 3)
        await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(600), 6)
        await at.until_seen(is_everything(600))
        for name in names:
            await at.runtime.stop(name, 1)
        assert [len(at.seen(name)) for name in names] == [200, 200, 200]
        assert set(at.seen().values()) == {1}
        assert await asyncio.to_thread(committed, kafka.bootstrap, GROUP, topic, 6) == 600


async def test_nothing_is_lost_or_doubled_when_clones_come_and_go_in_order(
    tmp_path: Path, kafka: Brokers
) -> None:
    topic = await a_topic(kafka.bootstrap, 4)
    await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(2000), 4)
    document = chain(source(topic, session_timeout=LONG), slow(0.001), out())
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(document)
        await at.until("slow", lambda one: one.received > 100)
        await at.run(document, "orders_1", "orders")
        await at.until("slow", lambda one: one.received > 100, "orders_1")
        # Only a group that was left at once has others go on within the session.
        async with asyncio.timeout(20):
            await at.runtime.stop("orders", 1)
            await at.until_seen(is_everything(2000))
        await at.runtime.stop("orders_1", 1)
        assert set(at.seen().values()) == {1}
        assert min(len(at.seen(name)) for name in ("orders", "orders_1")) > 100
        assert await asyncio.to_thread(committed, kafka.bootstrap, GROUP, topic, 4) == 2000


async def test_what_stays_is_read_on_while_a_third_clone_takes_its_share(
    tmp_path: Path, kafka: Brokers
) -> None:
    topic = await a_topic(kafka.bootstrap, 6)
    await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(1200), 6)
    each = node("out", "jsonl", path="{dag}.jsonl", batch=1)
    document = chain(source(topic, about="from"), {**slow(0.01), "buffer": 20}, each)
    logbook, names = Logbook(tmp_path), ("orders", "orders_1", "orders_2")
    async with station(tmp_path, kafka.bootstrap, clients=logbook) as at:
        await at.run(document)
        await at.run(document, "orders_1", "orders")
        await until_divided(kafka.bootstrap, GROUP, 2)
        await until_read_on(logbook, names[:2])
        await at.run(document, "orders_2", "orders")
        await at.until_seen(is_everything(1200))
        ours = {name: set(logbook.of(name).ours) for name in names}
        told = {name: list(logbook.of(name).told) for name in names}
        for name in names:
            await at.runtime.stop(name, 1)
    assert set(at.seen().values()) == {1}
    assert [len(ours[name]) for name in names] == [2, 2, 2]
    for name in names[:2]:
        stayed = ours[name]
        mentioned = [one for _, some in told[name] for one in some if one in stayed]
        assert sorted(mentioned) == sorted(stayed), "told of each when it came, and of none again"
        before, after = logbook.of(name).windows[-1]
        assert all(after[one.number] > before[one.number] for one in stayed), "read on while others went"
        for offsets in rows(tmp_path / f"{name}.jsonl").values():
            assert offsets == list(range(offsets[0], offsets[0] + len(offsets)))


async def test_a_clone_that_takes_nothing_hands_its_share_over_all_the_same(
    tmp_path: Path, kafka: Brokers
) -> None:
    topic = await a_topic(kafka.bootstrap, 2)
    document = chain(source(topic, session_timeout=LONG), out())
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(document)
        await until_divided(kafka.bootstrap, GROUP, 1)
        await at.runtime.suspend("orders", 1)
        await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(4000), 2)
        await at.run(document, "orders_1", "orders")
        # A member that does not serve its group is waited for as long as one session.
        async with asyncio.timeout(25):
            await until_divided(kafka.bootstrap, GROUP, 2)
            await at.until("out", lambda one: one.emitted >= 2000, "orders_1")
        await at.runtime.resume("orders", 1)
        await at.until_seen(is_everything(4000))
        for name in ("orders", "orders_1"):
            await at.runtime.stop(name, 1)
        assert at.seen().total() <= 4001, "none comes twice but the one that the source has in hand"


async def test_a_group_whose_members_rebalance_otherwise_is_waited_for(
    tmp_path: Path, kafka: Brokers
) -> None:
    topic = await a_topic(kafka.bootstrap)
    await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(10))
    async with station(tmp_path, kafka.bootstrap) as at:
        with a_member(kafka.bootstrap, GROUP, topic, "range"):
            await at.run(chain(source(topic), out()))
            await at.until("in", lambda one: one.status == "restarting")
            assert "Stop all of them, or name another group" in ((await at.node("in")).last_error or "")
        await at.until_seen(is_everything(10))
        await at.runtime.stop("orders", 1)


async def test_nothing_is_lost_when_a_clone_is_killed_in_mid_stream(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap, 4)
    document = chain(source(topic), slow(0.002), out())
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.family(document, clones=1)
        await until_divided(kafka.bootstrap, GROUP, 2)
        await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(1000), 4)
        await at.until("slow", lambda one: one.received > 50 and one.queued > 0, "orders_1")
        at.kill("orders_1")
        await at.until_seen(is_everything(1000))
        assert 0 < len(at.seen("orders_1")) < 500


async def test_a_stop_finishes_what_is_in_hand_and_commits_it(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap)
    await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(500))
    never = node("out", "jsonl", path="{dag}.jsonl", flush_every="1h", batch=100_000)
    document = chain(source(topic), slow(0.002), never)
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(document)
        await at.until("slow", lambda one: one.received > 20)
        await at.runtime.stop("orders", 1)
        done = at.seen()
        assert 20 < len(done) < 500
        assert sorted(done) == list(range(len(done)))
        assert await asyncio.to_thread(committed, kafka.bootstrap, GROUP, topic) == len(done)
        await at.runtime.start("orders", 1)
        await at.until("slow", lambda one: one.received == 500 - len(done))
        await at.runtime.stop("orders", 1)
        assert set(at.seen().values()) == {1}
        assert len(at.seen()) == 500


async def test_what_no_sink_has_written_is_not_committed(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap)
    await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(20))
    never = node("out", "jsonl", path="{dag}.jsonl", flush_every="1h", batch=15)
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(source(topic), never))
        await at.until("out", lambda one: one.received == 20)
        at.kill("orders")
        await at.until("in", lambda one: one.status == "waiting")
        assert len(at.seen()) == 15
        assert await asyncio.to_thread(committed, kafka.bootstrap, GROUP, topic) == 15


POISON = [b"no json", b"[1]", None, b'{"n": 13}', b'{"n": 1}']


async def test_what_fails_goes_to_the_dead_letter_topic_with_the_reason(
    tmp_path: Path, kafka: Brokers
) -> None:
    topic = await a_topic(kafka.bootstrap)
    await asyncio.to_thread(write, kafka.bootstrap, topic, POISON)
    picky = node("picky", "python", callable="runtime_functions:no_thirteen")
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(source(topic), picky, out()))
        await at.until_seen(lambda seen: 1 in seen)
        await at.runtime.stop("orders", 1)
        assert (await at.node("in")).errors == 3
    assert await asyncio.to_thread(committed, kafka.bootstrap, GROUP, topic) == 5
    letters = await asyncio.to_thread(read, kafka.bootstrap, f"{topic}.dead-letter")
    assert [one.value() for one in letters] == POISON[:4]
    assert [one.key() for one in letters] == [b"k0", b"k1", b"k2", b"k3"]
    headers = [{name: value.decode() for name, value in one.headers()} for one in letters]
    assert [one["autoclone.offset"] for one in headers] == ["0", "1", "2", "3"]
    assert [one["autoclone.node"] for one in headers] == ["in", "in", "in", "picky"]
    assert headers[3]["autoclone.reason"] == "ValueError: unlucky"
    assert headers[3].keys() >= {"autoclone.at", "autoclone.dag", "autoclone.topic", "autoclone.partition"}


async def test_what_fails_can_be_left_out(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap)
    await asyncio.to_thread(write, kafka.bootstrap, topic, POISON)
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(source(topic, on_error="skip"), out()))
        await at.until_seen(lambda seen: 1 in seen)
        await at.runtime.stop("orders", 1)
    assert await asyncio.to_thread(committed, kafka.bootstrap, GROUP, topic) == 5


async def test_what_fails_can_fail_the_source_and_is_read_again(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap)
    await asyncio.to_thread(write, kafka.bootstrap, topic, [b'{"n": 0}', b'{"n": 13}', b'{"n": 1}'])
    failing = {**source(topic, on_error="fail"), "restart": {"limit": 2, "backoff": "10ms"}}
    picky = node("picky", "python", callable="runtime_functions:no_thirteen")
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(failing, picky, out()))
        await at.until("in", lambda one: one.status == "failed")
        assert (await at.node("in")).last_error == "Permanent: node 'picky': ValueError: unlucky"
        assert (await at.node("picky")).errors == 3
    assert await asyncio.to_thread(committed, kafka.bootstrap, GROUP, topic) == 1


async def test_a_source_waits_for_a_topic_that_is_not_there_yet(tmp_path: Path, kafka: Brokers) -> None:
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(source("no-such-topic"), out()))
        await at.until("in", lambda one: one.status == "restarting")
        assert "no topic no-such-topic. Create it" in ((await at.node("in")).last_error or "")
        await at.runtime.stop("orders", 1)


async def test_a_source_goes_on_after_a_broker_was_killed(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap, 2)
    await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(400), 2)
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(source(topic), slow(0.005), out()))
        await at.until("slow", lambda one: one.received > 50)
        kafka.kill()
        try:
            await at.until("slow", lambda one: one.queued == 0)
        finally:
            await asyncio.to_thread(kafka.start)
        await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(400, 400), 2)
        await at.until_seen(is_everything(800))
        await at.runtime.stop("orders", 1)
    assert await asyncio.to_thread(committed, kafka.bootstrap, GROUP, topic, 2) == 800


@pytest.mark.parametrize(
    ("form", "value", "record"),
    [
        ("json", b'{"a": [1]}', {"a": [1]}),
        ("text", "grüß".encode(), {"value": "grüß"}),
        ("bytes", b"\xff\x00", {"value": "/wA="}),
    ],
)
async def test_messages_are_read_as_told(
    tmp_path: Path, kafka: Brokers, form: str, value: bytes, record: dict[str, object]
) -> None:
    topic = await a_topic(kafka.bootstrap)
    await asyncio.to_thread(write, kafka.bootstrap, topic, [value])
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(source(topic, format=form, about="from"), out()))
        await at.until("out", lambda one: one.emitted == 1)
        written = json.loads((tmp_path / "orders.jsonl").read_text())
        said = written.pop("from")
        assert written == record
        assert (said["topic"], said["partition"], said["offset"], said["key"]) == (topic, 0, 0, "k0")
        await at.runtime.stop("orders", 1)
