"""The Kafka nodes in virtual time, over clients that do as a test says."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.errors import Permanent, Transient
from autoclone.ports import JsonObject
from autoclone.runtimes.nodes.kafka import params
from autoclone.runtimes.nodes.kafka.port import TooLarge
from fake_kafka import FIRST, SECOND
from kafka_world import FULL, LOG, MANY, MINUTE, SOURCE, fill, kafka_world, take
from runtime_kit import SECOND as A_SECOND
from runtime_kit import chain, node, world


async def test_an_offset_is_committed_once_every_branch_is_through(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await fill(at)
        broker.add(FIRST, 1, 2)
        edges = [["in", "log"], ["in", "full"]]
        await at.run({"nodes": [SOURCE, LOG, FULL], "edges": edges})
        await at.clock.advance(2 * A_SECOND)
        assert (await at.node("log")).emitted == 2
        assert broker.offsets == {FIRST: 0}
        await take(at, 1)
        await at.clock.advance(A_SECOND)
        assert broker.offsets == {FIRST: 1}
        await take(at, 1)
        await at.clock.advance(A_SECOND)
        assert broker.offsets == {FIRST: 2}


async def test_what_is_filtered_out_or_added_up_is_through(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        broker.add(FIRST, 1, 2, 3)
        odd = node("odd", "filter", field="n", op="in", value=[1, 3])
        total = node("sum", "aggregate", metrics={"n": {"op": "sum", "field": "n"}}, interval="1h")
        await at.run(chain(SOURCE, odd, total, LOG))
        await at.clock.advance(A_SECOND)
        assert broker.offsets == {FIRST: 3}
        assert (await at.node("log")).received == 0


async def test_full_queues_pause_the_partitions_and_the_clone_stays_in_its_group(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await fill(at)
        broker.add(FIRST, *range(MANY))
        await at.run(chain(SOURCE, FULL))
        await at.clock.advance(2 * A_SECOND)
        assert broker.member.paused == {FIRST, SECOND}
        polls = broker.member.polls
        await at.clock.advance(MINUTE)
        assert broker.member.polls >= polls + 60
        broker.add(SECOND, MANY)
        await at.clock.advance(MINUTE)
        assert broker.member.positions[SECOND] == 0
        await take(at, MANY + 1)
        await at.clock.advance(MINUTE)
        assert broker.member.paused == set()
        assert broker.offsets == {FIRST: MANY, SECOND: 1}


async def test_a_suspended_dag_takes_nothing_in_and_stays_in_its_group(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await at.run(chain(SOURCE, LOG))
        await at.runtime.suspend("orders", 1)
        broker.add(FIRST, *range(MANY))
        await at.clock.advance(2 * MINUTE)
        assert (await at.node("log")).received == 0
        assert broker.member.paused == {FIRST, SECOND}
        assert not broker.member.left
        await at.runtime.resume("orders", 1)
        await at.clock.advance(2 * A_SECOND)
        assert broker.offsets == {FIRST: MANY}


async def test_without_kafka_the_node_waits_and_the_dag_goes_on(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        broker.failures = [Transient("it is away")] * 3
        broker.add(FIRST, 1)
        tick = node("tick", "interval", every="1s")
        nodes, edges = [SOURCE, tick, LOG], [["in", "log"], ["tick", "log"]]
        await at.run({"nodes": nodes, "edges": edges})
        one = await at.node("in")
        assert (one.status, one.errors, one.last_error) == ("restarting", 1, "Transient: it is away")
        assert await at.status() is RunStatus.RUNNING
        assert (await at.node("log")).received == 1
        await at.clock.advance(timedelta(milliseconds=1700))
        assert (await at.node("in")).status == "restarting"
        await at.clock.advance(2 * A_SECOND)
        one = await at.node("in")
        assert (one.status, one.errors, one.restarts) == ("running", 3, 0)
        assert broker.offsets == {FIRST: 1}


async def test_a_kafka_that_refuses_fails_the_node_by_its_policy(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        broker.failures = [Permanent("no")]
        await at.run(chain({**SOURCE, "restart": "never"}, LOG))
        assert await at.status() is RunStatus.FAILED
        assert broker.member.left


async def test_a_kafka_that_is_silent_is_shown(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await at.run(chain(SOURCE, LOG))
        broker.silent = True
        await at.clock.advance(25 * A_SECOND)
        one = await at.node("in")
        assert one.status == "restarting"
        assert one.last_error == "Transient: Kafka at broker:9092 has not answered for 10 s"
        broker.silent = False
        broker.add(FIRST, 1)
        await at.clock.advance(25 * A_SECOND)
        assert (await at.node("in")).status == "running"


async def test_a_kafka_that_was_away_is_shown_and_the_clone_stays_in_its_group(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await at.run(chain(SOURCE, LOG))
        broker.trouble = Transient("it is away")
        broker.add(FIRST, 1)
        await at.clock.advance(5 * A_SECOND)
        one = await at.node("in")
        assert (one.status, one.last_error) == ("restarting", "Transient: it is away")
        broker.trouble = None
        await at.clock.advance(A_SECOND)
        assert (await at.node("in")).status == "running"
        assert broker.offsets == {FIRST: 1}
        assert not broker.member.left


async def test_a_drain_that_is_out_of_time_commits_only_what_was_done(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await fill(at)
        broker.add(FIRST, *range(6))
        await at.run(chain(SOURCE, FULL))
        await take(at, 2)
        await at.finish(lambda: at.runtime.stop("orders", 1), 10 * A_SECOND)
        assert broker.offsets == {FIRST: 2}
        assert broker.member.left


async def test_what_a_failed_node_throws_away_is_never_committed(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        broker.add(FIRST, 1, 13, 2, 3)
        picky = node("picky", "python", callable="runtime_functions:no_thirteen")
        frail = {**picky, "on_error": "fail", "restart": "never"}
        await at.run(chain(node("in", "kafka_source", topic="orders", on_error="skip"), frail, LOG))
        await at.until_status(RunStatus.FAILED)
        assert broker.offsets == {FIRST: 2}


async def test_a_dead_letter_is_written_before_its_offset_is_committed(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        broker.logs[FIRST] = [b"poison", b'{"n": 1}']
        broker.refused = [Transient("not now")]
        await at.run(chain(SOURCE, LOG))
        assert broker.written == []
        assert broker.offsets == {}
        await at.clock.advance(2 * A_SECOND)
        assert [(one.topic, one.value) for one in broker.written] == [("orders.dead-letter", b"poison")]
        assert broker.offsets == {FIRST: 2}


async def test_a_dead_letter_that_is_too_large_is_left_out_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        broker.logs[FIRST] = [b"poison"]
        broker.refused = [TooLarge("too large")]
        await at.run(chain(SOURCE, LOG))
        await at.clock.advance(A_SECOND)
        assert broker.offsets == {FIRST: 1}
        assert "orders/in leaves out orders/0@0: too large" in caplog.text


async def test_what_a_producer_fails_to_write_is_written_again_in_order(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        tick = node("tick", "interval", every="1s", count=3)
        broker.refused = [Transient("not now")]
        await at.run(chain(tick, node("out", "kafka_sink", topic="done")))
        assert broker.written == []
        await at.clock.advance(10 * A_SECOND)
        assert [json.loads(one.value or b"")["sequence"] for one in broker.written] == [1, 2, 3]
        one = await at.node("out")
        assert (one.status, one.emitted, one.errors) == ("completed", 3, 1)


async def test_a_sink_shows_that_nothing_is_acknowledged(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        broker.silent = True
        await at.run(chain(node("tick", "interval", every="1h"), node("out", "kafka_sink", topic="done")))
        await at.clock.advance(12 * A_SECOND)
        one = await at.node("out")
        assert one.last_error == "Transient: Kafka at broker:9092 has acknowledged nothing for 10 s"


CASES: tuple[tuple[JsonObject, tuple[str, ...]], ...] = (
    ({"topic": "a b"}, ("params.topic[0]", "'in'")),
    ({"topic": []}, ("params.topic",)),
    ({}, ("params.topic", "is missing")),
    ({"topic": ["a", "a"]}, ("params.topic", "'a' stands there twice", "Name it once")),
    ({"topic": "a", "bootstrap": "nowhere"}, ("params.bootstrap", '"nowhere"')),
    ({"topic": "a", "group": "{dga}"}, ("params.group", "{dga} stands for nothing", "{parent}")),
    ({"topic": "a", "on_error": "ignore"}, ("params.on_error", '"ignore"', "dead_letter")),
    ({"topic": "a", "dead_letter_topic": "a"}, ("params.dead_letter_topic", "would be read again")),
    ({"topic": "a", "auto_offset_reset": "first"}, ("params.auto_offset_reset", "earliest")),
)


@pytest.mark.parametrize(("given", "words"), CASES)
async def test_what_cannot_work_is_refused(tmp_path: Path, given: JsonObject, words: tuple[str, ...]) -> None:
    async with kafka_world(tmp_path) as (at, _):
        faults = at.refused(chain(node("in", "kafka_source", **given), LOG))
        assert any(all(word in fault for word in words) for fault in faults), faults


@pytest.mark.parametrize("type_", ["kafka_source", "kafka_sink"])
async def test_without_brokers_or_the_library_a_node_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, type_: str
) -> None:
    tick = node("tick", "interval")
    async with world(tmp_path) as at:
        kafka = node("kafka", type_, topic="a")
        document = chain(kafka, LOG) if type_ == "kafka_source" else chain(tick, kafka)
        faults = at.refused(document)
        assert len(faults) == 1
        assert "set AUTOCLONE_KAFKA_BOOTSTRAP" in faults[0]
        kafka["params"]["bootstrap"] = "broker:9092"
        assert at.refused(document) == []
        monkeypatch.setattr(params, "find_spec", lambda _: None)
        assert "Install autoclone[kafka]" in at.refused(document)[0]
