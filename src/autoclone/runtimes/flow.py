"""One run of a graph: a worker for each node, and bounded queues between them."""

from dataclasses import dataclass
from datetime import timedelta

import anyio

from autoclone.ports import NodeStats
from autoclone.runtimes.gate import Gate
from autoclone.runtimes.graph import Graph, GraphNode
from autoclone.runtimes.nodes.base import Kind, Site
from autoclone.runtimes.outlets import Inbox, Outlet, Parcel
from autoclone.runtimes.worker import Worker


@dataclass(frozen=True, slots=True)
class Job:
    """Which DAG to run, and how.

    Attributes:
        dag: the name of the DAG or clone.
        parent: the parent's name for a clone, None for a DAG of its own.
        graph: its graph, with at least one node.
        site: what the runtime offers.
        drain: how long queues may drain once it is asked to stop.
    """

    dag: str
    parent: str | None
    graph: Graph
    site: Site
    drain: timedelta


class Flow:
    """A running graph. It ends when its sources have ended and its queues are empty."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._gate = Gate()
        self._stopping = anyio.Event()
        self._drain = job.drain
        self._inboxes: dict[str, Inbox] = {}
        self._outlets: dict[str, Outlet] = {}
        for node in job.graph.nodes:
            if node.node_type.kind is not Kind.SOURCE:
                outlet, inbox = anyio.create_memory_object_stream[Parcel](node.buffer)
                self._inboxes[node.id], self._outlets[node.id] = inbox, outlet
        self._workers = tuple(self._worker(node) for node in job.graph.nodes)
        # From here on each queue is open for as long as one of the nodes before it works.
        for outlet in self._outlets.values():
            outlet.close()

    @property
    def failed(self) -> bool:
        """Whether a node failed for good."""
        return any(worker.meter.status == "failed" for worker in self._workers)

    def suspend(self) -> None:
        """Hold all nodes still, unless it is about to end."""
        if not self._stopping.is_set():
            self._gate.close()

    def resume(self) -> None:
        """Let all nodes go on."""
        self._gate.open()

    def stop(self, drain: timedelta | None = None) -> None:
        """Have the sources end and the queues drain; `run` returns after `drain`, the job's by default."""
        if drain is not None and not self._stopping.is_set():
            self._drain = drain
        self._stopping.set()
        self._gate.open()
        for worker in self._workers:
            worker.stop()

    def stats(self) -> tuple[NodeStats, ...]:
        """Return each node's counters, in topological order."""
        return tuple(worker.stats() for worker in self._workers)

    async def run(self) -> None:
        """Work until all is done. What nodes raise stays in their counters."""
        try:
            async with anyio.create_task_group() as outer:
                outer.start_soon(self._cut_off, outer.cancel_scope)
                async with anyio.create_task_group() as workers:
                    for worker in self._workers:
                        workers.start_soon(worker.run, name=f"{self._job.dag}/{worker.node}")
                outer.cancel_scope.cancel()
        finally:
            self.close()

    def close(self) -> None:
        """Drop what is left in the queues."""
        for worker in self._workers:
            worker.release()
        for inbox in self._inboxes.values():
            inbox.close()

    async def _cut_off(self, scope: anyio.CancelScope) -> None:
        await self._stopping.wait()
        await self._job.site.clock.sleep(self._drain)
        scope.cancel()

    def _worker(self, node: GraphNode) -> Worker:
        job = self._job
        return Worker(
            node,
            dag=job.dag,
            parent=job.parent,
            site=job.site,
            gate=self._gate,
            inbox=self._inboxes.get(node.id),
            outlets=tuple(self._outlets[target].clone() for target in node.targets),
            on_failure=self.stop,
        )
