"""The fleet's limits: how many clones there may be in all, how many may come each second, and who is next.

Places are shared out fairly: each goes to the ramp that has the fewest clones, among those to the one that
has waited longest. So all that wait come to have the same number, but for those that want fewer. A place that
is taken stays so until the clone is gone; it is never taken back.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ONE_SECOND = timedelta(seconds=1)

# The limit that everything is under.
ALL = "all"


@dataclass(frozen=True, slots=True)
class Limit:
    """What the DAGs that carry a label may have together.

    Attributes:
        label: `key=value`, or `ALL`.
        clones: how many clones there may be at any time, those on their way in or out too; None: any number.
        per_second: how many may be made within any second; None: any number.
    """

    label: str
    clones: int | None = None
    per_second: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How many clones a ramp has, in whatever stage, and the labels that its DAG carries."""

    labels: tuple[str, ...]
    clones: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ramp that would make clones, if it were allowed.

    Attributes:
        wants: how many it would make now.
        since: since when it has waited, UTC.
    """

    wants: int
    since: datetime


@dataclass(frozen=True, slots=True)
class CapWait:
    """Why a ramp has to wait.

    Attributes:
        label: whose limit it is.
        most: the limit.
        a_second: whether it is on clones made each second, rather than on clones.
        since: since when the ramp has waited, UTC.
    """

    label: str
    most: int
    a_second: bool
    since: datetime

    @property
    def setting(self) -> str:
        """What the limit is called."""
        return "max_creates_per_second" if self.a_second else "max_clones"


@dataclass(slots=True)
class _Used:
    """How much of one limit is used."""

    clones: int = 0
    made: deque[tuple[datetime, int]] = field(default_factory=deque)  # within the last second, in order

    def made_since(self, second: datetime) -> int:
        while self.made and not second < self.made[0][0] <= second + ONE_SECOND:
            self.made.popleft()
        return sum(number for _, number in self.made)


class Rations:
    """What is left of the limits. It knows what it is told, and reads no clock.

    Args:
        limits: one for each label at most.
    """

    def __init__(self, limits: Iterable[Limit]) -> None:
        self._limits = {limit.label: limit for limit in limits}
        self._used = {label: _Used() for label in self._limits}
        self._held: dict[str, Held] = {}

    def __bool__(self) -> bool:
        """Return whether there are any limits."""
        return bool(self._limits)

    def note(self, name: str, held: Held) -> None:
        """Take in how many clones a ramp has now."""
        for label, change in self._changes(name, held):
            self._used[label].clones += change
        if held.clones:
            self._held[name] = held
        else:
            self._held.pop(name, None)

    def note_made(self, labels: tuple[str, ...], number: int, at: datetime) -> None:
        """Take in that so many clones were made at the instant `at`."""
        for label in self._over(labels):
            self._used[label].made.append((at, number))

    def share(
        self, waiting: Mapping[str, Waiting], changed: Mapping[str, Held], now: datetime
    ) -> dict[str, int]:
        """Return how many clones each of the ramps that wait may make now; it leaves out those that may none.

        Nothing is noted yet.

        Args:
            waiting: those that would make some, with their names.
            changed: how many clones those have that have changed since the last `note`, and those that wait.
            now: the instant, UTC.
        """
        left = self._left(changed, now)
        queue = [
            (changed[name].clones, one.since, name)
            for name, one in waiting.items()
            if all(left[label] > 0 for label in self._over(changed[name].labels))
        ]
        heapq.heapify(queue)
        shares: dict[str, int] = {}
        while queue:
            clones, since, name = heapq.heappop(queue)
            labels = self._over(changed[name].labels)
            if any(left[label] <= 0 for label in labels):
                continue
            for label in labels:
                left[label] -= 1
            shares[name] = shares.get(name, 0) + 1
            if shares[name] < waiting[name].wants:
                heapq.heappush(queue, (clones + 1, since, name))
        return shares

    def _left(self, changed: Mapping[str, Held], now: datetime) -> dict[str, float]:
        clones = {label: used.clones for label, used in self._used.items()}
        for name, held in changed.items():
            for label, change in self._changes(name, held):
                clones[label] += change
        return {
            label: min(
                _rest(limit.clones, clones[label]),
                _rest(limit.per_second, self._used[label].made_since(now - ONE_SECOND)),
            )
            for label, limit in self._limits.items()
        }

    def _changes(self, name: str, held: Held) -> Iterable[tuple[str, int]]:
        before = self._held.get(name)
        if before is not None:
            for label in self._over(before.labels):
                yield label, -before.clones
        for label in self._over(held.labels):
            yield label, held.clones

    def _over(self, labels: tuple[str, ...]) -> list[str]:
        """Return the labels whose limits hold for what carries `labels`."""
        return [label for label in (ALL, *labels) if label in self._limits]

    def why(self, labels: tuple[str, ...], since: datetime, now: datetime) -> CapWait | None:
        """Return which limit a ramp has to wait for that has waited since then; None if there is room."""
        for label in self._over(labels):
            limit, used = self._limits[label], self._used[label]
            if limit.clones is not None and used.clones >= limit.clones:
                return CapWait(label, limit.clones, a_second=False, since=since)
            if limit.per_second is not None and used.made_since(now - ONE_SECOND) >= limit.per_second:
                return CapWait(label, limit.per_second, a_second=True, since=since)
        return None

    def next_at(self, labels: Iterable[tuple[str, ...]], now: datetime) -> datetime | None:
        """Return when time alone next makes room for any that carry such `labels`; None if it never does."""
        times = []
        for label in {label for several in labels for label in self._over(several)}:
            limit, used = self._limits[label], self._used[label]
            if limit.per_second is not None and used.made_since(now - ONE_SECOND) >= limit.per_second:
                times.append(used.made[0][0] + ONE_SECOND)
        return min(times, default=None)


def _rest(most: int | None, used: int) -> float:
    return float("inf") if most is None else most - used
