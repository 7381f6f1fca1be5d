"""A real server that kills itself with SIGKILL at one boundary of one command. Only tests start it.

Usage: doomed_server.py STORE DAG HISTORY [BOUNDARY]

BOUNDARY is `commit:before:2`, `create:after:1` and so on: which call, before or after it, and how many times
it may happen first. Without one the server lives. HISTORY gets a line for each thing that was done to a
clone, with `fsync`, so that the test can tell what really happened.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Sequence
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import orjson

from autoclone.bootstrap.house import build, running
from autoclone.clock import SystemClock
from autoclone.config.document import read_document
from autoclone.config.settings import load_settings
from autoclone.engine.service import Service
from autoclone.persistence.sqlite import SqliteStore
from autoclone.ports import Change, DagSpec
from autoclone.runtimes.embedded import EmbeddedRuntime


class Doom:
    """Counts down to the boundary that was chosen."""

    def __init__(self, boundary: str | None) -> None:
        self._at, left = boundary.rsplit(":", 1) if boundary else ("", "0")
        self._left = int(left)

    def near(self, at: str) -> None:
        if at == self._at:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class DoomedRuntime(EmbeddedRuntime):
    """The embedded runtime, with a boundary before and after each command that concerns a clone."""

    def watch(self, doom: Doom, history: Path) -> None:
        self._doom = doom
        self._history = os.open(history, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    async def _at(self, call: str, name: str, done: Awaitable[None]) -> None:
        if "_2" not in name:  # the parent's own commands are none of this
            await done
            return
        self._doom.near(f"{call}:before")
        await done
        os.write(self._history, f"{call} {name}\n".encode())
        os.fsync(self._history)
        self._doom.near(f"{call}:after")

    async def create(self, spec: DagSpec, epoch: int) -> None:
        await self._at("create", spec.name, super().create(spec, epoch))

    async def start(self, name: str, epoch: int) -> None:
        await self._at("start", name, super().start(name, epoch))

    async def stop(self, name: str, epoch: int, drain: timedelta | None = None) -> None:
        await self._at("stop", name, super().stop(name, epoch, drain))

    async def delete(self, name: str, epoch: int) -> None:
        await self._at("delete", name, super().delete(name, epoch))


class DoomedStore(SqliteStore):
    """The real store, with a boundary before and after each commit that carries events."""

    def watch(self, doom: Doom) -> None:
        self._doom = doom

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        news = any(change.events for change in changes)
        if news:
            self._doom.near("commit:before")
        await super().commit(epoch, changes)
        if news:
            self._doom.near("commit:after")


async def main(store_path: str, dag: str, history: str, boundary: str | None = None) -> None:
    settings = load_settings(timezone="UTC", drain_timeout="1s")
    clock = SystemClock()
    runtime = DoomedRuntime(
        clock,
        default_zone=UTC,
        allowed_modules=(),
        data_dir=Path(),
        drain_timeout=settings.drain_timeout,
    )
    store = DoomedStore(Path(store_path))
    doom = Doom(boundary)
    runtime.watch(doom, Path(history))
    store.watch(doom)
    house = build(settings, clock=clock, store=store, runtime=runtime)
    document = read_document(Path(dag).read_bytes())  # noqa: ASYNC240 - nothing else runs yet
    async with running(house):
        await house.service.put(document)
        clones = await settled(house.service, runtime, document)
    sys.stdout.write(orjson.dumps({"clones": clones}).decode())


async def settled(service: Service, runtime: EmbeddedRuntime, document: dict[str, Any]) -> list[str]:
    """Wait until as many clones run as the test expects and no more; return their names."""
    expected = document["expected"]
    while True:
        status = service.autoclone_status(document["name"])
        holdings = await runtime.holdings()
        clones = [one.name for one in holdings if one.parent is not None and str(one.status) == "running"]
        done = status.status == ("active" if expected else "idle") and len(clones) == expected
        if done and sorted(status.clones) == clones and len(holdings) == len(clones) + 1:
            return clones
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
