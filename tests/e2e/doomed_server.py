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
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import orjson

from autoclone.bootstrap.house import build, running
from autoclone.clock import SystemClock
from autoclone.config.settings import load_settings
from autoclone.persistence import open_store
from autoclone.runtimes.embedded import EmbeddedRuntime

CLONE_CALLS = ("create", "start", "stop", "delete")


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


class DoomedRuntime:
    """The embedded runtime, with a boundary before and after each command that concerns a clone."""

    def __init__(self, inner: EmbeddedRuntime, doom: Doom, history: Path) -> None:
        self._inner = inner
        self._doom = doom
        self._history = os.open(history, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def _at(self, call: str, name: str, done: Awaitable[None]) -> None:
        if "_2" not in name:
            await done
            return
        self._doom.near(f"{call}:before")
        await done
        os.write(self._history, f"{call} {name}\n".encode())
        os.fsync(self._history)
        self._doom.near(f"{call}:after")

    async def create(self, spec: Any, epoch: int) -> None:
        await self._at("create", spec.name, self._inner.create(spec, epoch))

    async def start(self, name: str, epoch: int) -> None:
        await self._at("start", name, self._inner.start(name, epoch))

    async def stop(self, name: str, epoch: int) -> None:
        await self._at("stop", name, self._inner.stop(name, epoch))

    async def delete(self, name: str, epoch: int) -> None:
        await self._at("delete", name, self._inner.delete(name, epoch))


class DoomedStore:
    """The real store, with a boundary before and after each commit that carries events."""

    def __init__(self, inner: Any, doom: Doom) -> None:
        self._inner = inner
        self._doom = doom

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def commit(self, epoch: int, changes: Any) -> None:
        news = any(change.events for change in changes)
        if news:
            self._doom.near("commit:before")
        await self._inner.commit(epoch, changes)
        if news:
            self._doom.near("commit:after")


async def main(store: str, dag: str, history: str, boundary: str | None = None) -> None:
    settings = load_settings(store=f"sqlite:///{store}", timezone="UTC", drain_timeout="1s")
    doom = Doom(boundary)
    clock = SystemClock()
    inner = EmbeddedRuntime(
        clock,
        default_zone=__import__("zoneinfo").ZoneInfo("UTC"),
        allowed_modules=(),
        data_dir=Path(),
        drain_timeout=settings.drain_timeout,
    )
    runtime: Any = DoomedRuntime(inner, doom, Path(history))
    doomed: Any = DoomedStore(open_store(settings.store), doom)
    house = build(settings, clock=clock, store=doomed, runtime=runtime)
    async with running(house):
        document = orjson.loads(await asyncio.to_thread(Path(dag).read_bytes))
        await house.service.put(document)
        wanted = document["autoclone"]["ramp_count"]
        while True:
            status = house.service.autoclone_status(document["name"])
            holdings = await inner.holdings()
            clones = [one.name for one in holdings if one.parent is not None and str(one.status) == "running"]
            done = status.status == "active" if wanted and status.target else status.status == "idle"
            if done and sorted(status.clones) == clones and len(holdings) == len(clones) + 1:
                print(orjson.dumps({"clones": clones}).decode(), flush=True)
                return
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
