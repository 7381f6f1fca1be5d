"""The three servers that the fault tests hurt: each fault does what it says, and to one server only."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from postgres_kit import Postgres
from trio import Trio, trio
from zookeeper_kit import Ensemble

STAND_IN = (sys.executable, str(Path(__file__).parents[1] / "stand_in_server.py"))


@pytest.fixture
async def three(tmp_path: Path, zookeepers: Ensemble, postgres: Postgres) -> AsyncIterator[Trio]:
    async with trio(tmp_path, zookeepers, postgres, command=STAND_IN) as started:
        await started.start()
        yield started


async def test_one_that_is_killed_is_followed_and_comes_back_as_the_same(three: Trio) -> None:
    first = await three.primary()
    first.kill()
    assert (first.running, first.exit_code) == (False, -9)
    second = await three.until(lambda: three.acting_but(first))
    before = first.log
    first.start()
    await three.until(first.answers)
    assert await first.role() == "secondary"
    assert await three.primary() is second
    assert first.log.startswith(before)
    assert first.log.count(f"Serving on {first.url}\n") == 2


async def test_one_that_is_stopped_hands_over_and_ends_well(three: Trio) -> None:
    first = await three.primary()
    await first.end()
    assert (first.running, first.exit_code) == (False, 0)
    assert first.log.endswith("Stopped.\n")
    assert await three.primary() is not first


async def test_one_that_is_suspended_lives_and_answers_nobody(three: Trio) -> None:
    first = await three.primary()
    first.suspend()
    assert first.running
    assert await first.says() is None
    second = await three.until(lambda: three.acting_but(first))
    first.resume()
    await three.until(first.answers)
    assert await three.primary() is second


async def test_links_concern_one_server_and_one_service(three: Trio) -> None:
    first = await three.primary()
    first.zookeeper.hold()
    second = await three.until(lambda: three.acting_but(first))
    assert await first.answers(), "its database still answers"
    first.zookeeper.heal()
    second.postgres.cut()
    assert not await second.answers()
    assert await three.server(6 - first.number - second.number).answers()
    second.postgres.heal()
    await three.until(second.answers)


async def test_what_does_not_come_true_is_told_with_the_logs(three: Trio) -> None:
    with pytest.raises(AssertionError, match=rf"0\.1 s\.\n(.*\n)*.*Serving on {three.server(3).url}"):
        await three.until(lambda: False, within=timedelta(milliseconds=100))


async def test_postgres_and_zookeeper_restart_below_the_three(three: Trio) -> None:
    await asyncio.to_thread(three.postgres.restart)
    await asyncio.to_thread(three.ensemble.kill)
    assert await asyncio.to_thread(three.ensemble.start)
    assert await three.primary()
    assert three.sql("SELECT current_database()") == three.database
