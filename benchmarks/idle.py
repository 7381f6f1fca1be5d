"""What a DAG costs that has nothing to do: time in each tick, and memory."""

import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from autoclone.clock import SystemClock
from autoclone.core.model import ParentStatus, RampState
from autoclone.engine.definitions import Definitions
from autoclone.engine.draft import Demands, Draft, News
from autoclone.engine.fleet import Fleet
from autoclone.engine.reconciler import Reconciler
from autoclone.observability.observers import Observers
from autoclone.persistence.memory import MemoryStore
from autoclone.ports import DagRecord, Defaults
from benchmarks.table import Row

NOW = datetime(2026, 1, 5, 3, tzinfo=UTC)
TICKS = 200


async def measure() -> list[Row]:
    """Measure fleets of three sizes."""
    rows = []
    for count in (10_000, 100_000, 1_000_000):
        rows += await _fleet_of(count)
    return rows


def _records(count: int, definitions: Definitions, fleet: Fleet) -> None:
    """Load as many DAGs as the service would, with windows that open at different minutes."""
    demands = Demands()
    for index in range(count):
        name = f"dag_{index:07d}"
        opens = f"{9 + index % 8:02d}{index % 60:02d}"
        section = {"ramp_up_time": opens, "ramp_down_time": "1800", "ramp_count": 5}
        document = {"name": name, "nodes": [], "edges": [], "autoclone": section}
        record = DagRecord(name, document, 1, "api", ParentStatus.RUNNING, NOW)
        entry = definitions.entry(record, RampState(name))
        draft = Draft(entry, NOW, 1, fleet, demands, defaults=Defaults())
        draft.decide(News())
        entry.demand, entry.stepped_at = draft.demand, draft.stepped_at
        fleet.add(entry)
        fleet.schedule(entry, draft.wake_at)


async def _fleet_of(count: int) -> list[Row]:
    fleet = Fleet()
    traced = count <= 100_000
    if traced:
        tracemalloc.start()
    _records(count, Definitions(ZoneInfo("UTC"), timedelta(minutes=1)), fleet)
    size = tracemalloc.get_traced_memory()[0] / count if traced else 0.0
    tracemalloc.stop()
    clock = SystemClock()
    reconciler = Reconciler(fleet, MemoryStore(), _At(clock), Observers(), 1, defaults=Defaults())
    await reconciler.run_once()
    began = time.perf_counter()
    for _ in range(TICKS):
        await reconciler.run_once()
        fleet.next_wake()
    tick = (time.perf_counter() - began) / TICKS
    rows = [
        Row(
            f"an idle tick, {count:,} DAGs",
            f"{tick * 1e6:.1f} µs",
            "1 ms",
            f"{tick / 1e-3:.4f}",
            "< 1",
        )
    ]
    if traced:
        rows.append(
            Row(
                f"memory of an idle DAG, of {count:,}",
                f"{size:.0f} B",
                "2,048 B",
                f"{size / 2048:.2f}",
                "< 1",
            )
        )
    return rows


class _At:
    """A clock that stands still before the first opening."""

    def __init__(self, clock: SystemClock) -> None:
        self.monotonic = clock.monotonic
        self.sleep = clock.sleep

    def now(self) -> datetime:
        """Return the instant at which nothing is due."""
        return NOW
