"""The embedded runtime: DAGs run in this process, in its event loop, blocking work in threads."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import anyio
import httpx
from anyio.abc import TaskGroup

from autoclone.clock import Clock
from autoclone.core.inputs import RunStatus
from autoclone.errors import InvalidInput, Permanent, Transient
from autoclone.ports import DagSpec, DagStats, Holding, JsonObject, NodeStats
from autoclone.runtimes.fence import Fence
from autoclone.runtimes.flow import Job
from autoclone.runtimes.graph import Graph, read_graph
from autoclone.runtimes.hours import Hours, read_hours
from autoclone.runtimes.nodes.base import Site
from autoclone.runtimes.nodes.kafka.port import Kafka
from autoclone.runtimes.nodes.registry import Registry
from autoclone.runtimes.nodes.topics import Topics
from autoclone.runtimes.runner import Runner
from autoclone.runtimes.timers import within

# How many records an in-process topic holds before its producers wait.
TOPIC_CAPACITY = 10_000

# How many threads may work for all DAGs together: on files, and in users' blocking calls.
DISK_THREADS = 8
CALL_THREADS = 64


@dataclass(slots=True)
class Held:
    """One DAG or clone that is held. One without nodes has no runner: it needs no task.

    Attributes:
        name: its name.
        parent: the parent's name for a clone.
        created_at: UTC.
        graph: what it does.
        drain: how long it may drain once it is stopped.
        hours: when it is active; None for always.
        stage: what was last asked of it: CREATED, RUNNING, SUSPENDED or STOPPED.
        started_at: when it was last started, UTC.
        runner: what keeps it going; the last one's counters stay after it has ended.
    """

    name: str
    parent: str | None
    created_at: datetime
    graph: Graph
    drain: timedelta
    hours: Hours | None
    stage: RunStatus = RunStatus.CREATED
    started_at: datetime | None = None
    runner: Runner | None = None

    @property
    def live(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self.stage in (RunStatus.RUNNING, RunStatus.SUSPENDED)

    def status(self, now: datetime) -> RunStatus:
        """Return what it is doing at `now`, UTC."""
        if self.live and self.runner is not None:
            return self.runner.status
        outside = self.hours is not None and not self.hours.is_open(now)
        return RunStatus.WAITING if self.stage is RunStatus.RUNNING and outside else self.stage

    def stats(self, now: datetime) -> DagStats:
        """Return its counters at `now`, UTC."""
        nodes = self.runner.stats() if self.runner is not None else ()
        idle = tuple(NodeStats(one.id, one.type, "waiting") for one in self.graph.nodes)
        return DagStats(self.name, self.status(now), self.started_at, nodes or idle, self.graph.edges)


class EmbeddedRuntime:
    """Runs DAGs in this process. `open` and `close` must be called from the same task.

    Nothing outlives `close`: the next primary finds nothing and has everything created again.

    Args:
        clock: the only source of time.
        default_zone: where `start_time` and `end_time` are read in, for a DAG that names no `timezone`.
        allowed_modules: the modules, and packages of modules, that `python` nodes may call.
        data_dir: what files' relative paths are relative to.
        drain_timeout: how long the queues may drain of a DAG that is stopped and says nothing of it.
        registry: the node types; the built-in ones and those of installed packages by default.
        transport: how HTTP requests are sent; None for the network.
        kafka: where Kafka is, for nodes that name no brokers; None for nowhere.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        default_zone: tzinfo,
        allowed_modules: Sequence[str],
        data_dir: Path,
        drain_timeout: timedelta,
        registry: Registry | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        kafka: Kafka | None = None,
    ) -> None:
        self._clock = clock
        self._default_zone = default_zone
        self._drain_timeout = drain_timeout
        self._registry = registry or Registry()
        self._topics = Topics(TOPIC_CAPACITY)
        self._site = Site(
            clock=clock,
            data_dir=data_dir,
            allowed_modules=tuple(allowed_modules),
            topics=self._topics,
            disk=anyio.CapacityLimiter(DISK_THREADS),
            calls=anyio.CapacityLimiter(CALL_THREADS),
            transport=transport,
            kafka=kafka or Kafka(),
        )
        self._fence = Fence()
        self._held: dict[str, Held] = {}
        self._stack = AsyncExitStack()
        self._tasks: TaskGroup | None = None

    async def open(self) -> None:
        """Make ready: open the task group that all DAGs run in."""
        if self._tasks is None:
            self._stack.callback(self._forget)
            self._tasks = await self._stack.enter_async_context(anyio.create_task_group())
            self._stack.callback(self._tasks.cancel_scope.cancel)

    def check(self, document: JsonObject) -> None:
        """Raise `InvalidInput` where the document's nodes and edges could not run: nothing is started."""
        read_graph(document, self._registry, self._site)

    async def close(self, drain: timedelta) -> None:
        """Stop everything, giving it `drain` to finish what it has in hand. Closing twice is harmless."""
        tasks, self._tasks = self._tasks, None
        if tasks is None:
            return
        runners = [held.runner for held in self._held.values() if held.runner is not None]
        for runner in runners:
            runner.stop()
        # Where the caller has been cancelled, anyio may take a drain that has run out for a part of that, and
        # raise. The stack ends and forgets what ran all the same: the next primary may be in this process.
        async with self._stack, within(self._clock, drain):
            for runner in runners:
                await runner.ended.wait()

    def _forget(self) -> None:
        self._held.clear()
        self._topics.close()

    async def create(self, spec: DagSpec, epoch: int) -> None:
        """Hold the DAG, not yet running. Raises `Permanent` where its document cannot run."""
        self._fence.admit(epoch)
        if spec.name in self._held:
            return
        try:
            graph = read_graph(spec.document, self._registry, self._site)
            hours = read_hours(spec, self._default_zone)
        except InvalidInput as error:
            raise Permanent(str(error)) from error
        drain = self._drain_timeout if spec.drain is None else spec.drain
        self._held[spec.name] = Held(spec.name, spec.parent, spec.created_at, graph, drain, hours)

    async def start(self, name: str, epoch: int) -> None:
        """Run it, anew where it was stopped or has failed. Raises `Permanent` where it was never created."""
        held = self._find(name, epoch)
        if held.stage is RunStatus.STOPPED and held.runner is not None:
            await held.runner.ended.wait()
            self._find(name, epoch)
        if not held.live or held.status(self._clock.now()) is RunStatus.FAILED:
            self._launch(held)

    async def suspend(self, name: str, epoch: int) -> None:
        """Hold it still; what is in its queues stays. Raises `Permanent` where it is not there."""
        held = self._find(name, epoch)
        if held.live:
            held.stage = RunStatus.SUSPENDED
            if held.runner is not None:
                held.runner.suspend()

    async def resume(self, name: str, epoch: int) -> None:
        """Go on from where it was suspended. Raises `Permanent` where it is not there."""
        held = self._find(name, epoch)
        if held.live:
            held.stage = RunStatus.RUNNING
            if held.runner is not None:
                held.runner.resume()

    async def stop(self, name: str, epoch: int, drain: timedelta | None = None) -> None:
        """Stop its sources, let what is in its queues drain, for `drain` at most, then end it."""
        self._fence.admit(epoch)
        held = self._held.get(name)
        if held is not None:
            await self._stop(held, drain)

    async def delete(self, name: str, epoch: int) -> None:
        """Forget it, stopping it first if need be."""
        self._fence.admit(epoch)
        held = self._held.get(name)
        if held is not None:
            await self._stop(held, None)
            if self._held.get(name) is held:
                del self._held[name]

    async def holdings(self) -> Sequence[Holding]:
        """Return all that is held, in name order: DAGs and clones."""
        now = self._clock.now()
        return [
            Holding(name, held.parent, held.status(now), held.created_at)
            for name, held in sorted(self._held.items())
        ]

    async def stats(self, name: str) -> DagStats | None:
        """Return the counters of one DAG or clone, None where it is not held."""
        held = self._held.get(name)
        return None if held is None else held.stats(self._clock.now())

    def _find(self, name: str, epoch: int) -> Held:
        self._fence.admit(epoch)
        if name not in self._held:
            raise Permanent(f"{name!r} was never created here, or has been deleted")
        return self._held[name]

    def _launch(self, held: Held) -> None:
        if self._tasks is None:
            raise Transient("the runtime is not open")
        held.stage, held.started_at = RunStatus.RUNNING, self._clock.now()
        if held.graph.nodes:
            job = Job(held.name, held.parent, held.graph, self._site, held.drain)
            held.runner = Runner(job, held.hours)
            self._tasks.start_soon(held.runner.run, name=held.name)

    async def _stop(self, held: Held, drain: timedelta | None) -> None:
        held.stage = RunStatus.STOPPED
        if held.runner is not None:
            held.runner.stop(drain)
            await held.runner.ended.wait()
