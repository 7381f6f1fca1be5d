"""How late clones are created when many DAGs open at one instant, on the real store and runtime.

The limit is what the same work costs raw, in the same run: one transaction by sqlite3 itself with as many
clone, state and event rows, and as many tasks as there are creates.
"""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autoclone.bootstrap.serving import collect_seldom
from autoclone.clock import SystemClock
from autoclone.core.model import ParentStatus
from autoclone.engine.engine import Engine, Options
from autoclone.observability.observers import Observers
from autoclone.persistence import open_store
from autoclone.ports import DagSpec
from autoclone.runtimes.embedded import EmbeddedRuntime
from benchmarks.table import Row, ms, quantile

OPENING = datetime(2026, 1, 5, 9, tzinfo=UTC)
LEAD = timedelta(seconds=3)


class ShiftedClock(SystemClock):
    """The machine's clock, but set to shortly before the opening."""

    def __init__(self) -> None:
        self._shift = timedelta()

    def set(self, at: datetime) -> None:
        """Show `at` now."""
        self._shift = at - datetime.now(UTC)

    def now(self) -> datetime:
        """Return the shifted time."""
        return datetime.now(UTC) + self._shift


async def measure() -> list[Row]:
    """Measure a thousand and ten thousand DAGs."""
    rows = []
    for count in (1_000, 10_000):
        raw = await _raw(count)
        late = await _late(count)
        p50, p99, last = quantile(late, 0.5), quantile(late, 0.99), max(late)
        aim = "p99 ≤ 50 ms" if count == 1_000 else "p99 ≤ twice raw"
        rows.append(
            Row(
                f"lateness of a create, {count:,} DAGs opening at once",
                f"p50 {ms(p50)}, p99 {ms(p99)}",
                f"raw commit + create_task: {ms(raw)}",
                f"p99 {p99 / raw:.2f}",
                aim,
            )
        )
        rows.append(
            Row(
                f"the whole create path, {count:,} clones",
                ms(last),
                f"raw commit + create_task: {ms(raw)}",
                f"{last / raw:.2f}",
                "(for the record)",
            )
        )
    return rows


async def _late(count: int) -> list[float]:
    """Return how late each clone was created, in seconds."""
    clock = ShiftedClock()
    clock.set(OPENING - timedelta(hours=1))
    created: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with _engine(Path(folder), clock, count, created):
            collect_seldom()
            clock.set(OPENING - LEAD)
            while len(created) < count:
                await asyncio.sleep(0.5)
    return created


@asynccontextmanager
async def _engine(
    folder: Path, clock: ShiftedClock, count: int, created: list[float]
) -> AsyncIterator[Engine]:
    class Timed(EmbeddedRuntime):
        async def create(self, spec: DagSpec, epoch: int) -> None:
            await super().create(spec, epoch)
            if spec.parent is not None:
                created.append((clock.now() - OPENING).total_seconds())

    runtime = Timed(
        clock,
        default_zone=ZoneInfo("UTC"),
        allowed_modules=(),
        data_dir=folder,
        drain_timeout=timedelta(seconds=1),
    )
    store = open_store(f"sqlite:///{folder / 'bench.db'}")
    await store.open()
    epoch = await store.claim_epoch("bench", clock.now())
    section = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}
    for index in range(count):
        name = f"dag_{index:05d}"
        document: dict[str, Any] = {"name": name, "nodes": [], "edges": [], "autoclone": section}
        await store.put_dag(epoch, name, document, source="api", at=clock.now())
    await store.close()
    engine = Engine(
        open_store(f"sqlite:///{folder / 'bench.db'}"),
        runtime,
        clock,
        Observers(),
        Options(zone=ZoneInfo("UTC")),
    )
    await engine.open()
    work = asyncio.create_task(engine.run())
    while len(await runtime.holdings()) < count:
        await asyncio.sleep(0.5)
    try:
        yield engine
    finally:
        work.cancel()
        await asyncio.wait((work,))
        await engine.close()


async def _raw(count: int) -> float:
    """Return what the same rows and tasks cost with nothing around them, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "raw.db")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE clones (name TEXT PRIMARY KEY, parent TEXT, stage TEXT, since TEXT)")
        database.execute("CREATE TABLE ramps (parent TEXT PRIMARY KEY, phase TEXT, state TEXT)")
        database.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, parent TEXT, body TEXT)")
        began = time.perf_counter()
        _write_raw(database, count)
        tasks = [asyncio.create_task(asyncio.sleep(0)) for _ in range(count)]
        await asyncio.gather(*tasks)
        took = time.perf_counter() - began
        database.close()
    return took


def _write_raw(database: sqlite3.Connection, count: int) -> None:
    names = [f"dag_{index:05d}" for index in range(count)]
    state = {"phase": "ramping_up", "status": str(ParentStatus.RUNNING), "clones": ["x"], "sequence": 3}
    with database:
        database.execute("BEGIN IMMEDIATE")
        rows = [(f"{name}_20260105090000", name, "creating", OPENING.isoformat()) for name in names]
        database.executemany("INSERT INTO clones VALUES (?, ?, ?, ?)", rows)
        ramps = [(name, "ramping_up", json.dumps({"parent": name, **state})) for name in names]
        database.executemany("INSERT INTO ramps VALUES (?, ?, ?)", ramps)
        events = [(name, json.dumps({"parent": name, **state})) for name in names for _ in range(3)]
        database.executemany("INSERT INTO events (parent, body) VALUES (?, ?)", events)
