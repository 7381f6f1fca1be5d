"""ZooKeeper fails, or cannot be reached: somebody acts for all that, never two, and all comes right again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fault_case import FaultCase, fault_case, restored
from postgres_kit import Postgres
from trio import TrioServer
from zookeeper_kit import Ensemble

BY_DEFAULT = "primary by default"


async def told_of(server: TrioServer, state: str) -> bool:
    """Whether a server says in every place that ZooKeeper is in that state, and answers at all of them."""
    info = await server.says()
    ready = await server.request("GET", "/readyz")
    metrics = (await server.request("GET", "/metrics")).text
    warned = bool(info and info["warnings"]) and bool(ready.json()["warnings"])
    return (
        info is not None
        and info["election"] == state
        and ready.status_code == 200
        and warned == (state != "connected")
        and f'autoclone_election{{state="{state}"}} 1.0' in metrics
    )


async def test_the_quorum_is_lost_and_regained(case: FaultCase) -> None:
    first = await case.three.primary()
    await case.ramp(16)
    await case.clones(2)
    lost = case.now()
    case.three.ensemble.kill(2)
    claim = await case.next_claim(lost)
    acting = await case.three.primary()
    assert acting.name == claim.owner
    for server in case.three.servers:
        await case.three.until(lambda one=server: told_of(one, "unavailable"))
    assert BY_DEFAULT in acting.log
    assert 'autoclone_role{role="default_primary"} 1.0' in (await acting.request("GET", "/metrics")).text
    assert "primary by default" in str((await acting.says() or {})["warnings"])
    count = len((await case.status() or {})["clones"])
    await case.clones(count + 2)
    regained = case.now()
    assert await asyncio.to_thread(case.three.ensemble.start)
    for server in case.three.servers:
        await case.three.until(lambda one=server: told_of(one, "connected"))
    await case.three.primary()
    await case.settled()
    await case.judged([lost, regained])
    assert first.running


@pytest.fixture
async def without_zookeeper(
    tmp_path: Path, zookeepers: Ensemble, postgres: Postgres
) -> AsyncIterator[FaultCase]:
    """Three servers that start while there is no ZooKeeper."""
    await asyncio.to_thread(restored, zookeepers, postgres)
    async with fault_case(tmp_path, zookeepers, postgres, start=False) as case:
        await asyncio.to_thread(zookeepers.kill)
        await case.three.start()
        yield case


async def test_all_down_at_the_start(without_zookeeper: FaultCase) -> None:
    case = without_zookeeper
    first = await case.three.primary()
    for server in case.three.servers:
        await case.three.until(lambda one=server: told_of(one, "unavailable"))
        assert (BY_DEFAULT in server.log) == (server is first)
    assert 'autoclone_role{role="default_primary"} 1.0' in (await first.request("GET", "/metrics")).text
    await case.ramp(16)
    await case.clones(2)
    back = case.now()
    assert await asyncio.to_thread(case.three.ensemble.start)
    for server in case.three.servers:
        await case.three.until(lambda one=server: told_of(one, "connected"))
    primary = await case.three.primary()
    await case.three.until(lambda: "is primary, epoch" in primary.log)
    await case.settled()
    evidence = await case.judged([back])
    assert evidence.claims[0].owner == first.name


@pytest.mark.parametrize("how", ["cut", "hold"])
async def test_the_primary_is_cut_off_from_zookeeper(case: FaultCase, how: str) -> None:
    first = await case.three.primary()
    await case.ramp(8)
    await case.clones(3)
    parted = case.now()
    first.zookeeper.cut() if how == "cut" else first.zookeeper.hold()
    claim = await case.taken_over(parted, first)
    assert await case.three.primary() is not first
    await case.clones(5)
    first.zookeeper.heal()
    await case.three.until(lambda: told_of(first, "connected"))
    assert await first.role() == "secondary"
    await case.settled()
    evidence = await case.judged([parted])
    assert evidence.claims[-1] == claim, "nobody had to act once more when it healed"
