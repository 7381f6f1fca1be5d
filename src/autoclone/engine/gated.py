"""A runtime that takes commands only while the gate is open."""

from collections.abc import Sequence
from datetime import timedelta

from autoclone.engine.gate import Gate
from autoclone.ports import DagSpec, DagStats, Holding, JsonObject, Runtime


class GatedRuntime:
    """A `Runtime` that passes everything on, commands as soon as the gate is open.

    What a command waits for on its way, such as a definition from the store, may come when the gate is shut:
    the last look at it is the one that counts.
    """

    def __init__(self, runtime: Runtime, gate: Gate) -> None:
        self._runtime = runtime
        self._gate = gate

    async def open(self) -> None:
        """Make ready."""
        await self._runtime.open()

    def check(self, document: JsonObject) -> None:
        """Raise `InvalidInput` where the document could not run."""
        self._runtime.check(document)

    async def close(self, drain: timedelta) -> None:
        """Stop what would not outlive this process, whether the gate is open or not."""
        await self._runtime.close(drain)

    async def create(self, spec: DagSpec, epoch: int) -> None:
        """Hold the DAG."""
        await self._gate.opened()
        await self._runtime.create(spec, epoch)

    async def start(self, name: str, epoch: int) -> None:
        """Run it."""
        await self._gate.opened()
        await self._runtime.start(name, epoch)

    async def suspend(self, name: str, epoch: int) -> None:
        """Hold its sources still."""
        await self._gate.opened()
        await self._runtime.suspend(name, epoch)

    async def resume(self, name: str, epoch: int) -> None:
        """Go on from where it was suspended."""
        await self._gate.opened()
        await self._runtime.resume(name, epoch)

    async def stop(self, name: str, epoch: int, drain: timedelta | None = None) -> None:
        """Stop it."""
        await self._gate.opened()
        await self._runtime.stop(name, epoch, drain)

    async def delete(self, name: str, epoch: int) -> None:
        """Forget it."""
        await self._gate.opened()
        await self._runtime.delete(name, epoch)

    async def holdings(self) -> Sequence[Holding]:
        """Return all that is held."""
        return await self._runtime.holdings()

    async def stats(self, name: str) -> DagStats | None:
        """Return the counters of one DAG or clone."""
        return await self._runtime.stats(name)
