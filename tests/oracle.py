"""A second, deliberately simple implementation of the rules, to check the real one against.

Where the core reasons about instants, this walks: it looks at a clock on the wall minute by minute, and at
the clones tick by tick, with plain lists and no cleverness. It knows only a world in which every command
succeeds at once. It shares no code with the core but for the values that plans are written in.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from autoclone.core.window import Schedule

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Opening:
    """A window, open from one instant to another."""

    opens_at: datetime
    closes_at: datetime
    count: int


class Almanac:
    """A clock on the wall of a zone, watched minute by minute for `days` from the instant `first`."""

    def __init__(self, zone: tzinfo, first: datetime, days: int) -> None:
        self.minutes = [first + n * MINUTE for n in range(days * 24 * 60)]
        shown = [minute.astimezone(zone).replace(tzinfo=None) for minute in self.minutes]
        self.dates = {wall.date() for wall in shown}
        self.latest: list[datetime] = []
        for wall in shown:
            self.latest.append(max(wall, self.latest[-1]) if self.latest else wall)

    def when(self, wall: datetime) -> datetime:
        """The first minute at which the clock shows `wall`, or has jumped past it."""
        return self.minutes[bisect_left(self.latest, wall)]

    def openings(self, schedule: Schedule) -> list[Opening]:
        """Every window that opens on a date which the clock shows, but for the first and the last two."""
        return [
            opening
            for day in sorted(self.dates)[1:-2]
            for window in schedule.windows
            if (opening := self._opening(day, window.opens, window.closes, window.count)) is not None
        ]

    def _opening(self, day: date, opens: time, closes: time, count: int) -> Opening | None:
        closing_day = day + DAY if closes <= opens else day
        opens_at = self.when(datetime.combine(day, opens))
        closes_at = self.when(datetime.combine(closing_day, closes))
        return None if opens_at == closes_at else Opening(opens_at, closes_at, count)


def wanted(openings: list[Opening], at: datetime) -> int:
    """How many clones the open windows want at the instant `at`: the most that any of them wants."""
    return max((one.count for one in openings if one.opens_at <= at < one.closes_at), default=0)


def edges(openings: list[Opening]) -> list[datetime]:
    """Every instant at which a window opens or closes, in order."""
    return sorted({edge for one in openings for edge in (one.opens_at, one.closes_at)})


def changes(openings: list[Opening]) -> list[datetime]:
    """Every edge at which the number wanted is not what it was just before, in order."""
    return [
        edge for edge in edges(openings) if wanted(openings, edge) != wanted(openings, edge - MINUTE / 60)
    ]


@dataclass(frozen=True)
class Line:
    """One event: when, what, which clone, how many clones after it, and the status text."""

    at: datetime
    type: str
    clone: str | None
    clones: int
    status: str


@dataclass
class Ramp:
    """The rules of the ramp by the letter, for one parent, in a world where nothing ever fails."""

    name: str
    zone: tzinfo

    def __post_init__(self) -> None:
        self.clones: list[str] = []
        self.moving: str | None = None  # "up" or "down" while a ramp is under way
        self.last: tuple[str, datetime] | None = None  # which way the last clone went, and when
        self.lines: list[Line] = []

    def tick(self, at: datetime, target: int, up: timedelta, down: timedelta) -> None:
        """Look at the clock: make or remove a clone, if there is one to make or remove and it is time."""
        if len(self.clones) < target:
            self._up(at, target, up)
        elif len(self.clones) > target:
            self._down(at, target, down)
        elif self.moving is not None:
            self._finish(at, target)

    def _up(self, at: datetime, target: int, interval: timedelta) -> None:
        if self.moving != "up":
            self.moving = "up"
            self._say(at, "ramp_up.started", None, f"ramping_up ({len(self.clones)}/{target})")
        if not self._is_time("up", at, interval):
            return
        clone = self._free_name(at)
        self.clones.append(clone)
        full = len(self.clones) == target
        status = "active" if full else f"ramping_up ({len(self.clones)}/{target})"
        self._say(at, "clone.created", clone, status)
        self._say(at, "clone.started", clone, status)
        if full:
            self._finish(at, target)

    def _down(self, at: datetime, target: int, interval: timedelta) -> None:
        if self.moving != "down":
            self.moving = "down"
            self._say(at, "ramp_down.started", None, f"ramping_down ({len(self.clones)} remaining)")
        if not self._is_time("down", at, interval):
            return
        self._say(at, "clone.stopped", self.clones[0], f"ramping_down ({len(self.clones)} remaining)")
        clone, left = self.clones.pop(0), len(self.clones)
        there = "active" if target else "idle"
        self._say(at, "clone.deleted", clone, f"ramping_down ({left} remaining)" if left > target else there)
        if left == target:
            self._finish(at, target)

    def _finish(self, at: datetime, target: int) -> None:
        self._say(at, f"ramp_{self.moving}.completed", None, "active" if target else "idle")
        self.moving = None

    def _is_time(self, way: str, at: datetime, interval: timedelta) -> bool:
        waiting = self.last is not None and self.last[0] == way and at < self.last[1] + interval
        if not waiting:
            self.last = (way, at)
        return not waiting

    def _free_name(self, at: datetime) -> str:
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        while (name := f"{self.name}_{wall:%Y%m%d%H%M%S}") in self.clones:
            wall += timedelta(seconds=1)
        return name

    def _say(self, at: datetime, kind: str, clone: str | None, status: str) -> None:
        self.lines.append(Line(at, kind, clone, len(self.clones), status))
