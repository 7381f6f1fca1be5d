"""Carries out commands on the runtime, and reports how each ended."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from autoclone.core.commands import Action, Command
from autoclone.core.inputs import Outcome
from autoclone.engine.lanes import Job, Lanes
from autoclone.errors import Permanent, Transient
from autoclone.ports import DagSpec, JsonObject, Observer, Runtime, Store

Report = Callable[[Outcome], None]

# Documents are read for this many commands at a time, so that the first of a large batch start early.
CHUNK = 500


class Executor:
    """Turns commands into calls of the runtime, in lanes that keep DAGs out of each other's way."""

    def __init__(
        self, runtime: Runtime, store: Store, lanes: Lanes, observer: Observer, report: Report
    ) -> None:
        self._runtime = runtime
        self._store = store
        self._lanes = lanes
        self._observer = observer
        self._report = report
        self._calls: Mapping[Action, Callable[[str, int], Awaitable[None]]] = {
            Action.START: runtime.start,
            Action.SUSPEND: runtime.suspend,
            Action.RESUME: runtime.resume,
            Action.DELETE: runtime.delete,
        }

    async def started(self) -> None:
        """Wait until no command waits for a place to start in."""
        await self._lanes.clear.wait()

    def submit(self, commands: Sequence[Command]) -> None:
        """Carry out `commands`, whose decisions are durable."""
        creates = []
        for command in commands:
            if command.action is Action.CREATE:
                creates.append(command)
            elif command.action is Action.STOP:
                stop = partial(self._runtime.stop, command.clone, command.epoch, command.drain)
                self._add(command, stop, command.drain or timedelta())
            else:
                self._add(command, partial(self._calls[command.action], command.clone, command.epoch))
        for first in range(0, len(creates), CHUNK):
            self._create(_Documents(self._store, creates[first : first + CHUNK]))

    def _create(self, documents: "_Documents") -> None:
        for command in documents.commands:
            self._add(command, partial(self._create_one, command, documents))

    async def _create_one(self, command: Command, documents: "_Documents") -> None:
        document = await documents.of(command.parent)
        spec = DagSpec(command.clone, document, command.parent, command.at, command.drain)
        await self._runtime.create(spec, command.epoch)

    def _add(
        self, command: Command, run: Callable[[], Awaitable[None]], patience: timedelta = timedelta()
    ) -> None:
        self._lanes.add(Job(command.parent, run, partial(self._ended, command), patience))

    def _ended(self, command: Command, error: Exception | None, took: timedelta) -> None:
        retry_after = error.retry_after if isinstance(error, Transient) else None
        outcome = Outcome(command, None if error is None else _words(error), retry_after)
        self._observer.finished(outcome, took)
        self._report(outcome)


class _Documents:
    """The definitions that a chunk of creates needs, read together by whichever comes first."""

    def __init__(self, store: Store, commands: Sequence[Command]) -> None:
        self.commands = commands
        self._store = store
        self._reading: asyncio.Task[Mapping[str, JsonObject]] | None = None

    async def of(self, parent: str) -> JsonObject:
        """Return the definition of `parent`. Raises `Permanent` where it has none any more."""
        if self._reading is None:
            parents = list(dict.fromkeys(command.parent for command in self.commands))
            self._reading = asyncio.create_task(self._store.get_documents(parents))
        found = await asyncio.shield(self._reading)
        if parent not in found:
            raise Permanent(f"{parent} has no definition any more")
        return found[parent]


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
