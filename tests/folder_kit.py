"""What the tests of the folder of DAGs share: a folder, and a service in memory."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio

from autoclone.config.dag import resolve
from autoclone.engine.folder import DagFolder
from autoclone.errors import UnknownDag

ON = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}
PATIENCE_SECONDS = 20


class PromptClock:
    """Every wait is over at once, but lets others go first; what happens meanwhile can be told."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        return datetime(2025, 1, 25, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, delay: timedelta) -> None:
        self.meanwhile()
        await asyncio.sleep(0)


class Target:
    """A service in memory: definitions, their revisions, and what is wrong with their files."""

    def __init__(self) -> None:
        self.dags: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, str] = {}
        self.revisions: dict[str, int] = {}
        self.errors: dict[str, str] = {}
        self.failures: dict[str, Exception] = {}
        self.deleted: list[str] = []
        self.changed = asyncio.Event()

    async def put(self, document: dict[str, Any], *, source: str) -> None:
        name = resolve(document, zone=UTC).name
        if name in self.failures:
            raise self.failures[name]
        if (self.dags.get(name), self.sources.get(name)) != (document, source):
            self.revisions[name] = self.revisions.get(name, 0) + 1
        self.dags[name], self.sources[name] = document, source
        self.errors.pop(name, None)
        self.changed.set()

    async def delete(self, name: str) -> None:
        if name in self.failures:
            raise self.failures[name]
        if name not in self.dags:
            raise UnknownDag(name)
        del self.dags[name], self.sources[name]
        self.deleted.append(name)
        self.changed.set()

    async def sourced(self, prefix: str) -> Mapping[str, str]:
        return {name: source for name, source in self.sources.items() if source.startswith(prefix)}

    def report(self, name: str, source: str, error: str | None) -> None:
        if error is None:
            self.errors.pop(name, None)
        else:
            self.errors[name] = error
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        with anyio.fail_after(PATIENCE_SECONDS):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


class Place:
    """A folder, and what keeps a service in step with it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.directory.mkdir(exist_ok=True)
        self.clock = PromptClock()
        self.target = Target()
        self.folder = self.restarted()

    def restarted(self) -> DagFolder:
        """The folder as a new process sees it, on the same store."""
        self.target.errors.clear()
        self.folder = DagFolder(self.directory, self.target, self.clock)
        return self.folder

    def write(self, file: str, name: str, section: dict[str, Any] | None = None) -> None:
        self.text(file, json.dumps({"name": name, "autoclone": section or ON}))

    def text(self, file: str, text: str) -> None:
        (self.directory / file).write_text(text)

    async def sync(self) -> dict[str, str]:
        """One pass; return the source of each DAG."""
        await self.folder.sync()
        return dict(self.target.sources)
