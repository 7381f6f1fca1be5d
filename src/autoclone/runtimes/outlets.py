"""The queues between nodes, and what lies in them."""

import anyio
from anyio.lowlevel import checkpoint
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from autoclone.runtimes.nodes.base import Record
from autoclone.runtimes.nodes.receipt import Receipt

# What lies in a queue: a record, and its receipt where its source gave it one.
Parcel = tuple[Record, Receipt | None]
Inbox = MemoryObjectReceiveStream[Parcel]
Outlet = MemoryObjectSendStream[Parcel]


async def send(outlets: tuple[Outlet, ...], record: Record, receipt: Receipt | None) -> None:
    """Put a record into every queue, waiting while one is full."""
    last = len(outlets) - 1
    if receipt is not None:
        receipt.hold(len(outlets))
    for index, outlet in enumerate(outlets):
        # Each node downstream may change the record that it gets, so they get one each.
        own = record if index == last else dict(record)
        try:
            outlet.send_nowait((own, receipt))
        except anyio.WouldBlock:
            await outlet.send((own, receipt))
    if not outlets:
        await checkpoint()


async def discard(inbox: Inbox) -> None:
    """Throw away what still comes, so that the rest of the DAG can drain."""
    async for _, receipt in inbox:
        if receipt is not None:
            receipt.lose()
