"""Reading what a ramp was told, with the plans that were in force."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from autoclone.core.model import Plan, RampState
from autoclone.engine.definitions import Definitions
from autoclone.ports import Defaults, Heard, Steps, Store

# So many commits are read at once.
PAGE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What one commit was about.

    Attributes:
        heard: what the ramp was told, in order.
        plan: what its definition said then.
        before: the state it began with, where that is recorded.
    """

    heard: tuple[Heard, ...]
    plan: Plan
    before: RampState | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the record; `state` is the stored one at its very end, None before that."""

    told: tuple[Told, ...]
    state: RampState | None


class Record:
    """The record of one ramp.

    Args:
        store: where it is, and the definitions that there were.
        definitions: how this server resolves them.
        name: the DAG.
    """

    def __init__(self, store: Store, definitions: Definitions, name: str) -> None:
        self._store = store
        self._definitions = definitions
        self._name = name
        self._plans: dict[tuple[int, Defaults], Plan] = {}

    async def pages(self, since: datetime) -> AsyncIterator[Page]:
        """Yield it from the last recorded state at or before `since` on."""
        position: int | None = 0
        while position is not None:
            history = await self._store.history(self._name, since=since, after=position, limit=PAGE)
            told = [Told(one.heard, await self._plan(one), one.before) for one in history.steps]
            yield Page(tuple(told), history.state)
            position = history.next

    async def _plan(self, steps: Steps) -> Plan:
        key = steps.revision, steps.defaults
        if key not in self._plans:
            document = await self._store.get_revision(self._name, steps.revision) or {}
            self._plans[key] = self._definitions.under(steps.defaults).plan(document)
        return self._plans[key]
