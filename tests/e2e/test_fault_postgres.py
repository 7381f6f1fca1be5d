"""PostgreSQL restarts, is down, or cannot be reached by the primary: the ramp goes on where it can."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from evidence import Pause
from fault_case import FAILOVER, PARENT, FaultCase, fault_case, restored
from postgres_kit import Postgres
from trio import LEASE, SESSION
from zone_file import write_zone
from zookeeper_kit import Ensemble

# The store is tried again a second after it failed; whoever had to leave the election meanwhile stands anew.
RECOVERS = SESSION + timedelta(seconds=1)


async def test_it_restarts_in_mid_ramp(case: FaultCase) -> None:
    await case.three.primary()
    await case.ramp(8)
    await case.clones(3)
    began = case.now()
    await asyncio.to_thread(case.three.postgres.restart)
    pause = Pause(began, case.now() + RECOVERS)
    await case.settled()
    await case.judged(pauses=[pause])


@pytest.mark.parametrize("how", ["cut", "hold"])
async def test_the_primary_is_cut_off_from_it(case: FaultCase, how: str) -> None:
    first = await case.three.primary()
    await case.ramp(8)
    await case.clones(3)
    parted = case.now()
    first.postgres.cut() if how == "cut" else first.postgres.hold()
    await case.taken_over(parted, first, within=FAILOVER + LEASE)
    await case.clones(5)
    first.postgres.heal()
    await case.three.until(first.answers)
    await case.settled()
    assert await first.role() == "secondary"
    await case.judged([parted])


OPENS_IN = timedelta(seconds=6)
DOWN = timedelta(seconds=30)


@pytest.fixture
async def zoned(tmp_path: Path, zookeepers: Ensemble, postgres: Postgres) -> AsyncIterator[FaultCase]:
    """Three servers that find time zones in a folder of the test's own."""
    await asyncio.to_thread(restored, zookeepers, postgres)
    settings = {"PYTHONTZPATH": str(tmp_path)}
    async with fault_case(tmp_path, zookeepers, postgres, settings=settings) as case:
        yield case


async def test_it_is_down_at_the_opening(zoned: FaultCase, tmp_path: Path) -> None:
    case, opening = zoned, (FaultCase.now() + OPENS_IN).replace(microsecond=0)
    write_zone(tmp_path / "Soon", opening)
    await case.ramp(5, ramp_up_time="1200", ramp_down_time="2000", timezone="Soon")
    assert (await case.three.until(case.status))["clones"] == []
    await asyncio.to_thread(case.three.postgres.stop)
    stopped = case.now()
    assert stopped < opening
    await asyncio.sleep((opening + DOWN - stopped).total_seconds())
    assert not [one for one in case.beats() if one.clone != PARENT]
    await asyncio.to_thread(case.three.postgres.start)
    pause = Pause(stopped, case.now() + RECOVERS)
    await case.settled()
    await case.judged(pauses=[pause], opening=opening)
