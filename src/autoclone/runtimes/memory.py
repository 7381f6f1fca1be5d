"""A runtime that does no work, for unit tests and benchmarks: it holds names and statuses, nothing else.

It can be told to misbehave. `pattern`s are names, or patterns such as `orders_*`, since the names of clones
to come are not known beforehand:

    runtime.fail("create", "orders_*", Transient("no room"), times=2)  # the next two creates fail
    runtime.hang("orders_*")      # every command on these waits ...
    runtime.release("orders_*")   # ... until this
    runtime.ail("orders_*")       # these run, but a node of theirs is being restarted ...
    runtime.recover("orders_*")   # ... until this
    runtime.kill("orders_20250125090000")             # the clone failed
    runtime.kill("orders_20250125090000", gone=True)  # the clone vanished
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

import anyio

from autoclone.clock import Clock
from autoclone.core.commands import Action
from autoclone.core.inputs import RunStatus
from autoclone.errors import Fault, InvalidInput, Permanent
from autoclone.ports import DagSpec, DagStats, Holding, JsonObject, NodeStats
from autoclone.runtimes.fence import Fence

LIVE = (RunStatus.RUNNING, RunStatus.SUSPENDED)


@dataclass(slots=True)
class Failure:
    """Commands that are to fail.

    Attributes:
        action: which command.
        pattern: on which names.
        error: what it raises.
        times: how often it still will.
    """

    action: Action
    pattern: str
    error: Exception
    times: int


class MemoryRuntime:
    """Does as it is told, at once, unless it was told to misbehave.

    Its `check` refuses only `nodes` or `edges` that are no lists. What it holds outlives `close`, so that a
    test can have the next primary find it; `forget` clears it, as the end of a process would.

    Args:
        clock: where `started_at` comes from; without one it stays None.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock
        self._fence = Fence()
        self._held: dict[str, Holding] = {}
        self._started: dict[str, datetime] = {}
        self._failures: list[Failure] = []
        self._hanging: dict[str, anyio.Event] = {}
        self._ailing: dict[str, None] = {}

    # How to make it misbehave.

    def fail(self, action: Action | str, pattern: str, error: Exception, *, times: int = 1) -> None:
        """Have the next `times` commands `action` on names that match `pattern` raise `error`, undone."""
        self._failures.append(Failure(Action(action), pattern, error, times))

    def hang(self, pattern: str) -> None:
        """Have commands on names that match `pattern` wait, before they do anything, for `release`."""
        self._hanging.setdefault(pattern, anyio.Event())

    def release(self, pattern: str) -> None:
        """Let commands go on that wait because of `hang(pattern)`."""
        event = self._hanging.pop(pattern, None)
        if event is not None:
            event.set()

    def ail(self, pattern: str) -> None:
        """Let those whose names match `pattern` run badly, until `recover`."""
        self._ailing[pattern] = None

    def recover(self, pattern: str) -> None:
        """Let those run well that did not because of `ail(pattern)`."""
        self._ailing.pop(pattern, None)

    def kill(self, name: str, *, gone: bool = False) -> None:
        """Let a DAG or clone die: it is FAILED from now on, or no longer there at all."""
        if gone:
            del self._held[name]
        else:
            self._held[name] = replace(self._held[name], status=RunStatus.FAILED)

    def forget(self) -> None:
        """Lose everything, as the embedded runtime does when its process ends."""
        self._held.clear()
        self._started.clear()

    # The port.

    async def open(self) -> None:
        """Make ready: nothing to do."""

    def check(self, document: JsonObject) -> None:
        """Raise `InvalidInput` where `nodes` or `edges` is no list."""
        faults = [
            Fault(key, "", "is not a list", f"Write a list, [] for no {key}")
            for key in ("nodes", "edges")
            if not isinstance(document.get(key, []), list)
        ]
        if faults:
            raise InvalidInput(*faults)

    async def close(self, drain: timedelta) -> None:  # noqa: ARG002 - there is nothing to drain
        """Let go of whoever hangs. What is held stays."""
        for pattern in list(self._hanging):
            self.release(pattern)

    async def create(self, spec: DagSpec, epoch: int) -> None:
        """Hold the DAG, not yet running. Raises `Permanent` where `check` would refuse it."""
        await self._admit(Action.CREATE, spec.name, epoch)
        if spec.name in self._held:
            return
        try:
            self.check(spec.document)
        except InvalidInput as error:
            raise Permanent(str(error)) from error
        self._held[spec.name] = Holding(spec.name, spec.parent, RunStatus.CREATED, spec.created_at)

    async def start(self, name: str, epoch: int) -> None:
        """Call it running. Raises `Permanent` where it was never created."""
        await self._admit(Action.START, name, epoch)
        if self._find(name).status not in LIVE:
            self._become(name, RunStatus.RUNNING)
            if self._clock is not None:
                self._started[name] = self._clock.now()

    async def suspend(self, name: str, epoch: int) -> None:
        """Call it suspended, where it runs. Raises `Permanent` where it is not there."""
        await self._admit(Action.SUSPEND, name, epoch)
        if self._find(name).status in LIVE:
            self._become(name, RunStatus.SUSPENDED)

    async def resume(self, name: str, epoch: int) -> None:
        """Call it running, where it is suspended. Raises `Permanent` where it is not there."""
        await self._admit(Action.RESUME, name, epoch)
        if self._find(name).status in LIVE:
            self._become(name, RunStatus.RUNNING)

    async def stop(self, name: str, epoch: int, drain: timedelta | None = None) -> None:  # noqa: ARG002 - likewise
        """Call it stopped."""
        await self._admit(Action.STOP, name, epoch)
        if name in self._held:
            self._become(name, RunStatus.STOPPED)

    async def delete(self, name: str, epoch: int) -> None:
        """Forget it."""
        await self._admit(Action.DELETE, name, epoch)
        self._held.pop(name, None)
        self._started.pop(name, None)

    async def holdings(self) -> Sequence[Holding]:
        """Return all that is held, in name order."""
        return [holding for _, holding in sorted(self._held.items())]

    async def stats(self, name: str) -> DagStats | None:
        """Return its status. There are no nodes to count anything, but for the one that ails."""
        held = self._held.get(name)
        ails = any(fnmatchcase(name, pattern) for pattern in self._ailing)
        nodes = (NodeStats("node", "none", "restarting"),) if ails else ()
        return None if held is None else DagStats(name, held.status, self._started.get(name), nodes)

    async def _admit(self, action: Action, name: str, epoch: int) -> None:
        self._fence.admit(epoch)
        while (waiting := self._hang_of(name)) is not None:
            await waiting.wait()
        # The fence may have moved while the command hung.
        self._fence.admit(epoch)
        for failure in self._failures:
            if failure.times > 0 and failure.action is action and fnmatchcase(name, failure.pattern):
                failure.times -= 1
                raise failure.error

    def _hang_of(self, name: str) -> anyio.Event | None:
        return next((event for one, event in self._hanging.items() if fnmatchcase(name, one)), None)

    def _find(self, name: str) -> Holding:
        if name not in self._held:
            raise Permanent(f"{name!r} was never created here, or has been deleted")
        return self._held[name]

    def _become(self, name: str, status: RunStatus) -> None:
        held = self._held[name]
        if held.status is not status:
            self._held[name] = replace(held, status=status)
