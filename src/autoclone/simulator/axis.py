"""The time axis of a chart: which column an instant is in, and where the labels go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from autoclone.core.wall import instant

ONE_MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
MONTHS = timedelta(days=300)

# What people like to read off an axis.
STEPS = (
    *(timedelta(seconds=seconds) for seconds in (1, 5, 15)),
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 4, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 7, 14, 28, 91, 182, 365, 3650)),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """The time from `start` to `end`, both in UTC, in so many columns, as clocks in `zone` show it."""

    start: datetime
    end: datetime
    zone: tzinfo
    columns: int

    @property
    def width(self) -> timedelta:
        """How much time one column is."""
        return (self.end - self.start) / self.columns

    def column(self, at: datetime) -> int:
        """Return the column that the instant `at` is in."""
        return (at - self.start) * self.columns // (self.end - self.start)

    def labels(self) -> str:
        """Return the line of labels under the axis, each beginning below its instant."""
        step = self._step()
        line = ""
        for at in self._ticks(step):
            column, label = self.column(at), self._label(at.astimezone(self.zone), step)
            free = not line or column >= len(line) + 2
            if free and column + len(label) <= self.columns:
                line = line.ljust(column) + label
        return line

    def _step(self) -> timedelta:
        fits = (step for step in STEPS if step >= self.width * (len(self._label(self.start, step)) + 2))
        return next(fits, STEPS[-1])

    def _ticks(self, step: timedelta) -> Iterator[datetime]:
        """Yield the instants to label: every so many hours or days on the wall, from the first midnight."""
        wall = datetime.combine(self.start.astimezone(self.zone), time())
        while (at := instant(wall, self.zone)) < self.end:
            if at >= self.start:
                yield at
            wall += step

    def _label(self, wall: datetime, step: timedelta) -> str:
        if step < ONE_MINUTE:
            return f"{wall:%H:%M:%S}"
        if step >= ONE_DAY and self.end - self.start > MONTHS:
            return f"{wall:%Y-%m-%d}"
        new_day = wall.time() == time() and self.end - self.start > ONE_DAY
        return f"{wall:%m-%d}" if new_day or step >= ONE_DAY else f"{wall:%H:%M}"
