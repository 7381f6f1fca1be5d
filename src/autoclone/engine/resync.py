"""Looks at what really runs, every ten seconds and at a takeover: the level-triggered half of the engine."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from autoclone.clock import Clock
from autoclone.core.inputs import Sighting
from autoclone.engine.fleet import Fleet
from autoclone.engine.parents import Parents
from autoclone.engine.reconciler import Reconciler
from autoclone.errors import AutoCloneError
from autoclone.ports import Holding, Runtime

EVERY = timedelta(seconds=10)

log = logging.getLogger("autoclone.engine")


class Resync:
    """Compares desired with observed, for whatever is live."""

    def __init__(
        self,
        fleet: Fleet,
        reconciler: Reconciler,
        runtime: Runtime,
        parents: Parents,
    ) -> None:
        self._fleet = fleet
        self._reconciler = reconciler
        self._runtime = runtime
        self._parents = parents

    async def run(self, clock: Clock) -> None:
        """Look every ten seconds, for ever."""
        while True:
            await clock.sleep(EVERY)
            try:
                await self.look()
            except AutoCloneError as error:
                log.warning("What runs could not be looked at: %s", error)

    async def look(self, *, takeover: bool = False) -> None:
        """Look once, and tell the reconciler what was seen.

        The look takes time. What changed since it began is left for the next one.
        """
        began, parents_began = self._fleet.generation, self._parents.passes
        holdings = await self._runtime.holdings()
        sightings = _by_parent(holdings)
        for name in dict.fromkeys([*self._fleet.busy, *sightings]):
            entry = self._fleet.entries.get(name)
            if entry is not None and entry.generation <= began:
                self._reconciler.saw(name, sightings.get(name, ()), takeover=takeover)
        self._parents.heal(holdings, parents_began)


def _by_parent(holdings: Iterable[Holding]) -> dict[str, list[Sighting]]:
    seen: dict[str, list[Sighting]] = {}
    for one in holdings:
        if one.parent is not None:
            seen.setdefault(one.parent, []).append(Sighting(one.name, one.status, one.created_at))
    return seen
