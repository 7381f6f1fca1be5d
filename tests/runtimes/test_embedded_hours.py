"""A DAG's own hours: waiting outside them, and its clones, which have none."""

from datetime import timedelta
from pathlib import Path

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.errors import Permanent
from autoclone.ports import JsonObject
from runtime_kit import SECOND, chain, node, spec, world

TICK = node("tick", "interval", every="1s")
PASS = node("pass", "filter", field="sequence", op="exists")
LOG = node("log", "log")
HOUR = timedelta(hours=1)


async def test_own_hours_are_honoured_in_the_documents_zone(tmp_path: Path) -> None:
    # 08:00 UTC is 03:00 in New York.
    document = chain(TICK, LOG, start_time="0400", end_time="0500", timezone="America/New_York")
    async with world(tmp_path) as at:
        await at.run(document)
        assert await at.status() is RunStatus.WAITING
        await at.clock.advance(HOUR - SECOND)
        assert await at.status() is RunStatus.WAITING
        await at.clock.advance(2 * SECOND)
        assert await at.status() is RunStatus.RUNNING
        assert (await at.node("log")).received == 2
        await at.clock.advance(HOUR)
        assert await at.status() is RunStatus.WAITING
        assert (await at.node("log")).received == 3600


async def test_own_hours_may_go_past_midnight_and_come_again(tmp_path: Path) -> None:
    document = chain(node("tick", "interval", every="10m"), LOG, start_time="2200", end_time="0830")
    async with world(tmp_path) as at:
        await at.run(document)
        assert await at.status() is RunStatus.RUNNING
        await at.clock.advance(HOUR)
        assert await at.status() is RunStatus.WAITING
        await at.clock.advance(14 * HOUR)
        assert await at.status() is RunStatus.RUNNING


async def test_hours_follow_a_wall_clock_that_was_set(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(chain(TICK, LOG, start_time="1200", end_time="1300"))
        at.clock.jump(4 * HOUR)
        await at.clock.advance(timedelta(minutes=1))
        assert (await at.node("log")).received > 0


@pytest.mark.parametrize("nodes", [(), (TICK, LOG)])
async def test_a_clone_has_no_hours(tmp_path: Path, nodes: tuple[JsonObject, ...]) -> None:
    document = chain(*nodes, start_time="1200", end_time="1300")
    async with world(tmp_path) as at:
        await at.run(document)
        await at.run(document, "orders_1", "orders")
        assert await at.status() is RunStatus.WAITING
        assert await at.status("orders_1") is RunStatus.RUNNING


async def test_a_dag_suspended_outside_its_hours_stays_so_when_they_begin(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(chain(TICK, LOG, start_time="0900", end_time="1000"))
        await at.runtime.suspend("orders", 1)
        await at.clock.advance(HOUR + SECOND)
        assert await at.status() is RunStatus.SUSPENDED
        assert (await at.node("log")).received == 0
        await at.runtime.resume("orders", 1)
        await at.clock.settle()
        assert (await at.node("log")).received > 0


async def test_a_waiting_dag_can_be_stopped(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        await at.run(chain(TICK, LOG, start_time="1200", end_time="1300"))
        await at.runtime.stop("orders", 1)
        assert await at.status() is RunStatus.STOPPED


async def test_bad_hours_cannot_run(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        for hours in ({"start_time": "9:00", "end_time": "1000"}, {"start_time": "0900"}):
            with pytest.raises(Permanent, match="_time"):
                await at.runtime.create(spec(hours), 1)
        assert await at.runtime.holdings() == []
