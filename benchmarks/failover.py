"""How long three servers are without a primary, over a real ZooKeeper ensemble and PostgreSQL.

A ramp of clones runs. The primary is killed, or stopped in good order, and the time counts until the last
clone that it had is back: committed to the journal by another server. One that is killed is only missed when
ZooKeeper ends its session, so that its timeout is the most of it.
"""

import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.table import Row
from fault_case import FAILOVER, FaultCase, fault_case
from postgres_kit import running
from trio import SESSION, TrioServer
from zookeeper_kit import ensemble

ROUNDS = 10
CLONES = 5

End = Callable[[FaultCase, TrioServer], Awaitable[datetime]]


async def measure() -> list[Row]:
    """Measure failovers, one after the other."""
    with ExitStack() as services:
        folder = Path(services.enter_context(tempfile.TemporaryDirectory()))
        zookeepers = services.enter_context(ensemble(folder / "zookeeper", 3))
        postgres = services.enter_context(running())
        async with fault_case(folder, zookeepers, postgres) as case:
            await case.ramp(CLONES)
            killed = [await _failover(case, _kill) for _ in range(ROUNDS)]
            stopped = [await _failover(case, _stop) for _ in range(ROUNDS)]
    return [
        _row("failover after kill -9", killed, f"session timeout + 1 s: {_shown(_s(FAILOVER))}", FAILOVER),
        _row("hand-over after a graceful stop", stopped, f"session timeout: {_shown(_s(SESSION))}", SESSION),
    ]


def _row(what: str, took: list[float], limit: str, most: timedelta) -> Row:
    figures = f"median {_shown(median(took))}, max {_shown(max(took))}"
    return Row(f"{what}, {len(took)} rounds", figures, limit, f"{max(took) / _s(most):.2f}", "max ≤ 1")


async def _kill(case: FaultCase, primary: TrioServer) -> datetime:
    since = case.now()
    primary.kill()
    return since


async def _stop(case: FaultCase, primary: TrioServer) -> datetime:
    await primary.stop()
    return case.now()


async def _failover(case: FaultCase, end: End) -> float:
    """End the primary, and return how many seconds later the last of its clones was back."""
    await case.settled()
    primary = await case.three.primary()
    asked = case.now()
    since = await end(case, primary)
    claim = await case.next_claim(asked)
    await case.settled()
    back = [one for one in await case.told() if (one.epoch, one.type) == (claim.epoch, "clone.restored")]
    assert len(back) == CLONES
    await case.three.start()
    return _s(back[-1].committed - since)


def _s(time: timedelta) -> float:
    return time.total_seconds()


def _shown(seconds: float) -> str:
    return f"{seconds:.2f} s"
