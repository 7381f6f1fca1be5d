"""Keeps one started DAG going: through its own hours, until it is stopped."""

import logging
from datetime import timedelta

import anyio

from autoclone.core.inputs import RunStatus
from autoclone.ports import NodeStats
from autoclone.runtimes.flow import Flow, Job
from autoclone.runtimes.hours import Hours

log = logging.getLogger("autoclone.runtime")


class Runner:
    """One started DAG.

    Without hours it runs its graph once: for ever, or until finite sources end. With hours it runs the
    graph anew at each opening, and stops it at each closing.

    Attributes:
        stopping: whether it was asked to stop.
        ended: set once it has stopped, completed or failed for good, and has released everything.
    """

    def __init__(self, job: Job, hours: Hours | None) -> None:
        self.stopping = False
        self.ended = anyio.Event()
        self._job = job
        self._hours = hours
        self._status = RunStatus.RUNNING
        self._flow: Flow | None = None
        self._flowing = False
        self._suspended = False
        self._scope = anyio.CancelScope()

    @property
    def status(self) -> RunStatus:
        """How it is doing."""
        if self._status in (RunStatus.RUNNING, RunStatus.WAITING) and self._suspended:
            return RunStatus.SUSPENDED
        return self._status

    def suspend(self) -> None:
        """Hold it still, this run and those to come, unless it is about to end."""
        if not self.stopping:
            self._suspended = True
            if self._flow is not None and self._flowing:
                self._flow.suspend()

    def resume(self) -> None:
        """Let it go on."""
        self._suspended = False
        if self._flow is not None and self._flowing:
            self._flow.resume()

    def stop(self, drain: timedelta | None = None) -> None:
        """Let it drain, for so long or as its job says, and end; wait for `ended` after this."""
        if self.stopping:
            return
        self.stopping = True
        if self._flow is not None and self._flowing:
            self._flow.stop(drain)
        else:
            self._scope.cancel()

    def stats(self) -> tuple[NodeStats, ...]:
        """Return the counters of the present run, else of the last one."""
        return () if self._flow is None else self._flow.stats()

    async def run(self) -> None:
        """Go on until it has ended. Nothing is raised: other DAGs share the task group."""
        try:
            with self._scope:
                await self._run_once() if self._hours is None else await self._run_daily(self._hours)
        except Exception:
            log.exception("%s failed by a fault of the runtime", self._job.dag)
            self._status = RunStatus.FAILED
        finally:
            if self.stopping:
                self._status = RunStatus.STOPPED
            self.ended.set()

    async def _run_once(self) -> None:
        self._status = RunStatus.RUNNING
        self._flow = flow = Flow(self._job)
        self._flowing = True
        if self._suspended:
            flow.suspend()
        try:
            await flow.run()
        finally:
            self._flowing = False
        self._status = RunStatus.FAILED if flow.failed else RunStatus.COMPLETED

    async def _run_daily(self, hours: Hours) -> None:
        clock = self._job.site.clock
        while not self.stopping:
            if not hours.is_open(clock.now()):
                self._status = RunStatus.WAITING
            await hours.until(clock, is_open=True)
            async with anyio.create_task_group() as group:
                group.start_soon(self._stop_at_closing, hours)
                await self._run_once()
                group.cancel_scope.cancel()
            if not self.stopping:
                await hours.until(clock, is_open=False)

    async def _stop_at_closing(self, hours: Hours) -> None:
        await hours.until(self._job.site.clock, is_open=False)
        if self._flow is not None:
            self._flow.stop()
