"""A second, deliberately simple implementation of the rules, to check the real one against.

Where the core reasons about instants, this walks: it looks at a clock on the wall minute by minute, and at
the clones tick by tick, with plain lists and no cleverness. It knows only a world in which every command
succeeds at once. It shares no code with the core but for the values that plans are written in.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from autoclone.core.model import Pace, Plan
from autoclone.core.window import Schedule

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Opening:
    """A window, open from one instant to another: the number of the window, the date, and what it wants."""

    opens_at: datetime
    closes_at: datetime
    count: int
    index: int
    day: date


class Almanac:
    """A clock on the wall of a zone, watched minute by minute for `days` from the instant `first`."""

    def __init__(self, zone: tzinfo, first: datetime, days: int) -> None:
        self.minutes = [first + n * MINUTE for n in range(days * 24 * 60)]
        self.shown = [minute.astimezone(zone).replace(tzinfo=None) for minute in self.minutes]
        self.dates = sorted({wall.date() for wall in self.shown})
        self.latest: list[datetime] = []
        self.occurrences: dict[datetime, list[datetime]] = {}
        for minute, wall in zip(self.minutes, self.shown, strict=True):
            self.latest.append(max(wall, self.latest[-1]) if self.latest else wall)
            self.occurrences.setdefault(wall, []).append(minute)

    def when(self, wall: datetime, dst: str = "first") -> datetime:
        """The first minute at which the clock shows `wall`, or the last; else at which it jumps past it."""
        if dst == "last" and wall in self.occurrences:
            return self.occurrences[wall][-1]
        return self.minutes[bisect_left(self.latest, wall)]

    def once(self, wall: datetime) -> bool:
        """Whether the clock shows `wall`, and does so once."""
        return len(self.occurrences.get(wall, [])) == 1

    def today(self, at: datetime) -> date:
        """The date that the clock has come to at the instant `at`: for good, even if it begins twice."""
        return self.latest[(at - self.minutes[0]) // MINUTE].date()

    def openings(self, schedule: Schedule) -> list[Opening]:
        """Every window that opens on a date which the clock shows, but for the first and the last two."""
        return [
            opening
            for day in self.dates[1:-2]
            for index in range(len(schedule.windows))
            if self.kept_shut(schedule, index, day) is None
            if (opening := self.would_open(schedule, index, day)) is not None
        ]

    def kept_shut(self, schedule: Schedule, index: int, day: date) -> str | None:
        """Which rule keeps a window from opening on `day`."""
        window = schedule.windows[index]
        if day.weekday() not in window.days.weekdays:
            return "weekday"
        if day in window.days.excluded:
            return "date"
        if window.days.holidays is not None and window.days.holidays.name_of(day) is not None:
            return "holiday"
        if schedule.dst == "skip" and not self.once(datetime.combine(day, window.opens)):
            return "clocks"
        return None

    def would_open(self, schedule: Schedule, index: int, day: date) -> Opening | None:
        """When a window opens on `day`, whatever the rules for that date say."""
        window = schedule.windows[index]
        opens_at = self.when(datetime.combine(day, window.opens), schedule.dst)
        if isinstance(window.closes, timedelta):
            closes_at = opens_at + window.closes
        else:
            closing_day = day + DAY if window.closes <= window.opens else day
            closes_at = self.when(datetime.combine(closing_day, window.closes), schedule.dst)
        return None if opens_at == closes_at else Opening(opens_at, closes_at, window.count, index, day)

    def why_shut(self, schedule: Schedule, openings: list[Opening], at: datetime) -> tuple[date, str] | None:
        """Where nothing is wanted at `at`: the latest date that a rule kept it from, and the kind of rule."""
        if wanted(openings, at, schedule.overlap):
            return None
        today = self.today(at)
        for day in [day for day in reversed(self.dates) if day <= today][:5]:
            rules = [self.kept_shut(schedule, index, day) for index in range(len(schedule.windows))]
            for index, rule in enumerate(rules):
                would = self.would_open(schedule, index, day)
                if rule is None or would is None:
                    continue
                whole_day = None not in rules
                if would.opens_at <= at < would.closes_at or (whole_day and day == today):
                    return day, rule
        return None


def wanted(openings: list[Opening], at: datetime, overlap: str = "max") -> int:
    """How many clones the open windows want at the instant `at`, each window once."""
    counts = {one.index: one.count for one in openings if one.opens_at <= at < one.closes_at}
    if not counts:
        return 0
    if overlap == "max":
        return max(counts.values())
    if overlap == "sum":
        return sum(counts.values())
    return counts[min(counts)]


def edges(openings: list[Opening]) -> list[datetime]:
    """Every instant at which a window opens or closes, in order."""
    return sorted({edge for one in openings for edge in (one.opens_at, one.closes_at)})


def changes(openings: list[Opening], overlap: str = "max") -> list[datetime]:
    """Every edge at which the number wanted is not what it was just before, in order."""
    found, before = [], 0
    for edge in edges(openings):
        now = wanted(openings, edge, overlap)
        if now != before:
            found.append(edge)
        before = now
    return found


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

    def tick(self, at: datetime, target: int, plan: Plan, on_time: int | None = None) -> None:
        """Look at the clock: make or remove clones, if there are any to make or remove and it is time.

        `on_time` is how many there would be by now if nothing had ever been late, for a plan that catches up.
        """
        if len(self.clones) < target:
            self._up(at, target, plan, on_time)
        elif len(self.clones) > target:
            self._down(at, target, plan, on_time)
        elif self.moving is not None:
            self._finish(at, target)

    def _up(self, at: datetime, target: int, plan: Plan, on_time: int | None) -> None:
        if self.moving != "up":
            self.moving = "up"
            self._say(at, "ramp_up.started", None, f"ramping_up ({len(self.clones)}/{target})")
        number = min(self._batch("up", at, plan.up, on_time), target - len(self.clones))
        fresh = []
        for _ in range(number):
            fresh.append(self._free_name(at))
            self.clones.append(fresh[-1])
            self._say(at, "clone.created", fresh[-1], self._climbing(target))
        for clone in fresh:
            self._say(at, "clone.started", clone, self._climbing(target))
        if len(self.clones) == target:
            self._finish(at, target)

    def _climbing(self, target: int) -> str:
        return "active" if len(self.clones) == target else f"ramping_up ({len(self.clones)}/{target})"

    def _down(self, at: datetime, target: int, plan: Plan, on_time: int | None) -> None:
        if self.moving != "down":
            self.moving = "down"
            self._say(at, "ramp_down.started", None, f"ramping_down ({len(self.clones)} remaining)")
        number = min(self._batch("down", at, plan.down, on_time), len(self.clones) - target)
        newest = plan.order == "newest"
        going = self.clones[len(self.clones) - number :][::-1] if newest else self.clones[:number]
        for clone in going:
            self._say(at, "clone.stopped", clone, f"ramping_down ({len(self.clones)} remaining)")
        there = "active" if target else "idle"
        for clone in going:
            self.clones.remove(clone)
            left = len(self.clones)
            status = f"ramping_down ({left} remaining)" if left > target else there
            self._say(at, "clone.deleted", clone, status)
        if len(self.clones) == target:
            self._finish(at, target)

    def _finish(self, at: datetime, target: int) -> None:
        self._say(at, f"ramp_{self.moving}.completed", None, "active" if target else "idle")
        self.moving = None

    def _batch(self, way: str, at: datetime, pace: Pace, on_time: int | None) -> int:
        """How many may come or go now."""
        if on_time is not None:
            late = on_time - len(self.clones) if way == "up" else len(self.clones) - on_time
            self.last = (way, at) if late > 0 else self.last
            return max(0, late)
        if self.last is not None and self.last[0] == way and at < self.last[1] + pace.interval:
            return 0
        self.last = (way, at)
        return pace.step

    def _free_name(self, at: datetime) -> str:
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        while (name := f"{self.name}_{wall:%Y%m%d%H%M%S}") in self.clones:
            wall += timedelta(seconds=1)
        return name

    def _say(self, at: datetime, kind: str, clone: str | None, status: str) -> None:
        self.lines.append(Line(at, kind, clone, len(self.clones), status))


class Attendance:
    """Whether somebody was there when windows opened, for a ramp that leaves alone what it has missed."""

    def __init__(self) -> None:
        self.found: str | None = None  # "there" or "missed" while windows are open, "closed" if unseen

    def nobody(self, target: int) -> None:
        """An instant passes at which nobody looks."""
        if not target and self.found is not None:
            self.found = "closed"

    def missed(self, ramp: Ramp, target: int, late: Callable[[], bool], *, skips: bool) -> bool:
        """Look at windows, which opened a minute ago at least if it is `late`."""
        if not skips or not target:
            self.found = None
        elif self.found in (None, "closed"):
            ramping = ramp.moving == "up" or (bool(ramp.clones) and ramp.moving is None)
            under_way = self.found is None and ramping  # it did not skip until now
            self.found = "missed" if late() and not under_way else "there"
        return self.found == "missed"
