"""The events to come of one ramp, in a time that may be far ahead."""

from collections.abc import Generator, Iterator
from datetime import datetime

from autoclone.core.events import Event
from autoclone.core.future import Future, Present
from autoclone.core.leap import leap


class Preview:
    """What will happen to one ramp with `start <= at < end`, both in UTC, worked out as it is asked for.

    Attributes:
        clones: how many there are just before `start`, once the first event is there or there is none.
        state: the ramp after the last step; only its numbers of events may be others.
        cost: what it has cost so far: about one for each step, and more where there are many clones.
    """

    def __init__(self, present: Present, start: datetime, end: datetime) -> None:
        self.clones = present.state.live
        self.state = present.state
        self.cost = 0.0
        self._present = present
        self._start = start
        self._end = end

    def steps(self) -> Iterator[tuple[Event, ...]]:
        """Yield the events of each step, often none, in order. Whoever has other things to do may pause."""
        begin = yield from self._leap()
        self.clones, self.state = begin.state.live, begin.state
        future, before = Future(begin), self.cost
        for events in future.steps(self._end):
            self.cost, self.state = before + future.cost, future.state
            for event in events:
                if event.at < self._start:
                    self.clones = event.clones
            yield tuple(event for event in events if event.at >= self._start)

    def _leap(self) -> Generator[tuple[()], None, Present]:
        work = leap(self._present, self._start)
        while True:
            try:
                self.cost += next(work)
            except StopIteration as done:
                begin: Present = done.value
                return begin
            yield ()
