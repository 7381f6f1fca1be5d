"""Bounded concurrency in which one stuck DAG delays no other.

A job that is quick takes one of `width` places. One that has run for longer than the grace gives its place
up and goes on beside them, until its timeout ends it. No key has more than `per_key` jobs under way, so a
key whose jobs are all stuck can hold up only itself.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from autoclone.clock import Clock
from autoclone.engine.gate import Gate
from autoclone.errors import Transient


@dataclass(slots=True, eq=False)
class Job:
    """Something to do.

    Attributes:
        key: whose job it is; a key's jobs start in order.
        run: does it.
        ended: told once, with the error or None, and how long it took.
        patience: how much longer than others it may take.
    """

    key: str
    run: Callable[[], Awaitable[None]]
    ended: Callable[[Exception | None, timedelta], None]
    patience: timedelta = timedelta()


@dataclass(slots=True, eq=False)
class _Running:
    job: Job
    started: float
    parked: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may go on at once, and for how long."""

    width: int = 64
    per_key: int = 4
    grace: timedelta = timedelta(seconds=1)
    timeout: timedelta = timedelta(seconds=30)


class Lanes:
    """Runs jobs while the gate is open. `run` parks them, times them out and, at its end, cancels them.

    Attributes:
        clear: set while no job waits that could start, if only there were a place.
    """

    def __init__(self, clock: Clock, limits: Limits, gate: Gate) -> None:
        self.clear = asyncio.Event()
        self.clear.set()
        self._clock = clock
        self._limits = limits
        self._gate = gate
        self._waiting: dict[str, deque[Job]] = {}
        self._ready: deque[str] = deque()  # keys with a waiting job and a place of their own left
        self._under_way: dict[str, int] = {}
        self._running: dict[asyncio.Task[None], _Running] = {}
        self._places = limits.width

    def add(self, job: Job) -> None:
        """Run `job` as soon as there is a place for it."""
        waiting = self._waiting.setdefault(job.key, deque())
        waiting.append(job)
        if len(waiting) == 1 and self._under_way.get(job.key, 0) < self._limits.per_key:
            self._ready.append(job.key)
        self.fill()

    def fill(self) -> None:
        """Start what may start now."""
        while self._places > 0 and self._ready and self._gate.is_open:
            self._start(self._ready.popleft())
        if self._ready:
            self.clear.clear()
        else:
            self.clear.set()

    def _start(self, key: str) -> None:
        waiting = self._waiting[key]
        running = _Running(waiting.popleft(), self._clock.monotonic())
        self._places -= 1
        under_way = self._under_way[key] = self._under_way.get(key, 0) + 1
        if not waiting:
            del self._waiting[key]
        elif under_way < self._limits.per_key:
            self._ready.append(key)
        task = asyncio.create_task(self._carry_out(running))
        self._running[task] = running
        task.add_done_callback(self._finished)

    async def _carry_out(self, running: _Running) -> None:
        try:
            await running.job.run()
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the outcome
            self._tell(running, error)
        else:
            self._tell(running, None)

    def _tell(self, running: _Running, error: Exception | None) -> None:
        if not running.told:
            running.told = True
            took = timedelta(seconds=self._clock.monotonic() - running.started)
            running.job.ended(error, took)

    def _finished(self, task: asyncio.Task[None]) -> None:
        running = self._running.pop(task)
        key = running.job.key
        self._places += not running.parked
        self._under_way[key] -= 1
        if key in self._waiting and self._under_way[key] == self._limits.per_key - 1:
            self._ready.append(key)
        if not self._under_way[key]:
            del self._under_way[key]
        self.fill()

    async def run(self) -> None:
        """Patrol: park what is slow, end what takes too long. At the end, cancel what is left."""
        try:
            while True:
                await self._clock.sleep(self._limits.grace)
                self._patrol()
        finally:
            self._waiting.clear()
            self._ready.clear()
            await self._cancel_all()

    def _patrol(self) -> None:
        now = self._clock.monotonic()
        for task, running in list(self._running.items()):
            age = timedelta(seconds=now - running.started)
            if age >= self._limits.grace and not running.parked:
                running.parked = True
                self._places += 1
            timeout = self._limits.timeout + running.job.patience
            if age >= timeout:
                seconds = timeout.total_seconds()
                self._tell(running, Transient(f"it took longer than the command timeout of {seconds:g} s"))
                task.cancel()
        self.fill()

    async def _cancel_all(self) -> None:
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
