"""Runs one node of a DAG: opens it, feeds it, counts, and restarts it by its policy."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import anyio
from anyio.lowlevel import checkpoint

from autoclone.ports import NodeStats
from autoclone.runtimes.gate import Gate
from autoclone.runtimes.graph import GraphNode
from autoclone.runtimes.meter import Meter
from autoclone.runtimes.nodes.base import Node, Params, Record, Site, Source, Stage
from autoclone.runtimes.nodes.receipt import Receipt
from autoclone.runtimes.outlets import Inbox, Outlet, Parcel, discard, send
from autoclone.runtimes.timers import within
from autoclone.runtimes.together import together

ItemT = TypeVar("ItemT")
log = logging.getLogger("autoclone.runtime")


class Worker:
    """One node at work. It is also the node's `Context`.

    Args:
        node: the node.
        dag: the name of the DAG or clone.
        parent: the parent's name for a clone.
        site: what the runtime offers.
        gate: closed while the DAG is suspended.
        inbox: where its records come from; None for a source.
        outlets: where its records go to.
        on_failure: called once it has failed for good.
    """

    def __init__(
        self,
        node: GraphNode,
        *,
        dag: str,
        parent: str | None,
        site: Site,
        gate: Gate,
        inbox: Inbox | None,
        outlets: tuple[Outlet, ...],
        on_failure: Callable[[], None],
    ) -> None:
        self.dag, self.parent, self.node, self.site = dag, parent, node.id, site
        self.meter = Meter(site.clock)
        self._plan = node
        self._gate = gate
        self._inbox = inbox
        self._outlets = outlets
        self._on_failure = on_failure
        self._in_hand = 0
        self._receipt: Receipt | None = None  # of the record that is processed just now
        self._stopping = False
        self._draining = False
        self._scope = anyio.CancelScope()
        self._pulling: anyio.CancelScope | None = None
        # Held while the node handles a record or a tick, so that it is never called twice at once.
        self._busy = anyio.Lock(fast_acquire=True)

    # What the node sees of it.

    async def emit(self, record: Record, receipt: Receipt | None = None) -> None:
        """Pass a record on to every node downstream, waiting while a queue is full."""
        if self._inbox is not None:
            await self._send(record, self._receipt)
            return
        self._in_hand += 1
        try:
            await self._gate.passed()
            await self._send(record, receipt)
            if receipt is not None:
                receipt.release()
        finally:
            self._in_hand -= 1
        if self._stopping:
            self.stop()
            await checkpoint()

    async def take(self, call: Callable[[], Awaitable[ItemT]]) -> ItemT:
        """Return what `call` returns; it is not under way while the DAG is suspended."""
        return await self._gate.take(call)

    async def sleep(self, delay: timedelta) -> None:
        """Wait by the runtime's clock."""
        await self.site.clock.sleep(delay)

    def keep(self) -> Receipt | None:
        """Take over the receipt of the record in hand."""
        receipt, self._receipt = self._receipt, None
        return receipt

    def reject(self, error: Exception) -> None:
        """Count a record that cannot be used; raise `error` where the node's policy says so."""
        if self._receipt is not None:
            self._receipt.fail(self.node, error)
        if self._plan.on_error == "fail":
            raise error
        self.meter.erred(error)

    def wrote(self, records: int) -> None:
        """Count records that a sink has written."""
        self.meter.passed(records)

    def retrying(self, error: Exception | None) -> None:
        """Show an error that the node tries to get over by itself; None once it has."""
        if error is not None:
            self.meter.erred(error)
        self.meter.status = "running" if error is None else "restarting"

    # What the DAG does with it.

    def stop(self) -> None:
        """Let a source end, once it has passed on what it has in hand. Others end when their queue does."""
        self._stopping = True
        if self._inbox is None and not self._in_hand and not self._draining:
            (self._pulling or self._scope).cancel()

    async def run(self) -> None:
        """Work until there is nothing left to do, or until it is stopped, or has failed for good."""
        try:
            with self._scope:
                await self._until_done()
            self.meter.status = "completed"
        except Exception as error:  # noqa: BLE001 - a node may raise anything, and harms only its own DAG
            self.meter.status = "failed"
            log.warning("%s/%s failed for good: %s", self.dag, self.node, _words(error))
            self._on_failure()
            if self._inbox is not None:
                await discard(self._inbox)
        finally:
            if self.meter.status not in ("completed", "failed"):
                self.meter.status = "waiting"
            self.release()

    def release(self) -> None:
        """Tell the nodes downstream that nothing more will come. Twice is harmless."""
        for outlet in self._outlets:
            outlet.close()

    def stats(self) -> NodeStats:
        """Return its counters as they are now."""
        meter, plan = self.meter, self._plan
        queue = None if self._inbox is None else self._inbox.statistics()
        return NodeStats(
            id=plan.id,
            type=plan.type,
            status=meter.status,
            received=meter.received,
            emitted=meter.emitted,
            errors=meter.errors,
            restarts=meter.restarts,
            queued=0 if queue is None else queue.current_buffer_used,
            capacity=0 if queue is None else plan.buffer,
            rate_in=meter.rate_in.per_second(),
            rate_out=meter.rate_out.per_second(),
            last_error=meter.last_error,
        )

    async def _until_done(self) -> None:
        node: Node[Params] | None = None
        clock, policy, row = self.site.clock, self._plan.restart, 0
        while True:
            began = clock.monotonic()
            try:
                node = node or self._plan.node_type(self._plan.params, self)
                await self._work(node)
            except Exception as error:
                self.meter.erred(error)
                if clock.monotonic() - began > policy.cap.total_seconds():
                    row = 0
                wait = policy.wait(row)
                if wait is None:
                    raise
                log.warning("%s/%s restarts in %s: %s", self.dag, self.node, wait, _words(error))
            else:
                return
            row += 1
            self.meter.status = "restarting"
            await clock.sleep(wait)
            self.meter.restarts += 1

    async def _work(self, node: Node[Params]) -> None:
        await node.open()
        self.meter.status = "running"
        try:
            if isinstance(node, Source):
                await self._pull(node)
            elif isinstance(node, Stage):
                await self._feed(node)
        finally:
            with anyio.CancelScope(shield=True):
                async with within(self.site.clock, node.close_within):
                    await self._close(node)

    async def _pull(self, node: Source[Params]) -> None:
        try:
            with anyio.CancelScope() as self._pulling:
                await node.run()
        finally:
            self._pulling = None
        self._draining = True
        self.release()
        try:
            await node.drain()
        except Exception as error:  # noqa: BLE001 - there is nothing left to do over: count it, and go on
            self.meter.erred(error)

    async def _close(self, node: Node[Params]) -> None:
        try:
            await node.close()
        except Exception as error:  # noqa: BLE001 - it is over anyway: count it, and go on
            self.meter.erred(error)

    async def _feed(self, node: Stage[Params]) -> None:
        if node.tick_every is None:
            await self._consume(node)
        else:
            await self._consume_ticking(node, node.tick_every)
        await node.finish()

    async def _consume_ticking(self, node: Stage[Params], every: timedelta) -> None:
        async with together() as group:
            group.start_soon(self._tick, node, every)
            await self._consume(node)
            async with self._busy:
                group.cancel_scope.cancel()

    async def _tick(self, node: Stage[Params], every: timedelta) -> None:
        while True:
            await self.site.clock.sleep(every)
            await self._gate.passed()
            async with self._busy:
                try:
                    await node.tick()
                except Exception as error:  # noqa: BLE001 - the node's policy decides
                    self.reject(error)

    async def _consume(self, node: Stage[Params]) -> None:
        while (parcel := await self._next()) is not None:
            self.meter.took()
            async with self._busy:
                await self._handle(node, *parcel)

    async def _handle(self, node: Stage[Params], record: Record, receipt: Receipt | None) -> None:
        self._receipt = receipt
        try:
            try:
                await node.process(record)
            except Exception as error:  # noqa: BLE001 - the node's policy decides
                self.reject(error)
        except Exception:
            self._done()
            raise
        # Whoever is cancelled in the middle of a record does not come to this: it was not processed.
        self._done()

    def _done(self) -> None:
        """Release the receipt of the record in hand, unless the node has taken it over."""
        receipt = self.keep()
        if receipt is not None:
            receipt.release()

    async def _next(self) -> Parcel | None:
        """Return the next record, None where no more will come."""
        if self._inbox is None:
            return None
        await self._gate.passed()
        try:
            try:
                parcel = self._inbox.receive_nowait()
            except anyio.WouldBlock:
                parcel = await self._inbox.receive()
        except anyio.EndOfStream:
            return None
        await self._gate.passed()
        return parcel

    async def _send(self, record: Record, receipt: Receipt | None) -> None:
        await send(self._outlets, record, receipt)
        self.meter.passed(1)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
