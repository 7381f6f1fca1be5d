"""How the embedded runtime runs DAGs: back-pressure, drains, suspension, restarts, hours, isolation."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.errors import Transient
from autoclone.ports import JsonObject
from autoclone.runtimes.embedded import TOPIC_CAPACITY
from runtime_kit import SECOND, START, World, chain, embedded, node, spec, world
from virtual_clock import VirtualClock

TICK = node("tick", "interval", every="1s")
PASS = node("pass", "filter", field="sequence", op="exists")
LOG = node("log", "log")
HOUR = timedelta(hours=1)


async def test_records_flow_and_are_counted(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(chain(TICK, PASS, LOG))
        await at.clock.advance(9 * SECOND)
        stats = await at.runtime.stats("orders")
        assert stats is not None
        assert stats.edges == (("tick", "pass"), ("pass", "log"))
        assert [(one.id, one.type, one.status) for one in stats.nodes] == [
            ("tick", "interval", "running"),
            ("pass", "filter", "running"),
            ("log", "log", "running"),
        ]
        assert [(one.received, one.emitted) for one in stats.nodes] == [(0, 10), (10, 10), (10, 10)]
        assert [one.capacity for one in stats.nodes] == [0, 100, 100]
        assert stats.nodes[2].rate_in == pytest.approx(1, abs=0.3)


async def test_what_was_not_started_has_its_nodes_waiting(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.runtime.create(spec(chain(TICK, LOG)), 1)
        assert [(await at.node(id_)).status for id_ in ("tick", "log")] == ["waiting", "waiting"]


def full_topic(at_most: int) -> JsonObject:
    """Return a DAG whose sink blocks, since nobody takes from its topic."""
    sink = {**node("out", "topic_sink", topic="jobs"), "buffer": 2}
    return chain(node("tick", "interval", every="1ms", count=at_most), sink)


async def fill_topic(at: World) -> None:
    """Leave no room in the topic."""
    for _ in range(TOPIC_CAPACITY):
        await at.runtime._topics.named("jobs").put({})


async def test_a_slow_sink_holds_back_its_source(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await fill_topic(at)
        await at.run(full_topic(1000))
        await at.clock.advance(SECOND)
        tick, out = await at.node("tick"), await at.node("out")
        assert (out.received, out.queued, out.capacity) == (1, 2, 2)
        assert tick.emitted == 3
        await at.runtime._topics.named("jobs").get()
        await at.clock.advance(SECOND / 1000)
        assert (await at.node("tick")).emitted == 4


async def test_a_stop_drains_the_queues(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("".join(f'{{"n": {n}}}\n' for n in range(50)))
    async with world(tmp_path) as at:
        source = node("in", "file", path="in.jsonl", rate=10)
        call = node("call", "python", callable="runtime_functions:add_one")
        await at.run(chain(source, call, node("out", "jsonl", path="out.jsonl", flush_every="1h")))
        await at.until("in", lambda one: one.emitted == 1)
        await at.clock.advance(2 * SECOND)
        emitted = (await at.node("in")).emitted
        assert emitted > 10
        await at.runtime.stop("orders", 1)
        assert [json.loads(line)["n"] for line in at.lines("out.jsonl")] == list(range(1, emitted + 1))
        assert await at.status() is RunStatus.STOPPED
        assert (await at.node("out")).emitted == emitted


async def test_a_drain_is_bounded(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await fill_topic(at)
        await at.run(full_topic(1000))
        stopping = asyncio.ensure_future(at.runtime.stop("orders", 1))
        await at.clock.advance(4.9 * SECOND)
        assert not stopping.done()
        await at.clock.advance(0.2 * SECOND)
        await stopping
        assert await at.status() is RunStatus.STOPPED
        assert (await at.node("out")).status == "waiting"


async def test_a_drain_is_as_long_as_the_dag_was_created_with(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await fill_topic(at)
        patient = replace(spec(full_topic(1000)), drain=60 * SECOND)
        await at.runtime.create(patient, 1)
        await at.runtime.start("orders", 1)
        await at.clock.settle()
        stopping = asyncio.ensure_future(at.runtime.stop("orders", 1))
        await at.clock.advance(59.9 * SECOND)
        assert not stopping.done()
        await at.clock.advance(0.2 * SECOND)
        await stopping


async def test_a_stop_says_how_long_the_drain_may_take(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await fill_topic(at)
        await at.run(full_topic(1000))
        stopping = asyncio.ensure_future(at.runtime.stop("orders", 1, 20 * SECOND))
        await at.clock.advance(SECOND)
        again = asyncio.ensure_future(at.runtime.stop("orders", 1, SECOND))
        await at.clock.advance(18.9 * SECOND)
        assert not stopping.done(), "what was said first holds"
        await at.clock.advance(0.2 * SECOND)
        await asyncio.gather(stopping, again)


async def test_a_stop_that_was_given_up_can_be_asked_for_again(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await fill_topic(at)
        await at.run(full_topic(1000))
        first = asyncio.ensure_future(at.runtime.stop("orders", 1))
        await at.clock.advance(SECOND)
        first.cancel()
        await at.finish(lambda: at.runtime.delete("orders", 1), 5 * SECOND)
        assert await at.runtime.stats("orders") is None


async def test_close_is_bounded(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await fill_topic(at)
        for name in ("a", "b", "c"):
            await at.run(full_topic(1000), name)
        before = at.clock.monotonic()
        passing = asyncio.ensure_future(at.clock.advance(SECOND))
        await at.runtime.close(SECOND)
        await passing
        assert at.clock.monotonic() - before == pytest.approx(1)
        assert await at.runtime.holdings() == []


async def test_a_suspended_dag_stands_still_and_goes_on(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(chain(TICK, PASS, LOG))
        await at.clock.advance(2 * SECOND)
        await at.runtime.suspend("orders", 1)
        await at.clock.advance(10 * SECOND)
        assert await at.status() is RunStatus.SUSPENDED
        assert (await at.node("log")).received == 3
        await at.runtime.resume("orders", 1)
        await at.clock.advance(SECOND)
        assert await at.status() is RunStatus.RUNNING
        # One that was in the source's hand, and one more.
        assert (await at.node("log")).received == 5


async def test_a_suspended_dag_that_is_stopped_still_drains(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(chain(TICK, node("out", "jsonl", path="out.jsonl", flush_every="1h")))
        await at.runtime.suspend("orders", 1)
        await at.clock.advance(5 * SECOND)
        await at.runtime.stop("orders", 1)
        # The second record was in the source's hand when the DAG was suspended.
        assert len(at.lines("out.jsonl")) == 2


async def test_a_suspended_consumer_leaves_the_topic_to_the_others(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        consumer = chain(node("take", "topic_source", topic="jobs"), LOG)
        await at.run(consumer)
        await at.run(consumer, "orders_1", "orders")
        await at.runtime.suspend("orders", 1)
        await at.run(chain(TICK, node("give", "topic_sink", topic="jobs")), "producer")
        await at.clock.advance(3 * SECOND)
        assert (await at.node("log")).received == 0
        assert (await at.node("log", "orders_1")).received == 4


async def test_a_dag_and_its_clones_share_a_topic(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        consumer = chain(node("take", "topic_source", topic="jobs"), LOG)
        names = ("orders", "orders_1", "orders_2")
        for name in names:
            await at.run(consumer, name, None if name == "orders" else "orders")
        await at.run(chain(TICK, node("give", "topic_sink", topic="jobs")), "producer")
        await at.clock.advance(29 * SECOND)
        assert [(await at.node("log", name)).received for name in names] == [10, 10, 10]


async def test_finite_sources_complete_the_dag(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        document = chain(node("tick", "interval", every="1s", count=3), LOG)
        await at.run(document)
        await at.clock.advance(3 * SECOND)
        assert await at.status() is RunStatus.COMPLETED
        assert [(await at.node(id_)).status for id_ in ("tick", "log")] == ["completed", "completed"]
        await at.runtime.start("orders", 1)
        assert await at.status() is RunStatus.COMPLETED
        await at.runtime.stop("orders", 1)
        await at.runtime.start("orders", 1)
        await at.clock.settle()
        assert (await at.node("log")).received == 1


async def test_ten_thousand_empty_clones_need_no_task(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        before = len(asyncio.all_tasks())
        for index in range(10_000):
            await at.runtime.create(spec({"nodes": []}, f"orders_{index:05}", "orders"), 1)
            await at.runtime.start(f"orders_{index:05}", 1)
        assert len(asyncio.all_tasks()) == before
        assert {one.status for one in await at.runtime.holdings()} == {RunStatus.RUNNING}


async def test_a_closed_runtime_starts_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.runtime.close(timedelta())
        await at.runtime.create(spec({}), 1)
        with pytest.raises(Transient, match="not open"):
            await at.runtime.start("orders", 1)


async def test_one_that_is_cancelled_leaves_nothing_to_the_next_however_its_drain_ends(
    tmp_path: Path,
) -> None:
    clock = VirtualClock(START)
    runtime = embedded(clock, tmp_path)
    at = World(clock, tmp_path, runtime)

    async def reign() -> None:
        await runtime.open()
        try:
            await fill_topic(at)
            await at.run(full_topic(1000))
            await asyncio.Event().wait()
        finally:
            await runtime.close(SECOND)

    for _ in range(2):
        reigning = asyncio.create_task(reign())
        await clock.advance(SECOND)
        assert await at.status() is RunStatus.RUNNING
        reigning.cancel()
        await clock.advance(SECOND)
        await asyncio.wait((reigning,))
        assert await runtime.holdings() == []
