"""`kafka_sink` against a real broker."""

import asyncio
import json
from collections import Counter
from pathlib import Path

from autoclone.core.inputs import RunStatus
from autoclone.ports import JsonObject
from kafka_kit import Brokers
from kafka_nodes_kit import Station, a_topic, committed, numbers, read, source, station, write
from runtime_kit import chain, node


def lines(folder: Path, count: int) -> JsonObject:
    """Return a source of records that count up."""
    text = "".join(f'{{"n": {n}, "who": {{"id": {n % 3}, "name": "w{n % 3}"}}}}\n' for n in range(count))
    (folder / "in.jsonl").write_text(text)
    return node("in", "file", path="in.jsonl")


async def until_completed(at: Station) -> None:
    await at.until("out", lambda one: one.status == "completed")
    stats = await at.runtime.stats("orders")
    assert stats is not None
    assert stats.status is RunStatus.COMPLETED


async def test_records_are_written_in_order_for_each_key(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap, 3)
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(lines(tmp_path, 3000), node("out", "kafka_sink", topic=topic, key="who.name")))
        await until_completed(at)
        assert (await at.node("out")).emitted == 3000
    found = await asyncio.to_thread(read, kafka.bootstrap, topic)
    of_key = {
        key: [json.loads(one.value())["n"] for one in found if one.key() == key] for key in (b"w0", b"w2")
    }
    assert of_key == {b"w0": list(range(0, 3000, 3)), b"w2": list(range(2, 3000, 3))}
    assert len(found) == 3000


async def test_a_key_that_is_no_text_is_json_and_one_that_is_missing_is_an_error(
    tmp_path: Path, kafka: Brokers
) -> None:
    topic = await a_topic(kafka.bootstrap)
    (tmp_path / "in.jsonl").write_text('{"id": 7}\n{"no": 1}\n')
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(
            chain(node("in", "file", path="in.jsonl"), node("out", "kafka_sink", topic=topic, key="id"))
        )
        await until_completed(at)
        one = await at.node("out")
        assert (one.emitted, one.errors) == (1, 1)
        assert one.last_error == "ValueError: there is no 'id' in it to be the key"
    assert [one.key() for one in await asyncio.to_thread(read, kafka.bootstrap, topic)] == [b"7"]


async def test_a_record_that_is_too_large_is_an_error_of_its_own(tmp_path: Path, kafka: Brokers) -> None:
    topic = await a_topic(kafka.bootstrap)
    (tmp_path / "in.jsonl").write_text(f'{{"n": "{"x" * 2_000_000}"}}\n{{"n": 1}}\n')
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(node("in", "file", path="in.jsonl"), node("out", "kafka_sink", topic=topic)))
        await until_completed(at)
        one = await at.node("out")
        assert (one.emitted, one.errors) == (1, 1)
        assert "as large as this" in (one.last_error or "")


async def test_a_record_is_through_once_it_is_acknowledged(tmp_path: Path, kafka: Brokers) -> None:
    topic, target = await a_topic(kafka.bootstrap, 2), await a_topic(kafka.bootstrap, 2)
    await asyncio.to_thread(write, kafka.bootstrap, topic, numbers(500), 2)
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(source(topic), node("out", "kafka_sink", topic=target)))
        await at.until("out", lambda one: one.emitted == 500)
        await at.runtime.stop("orders", 1)
    assert await asyncio.to_thread(committed, kafka.bootstrap, "autoclone.orders", topic, 2) == 500
    found = await asyncio.to_thread(read, kafka.bootstrap, target)
    assert sorted(json.loads(one.value())["n"] for one in found) == list(range(500))


async def test_records_wait_for_a_broker_that_is_away_and_none_is_lost(
    tmp_path: Path, kafka: Brokers
) -> None:
    topic = await a_topic(kafka.bootstrap)
    feed = {**lines(tmp_path, 600), "params": {"path": "in.jsonl", "rate": 100}}
    async with station(tmp_path, kafka.bootstrap) as at:
        await at.run(chain(feed, node("out", "kafka_sink", topic=topic)))
        await at.until("out", lambda one: one.emitted > 50)
        kafka.kill()
        try:
            await at.until("out", lambda one: one.status == "restarting")
            assert "has acknowledged nothing for 10 s" in ((await at.node("out")).last_error or "")
        finally:
            await asyncio.to_thread(kafka.start)
        await until_completed(at)
    found = await asyncio.to_thread(read, kafka.bootstrap, topic)
    seen = Counter(json.loads(one.value())["n"] for one in found)
    assert set(seen) == set(range(600))
