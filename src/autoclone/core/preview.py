"""The events to come of one ramp, in a time that may be far ahead."""

from collections.abc import Iterator
from datetime import datetime

from autoclone.core.events import Event
from autoclone.core.future import Future, Present
from autoclone.core.leap import leap


class Preview:
    """What will happen to one ramp with `start <= at < end`, both in UTC, worked out as it is asked for.

    Attributes:
        clones: how many there are just before `start`, once the first event is there or there is none.
    """

    def __init__(self, present: Present, start: datetime, end: datetime) -> None:
        begin = leap(present, start)
        self.clones = begin.state.live
        self._future = Future(begin)
        self._start = start
        self._end = end

    @property
    def cost(self) -> float:
        """What it has cost so far: about one for each step, and more where there are many clones."""
        return self._future.cost

    def steps(self) -> Iterator[tuple[Event, ...]]:
        """Yield the events of each step, often none, in order."""
        for events in self._future.steps(self._end):
            for event in events:
                if event.at < self._start:
                    self.clones = event.clones
            yield tuple(event for event in events if event.at >= self._start)
