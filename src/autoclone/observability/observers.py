"""Tells several observers the same."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.core.inputs import Outcome
from autoclone.ports import Observer, Standing

log = logging.getLogger("autoclone.observability")


class Observers:
    """An observer made of others. One that fails is logged; neither the rest nor the engine feels it."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:
        """A batch of decisions is durable."""
        self._tell(lambda one: one.decided(events, commands))

    def finished(self, outcome: Outcome, took: timedelta) -> None:
        """A command ended after `took`."""
        self._tell(lambda one: one.finished(outcome, took))

    def woke(self, late: timedelta) -> None:
        """The ticker handled a deadline `late` after it was due."""
        self._tell(lambda one: one.woke(late))

    def lagged(self, lag: timedelta) -> None:
        """The event loop was found to be `lag` behind."""
        self._tell(lambda one: one.lagged(lag))

    def counted(self, phases: Mapping[str, int], live: int, holds: Mapping[str, int]) -> None:
        """So many DAGs are in each phase, so many clones are live, and so many ramps are held."""
        self._tell(lambda one: one.counted(phases, live, holds))

    def became(self, standing: Standing) -> None:
        """The server's standing is another than before."""
        self._tell(lambda one: one.became(standing))

    def pruned(self, expired: int, unsent: int) -> None:
        """Old events were removed."""
        self._tell(lambda one: one.pruned(expired, unsent))

    def _tell(self, what: Callable[[Observer], None]) -> None:
        for one in self._observers:
            try:
                what(one)
            except Exception:
                log.exception("%s failed and missed something", type(one).__name__)
