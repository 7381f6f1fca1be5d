"""What a Kafka source does in virtual time when its group divides the partitions anew."""

import asyncio
from pathlib import Path

from fake_kafka import FIRST, SECOND
from kafka_world import FULL, MINUTE, SOURCE, another, fill, kafka_world, take
from runtime_kit import SECOND as A_SECOND
from runtime_kit import chain, node


async def test_a_rebalance_waits_for_what_is_in_hand_and_commits_it(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await fill(at)
        broker.add(SECOND, *range(10))
        await at.run(chain(node("in", "kafka_source", topic="orders", commit_every="30s"), FULL))
        other = await another(at, broker)
        await at.clock.advance(2 * A_SECOND)
        assert broker.offsets == {}
        await take(at, 10)
        await at.clock.settle()
        # One in the sink's hand, one in its queue, and one that the source was about to pass on.
        assert broker.offsets == {SECOND: 3}
        assert [one.offset for one in await other.poll(100, wait=False)] == list(range(3, 10))
        assert (await at.node("full")).emitted == 3


async def test_what_is_kept_over_a_rebalance_goes_on_and_comes_once(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await fill(at)
        broker.add(FIRST, *range(6))
        await at.run(chain(SOURCE, FULL))
        other = await another(at, broker)
        assert await other.poll(100, wait=False) == []
        assert other.positions.keys() == {SECOND}
        await take(at, 6)
        await at.clock.advance(2 * A_SECOND)
        assert (await at.node("full")).emitted == 6
        assert broker.offsets == {FIRST: 6}


async def test_what_takes_too_long_to_hand_over_is_not_committed(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await fill(at)
        broker.add(SECOND, *range(6))
        await at.run(chain(SOURCE, FULL))
        other = await another(at, broker)
        await at.clock.advance(8 * A_SECOND)
        assert len(await other.poll(100, wait=False)) == 6
        await take(at, 6)
        await at.clock.advance(2 * A_SECOND)
        assert broker.offsets == {SECOND: 0}
        broker.add(FIRST, 7)
        await at.clock.advance(2 * A_SECOND)
        assert broker.offsets == {FIRST: 1, SECOND: 0}


async def test_what_is_lost_is_not_committed_and_comes_again(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await fill(at)
        broker.add(FIRST, *range(6))
        await at.run(chain(node("in", "kafka_source", topic="orders", commit_every="30s"), FULL))
        broker.member.lose()
        await at.clock.settle()
        await take(at, 3)
        await at.clock.settle()
        assert broker.offsets == {}
        await take(at, 6)
        await at.clock.advance(MINUTE)
        assert broker.offsets == {FIRST: 6}
        assert (await at.node("full")).emitted == 9


async def test_a_clone_that_drains_hands_over_what_another_gets_meanwhile(tmp_path: Path) -> None:
    async with kafka_world(tmp_path) as (at, broker):
        await fill(at)
        broker.add(SECOND, *range(6))
        await at.run(chain(node("in", "kafka_source", topic="orders", commit_every="30s"), FULL))
        member = broker.member
        stopping = asyncio.ensure_future(at.runtime.stop("orders", 1))
        await at.clock.advance(A_SECOND)
        other = await another(at, broker)
        await at.clock.advance(A_SECOND)
        assert not member.left
        await take(at, 3)
        await at.clock.advance(A_SECOND)
        await stopping
        assert broker.offsets == {SECOND: 3}
        assert [one.offset for one in await other.poll(100, wait=False)] == [3, 4, 5]
