"""How many clones many ramps have together in a time to come. Ramps that stand alike are worked out once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from autoclone.core.future import Future, Present
from autoclone.core.leap import ONE_DAY
from autoclone.core.model import ParentStatus, RampState
from autoclone.core.preview import Preview

# What it costs to tell a ramp's kind, against one step of it.
SORTING = 0.5
# What begins further ahead than this is leapt to, and not kept.
NEAR = 3 * ONE_DAY
AGES_AGO = datetime(1, 1, 1, tzinfo=UTC)

# Ramps of one kind have the same number of clones at any time: of equal plans there is only one object.
Kind = tuple[int, ParentStatus, RampState]
# The instants at which a number changes, UTC, and by how much.
Changes = dict[datetime, int]


@dataclass(frozen=True, slots=True)
class Level:
    """From the instant `at` on, in UTC, there are so many clones."""

    at: datetime
    clones: int


class Crowd:
    """The courses of ramps, kept from one look to the next: they are worked out further, not anew."""

    def __init__(self) -> None:
        self._courses: dict[Kind, _Course] = {}

    def look(self, presents: Sequence[Present], start: datetime, end: datetime) -> "Look":
        """Return a look at the time with `start <= at < end`, both in UTC, that is yet to be worked out."""
        return Look(self._courses, presents, start, end)


class Look:
    """One look at what many ramps have together.

    Attributes:
        clones: how many clones there are at `start`, once all is worked out.
        levels: each change after it, in order.
        cost: what it has cost so far: about one for each step of a ramp.
    """

    def __init__(
        self, courses: "dict[Kind, _Course]", presents: Sequence[Present], start: datetime, end: datetime
    ) -> None:
        self.clones = 0
        self.levels: list[Level] = []
        self.cost = 0.0
        self._courses = courses
        self._presents = presents
        self._start = start
        self._end = end
        self._changes: Changes = {}

    @property
    def peak(self) -> Level:
        """The most clones there are, and when that is first so."""
        return max([Level(self._start, self.clones), *self.levels], key=lambda level: level.clones)

    def steps(self) -> Iterator[None]:
        """Work it out, piece by piece. Whoever has other things to do may pause."""
        alike: dict[Kind, list[Present]] = {}
        for present in self._presents:
            alike.setdefault(kind_of(present), []).append(present)
            self.cost += SORTING
            yield
        self._forget(alike)
        for kind, presents in alike.items():
            self.cost += SORTING
            yield
            far = self._start > presents[0].now + NEAR
            yield from self._leapt(presents) if far else self._followed(kind, presents)
        for at in sorted(self._changes):
            before = self.levels[-1].clones if self.levels else self.clones
            if self._changes[at]:
                self.levels.append(Level(at, before + self._changes[at]))

    def _forget(self, alike: Mapping[Kind, object]) -> None:
        for kind in [one for one in self._courses if one not in alike]:
            del self._courses[kind]

    def _followed(self, kind: Kind, presents: Sequence[Present]) -> Iterator[None]:
        """Add what ramps of one kind do, from where they were followed to before."""
        course = self._courses.setdefault(kind, _Course(presents[0]))
        for cost in course.follow(self._end):
            self.cost += cost
            yield
        self.clones += course.begin * len(presents)
        for at, change in course.changes.items():
            if at < self._start:
                self.clones += change * len(presents)
            elif at < self._end:
                self._add(at, change * len(presents))

    def _leapt(self, presents: Sequence[Present]) -> Iterator[None]:
        """Add what ramps of one kind do at a far date."""
        preview, clones = Preview(presents[0], self._start, self._end), None
        paid = 0.0
        for events in preview.steps():
            self.cost += preview.cost - paid
            paid = preview.cost
            for event in events:
                before = preview.clones if clones is None else clones
                self._add(event.at, (event.clones - before) * len(presents))
                clones = event.clones
            yield
        self.clones += preview.clones * len(presents)

    def _add(self, at: datetime, change: int) -> None:
        self._changes[at] = self._changes.get(at, 0) + change


class _Course:
    """How the number of clones of one ramp changes, as far as it was followed."""

    __slots__ = ("_clones", "_future", "begin", "changes")

    def __init__(self, present: Present) -> None:
        self.begin = self._clones = present.state.live
        self.changes: Changes = {}
        self._future = Future(present)

    def follow(self, end: datetime) -> Iterator[float]:
        """Follow the ramp to `end`, and yield what each piece of that cost."""
        paid = self._future.cost
        for events in self._future.steps(end):
            for event in events:
                if event.clones != self._clones:
                    change = event.clones - self._clones
                    self.changes[event.at] = self.changes.get(event.at, 0) + change
                    self._clones = event.clones
            yield self._future.cost - paid
            paid = self._future.cost


def kind_of(present: Present) -> Kind:
    """Return what is the same of ramps whose numbers of clones will be the same at all times."""
    state = present.state
    clones = tuple(
        replace(clone, name=str(number), since=AGES_AGO) for number, clone in enumerate(state.clones)
    )
    bare = replace(state, parent="", clones=clones, last_clone_at=None, sequence=0)
    return id(present.plan), present.parent, bare
