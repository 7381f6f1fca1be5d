"""Looks at the clones that others wait for at the start gate: sooner than at anything else."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from autoclone.clock import Clock
from autoclone.core.inputs import RunStatus
from autoclone.core.start_gate import gated
from autoclone.engine.fleet import Fleet
from autoclone.engine.reconciler import Reconciler
from autoclone.errors import AutoCloneError
from autoclone.ports import DagStats, Runtime

EVERY = timedelta(seconds=1)

RUNS = (RunStatus.RUNNING, RunStatus.COMPLETED)
WORKS = ("running", "completed")

log = logging.getLogger("autoclone.engine")


class StartGates:
    """Tells the reconciler which of the clones that are waited for are healthy."""

    def __init__(self, fleet: Fleet, reconciler: Reconciler, runtime: Runtime) -> None:
        self._fleet = fleet
        self._reconciler = reconciler
        self._runtime = runtime
        self._errors: Mapping[str, int] = {}  # of each clone, as it was last looked at

    async def run(self, clock: Clock) -> None:
        """Look as soon as any is waited for, and once a second from there, for ever."""
        while True:
            await self._reconciler.gated.wait()
            try:
                await self.look()
            except AutoCloneError as error:
                log.warning("What the next clones wait for could not be looked at: %s", error)
            await clock.sleep(EVERY)

    async def look(self) -> None:
        """Look once at all that are waited for."""
        errors: dict[str, int] = {}
        for name in list(self._reconciler.gates):
            entry = self._fleet.entries.get(name)
            clones = gated(entry.state, entry.plan) if entry is not None else ()
            well = []
            for clone in clones:
                stats = await self._runtime.stats(clone)
                if stats is not None:
                    errors[clone] = sum(node.errors for node in stats.nodes)
                    if healthy(stats, self._errors.get(clone, 0)):
                        well.append(clone)
            if well:
                self._reconciler.saw_well(name, well)
        self._errors = errors


def healthy(stats: DagStats, errors: int) -> bool:
    """Return whether a clone and all its nodes run, and none has failed since there were so many `errors`."""
    works = all(node.status in WORKS for node in stats.nodes)
    return stats.status in RUNS and works and sum(node.errors for node in stats.nodes) <= errors
