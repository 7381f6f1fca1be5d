"""The server that `streams` measures: many DAGs that open at one instant, which comes when it is told.

It is a process of its own, so that those who read its streams do not slow it down. A line on its standard
input has the clock set to shortly before the opening; at the end it writes what it noted as one line of JSON.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

from autoclone.bootstrap.house import build, running
from autoclone.bootstrap.serving import answering, collect_seldom, listening
from autoclone.config.settings import load_settings
from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.engine.engine import Engine
from autoclone.persistence import open_store
from autoclone.ports import DagSpec
from autoclone.runtimes.embedded import EmbeddedRuntime
from benchmarks.lateness import LEAD, OPENING, ShiftedClock

CLONES = 2
# Of each DAG: the ramp starts, each clone is created and started, the ramp is completed.
EVENTS = 2 + 2 * CLONES
INTERVAL = timedelta(seconds=3)


class Timed(EmbeddedRuntime):
    """Notes how late each clone is created, in seconds.

    Attributes:
        late: how long after it was due each was created.
        busy: for how much of that the process had a processor: on a busy machine it has to wait for one.
    """

    def __init__(self, clock: ShiftedClock, folder: Path) -> None:
        super().__init__(
            clock,
            default_zone=ZoneInfo("UTC"),
            allowed_modules=(),
            data_dir=folder,
            drain_timeout=timedelta(seconds=1),
        )
        self.late: list[float] = []
        self.busy: list[float] = []
        self._shown = clock
        self._had: list[float] = []

    async def watch(self) -> None:
        """Note how much processor time the process has had when clones fall due."""
        for number in range(CLONES):
            await self._shown.sleep(OPENING + number * INTERVAL - self._shown.now())
            self._had.append(time.process_time())

    async def create(self, spec: DagSpec, epoch: int) -> None:
        """Create it, and note when."""
        await super().create(spec, epoch)
        if spec.parent is not None:
            number, since = divmod(self._shown.now() - OPENING, INTERVAL)
            self.late.append(since.total_seconds())
            self.busy.append(time.process_time() - self._had[number])


def decisions(engine: Engine) -> list[float]:
    """Return a list that gets the instant at which each event became durable, by the monotonic clock."""
    noted: list[float] = []
    observer = engine._observer  # noqa: SLF001 - it is put there when the house is built
    tell = observer.decided

    def decided(events: Sequence[Event], commands: Sequence[Command]) -> None:
        noted.extend([time.monotonic()] * len(events))
        tell(events, commands)

    observer.decided = decided  # type: ignore[method-assign]
    return noted


async def main(folder: Path, count: int, streams: int) -> None:
    """Serve until all have opened and a further line comes."""
    logging.getLogger("autoclone").setLevel(logging.ERROR)  # that the clock was set is no news
    clock = ShiftedClock()
    clock.set(OPENING - timedelta(hours=1))
    address = f"sqlite:///{folder / 'bench.db'}"
    await _put(address, clock, count)
    runtime = Timed(clock, folder)
    settings = load_settings(store=address, port=0, max_streams=streams + 1, timezone="UTC")
    house = build(settings, clock=clock, runtime=runtime)
    with listening("127.0.0.1", 0) as listener:
        async with running(house), answering(house, listener):
            collect_seldom()
            durable = decisions(house.engine)
            _say(listener.getsockname()[1])
            await _told()
            clock.set(OPENING - LEAD)
            watching = asyncio.create_task(runtime.watch())
            while len(durable) < count * EVENTS:
                await asyncio.sleep(0.2)
            await watching
            _say({"late": runtime.late, "busy": runtime.busy, "durable": durable})
            await _told()


async def _put(address: str, clock: ShiftedClock, count: int) -> None:
    store = open_store(address)
    await store.open()
    epoch = await store.claim_epoch("bench", clock.now())
    section = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": CLONES, "ramp_interval": "3s"}
    for index in range(count):
        name = f"dag_{index:05d}"
        document = {"name": name, "nodes": [], "edges": [], "autoclone": section}
        await store.put_dag(epoch, name, document, source="api", at=clock.now())
    await store.close()


async def _told() -> None:
    await asyncio.to_thread(sys.stdin.readline)


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvicorn.Config("", log_config=None).get_loop_factory()) as runner:
        runner.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
