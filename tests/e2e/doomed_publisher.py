"""A real server that kills itself with SIGKILL at one boundary of its relay. Only tests start it.

Usage: doomed_publisher.py DAG [BOUNDARY]

BOUNDARY is `publish:before:2`, `mark:after:1` and so on: a call of the relay, before or after it, and which
time. Without one the server lives. Settings come from the environment. It ends once all clones of the DAG
run and nothing waits to be published.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from autoclone.bootstrap.house import build, running
from autoclone.config.document import read_document
from autoclone.config.settings import load_settings
from autoclone.messaging import kafka
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import Message


class Doom:
    """Kills the process at one boundary."""

    def __init__(self, boundary: str) -> None:
        self._call, self._side, nth = boundary.split(":")
        self._left = int(nth)

    def near(self, call: str, side: str) -> None:
        if (call, side) == (self._call, self._side):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


DOOM = Doom(sys.argv[2] if len(sys.argv) > 2 else "::0")


class DoomedPublisher(kafka.KafkaPublisher):
    """The real publisher, with a boundary before and after each batch."""

    async def publish(self, messages: Sequence[Message]) -> None:
        DOOM.near("publish", "before")
        await super().publish(messages)
        DOOM.near("publish", "after")


class DoomedStore(SqliteStore):
    """The real store, with a boundary before and after each mark."""

    async def mark_sent(self, epoch: int, positions: Sequence[int], at: datetime) -> None:
        DOOM.near("mark", "before")
        await super().mark_sent(epoch, positions, at)
        DOOM.near("mark", "after")


async def main(dag: str) -> None:
    kafka.KafkaPublisher = DoomedPublisher  # type: ignore[misc] # the house makes its own
    store = DoomedStore(Path("store.db"))
    house = build(load_settings(), store=store)
    async with running(house):
        await house.service.put(read_document(Path(dag).read_bytes()))  # noqa: ASYNC240 - nothing else runs yet
        while house.service.autoclone_status("orders").status != "active" or await store.unsent(1):  # noqa: ASYNC110 - polls
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
