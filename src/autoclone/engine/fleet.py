"""Every DAG that the engine looks after, in memory, with the heap of when each next needs looking at."""

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from autoclone.core.demand import Demand
from autoclone.core.model import HoldKind, ParentStatus, Phase, Plan, RampState
from autoclone.core.rations import CapWait

# How far the heap may outgrow the fleet, beyond twice its size, before stale deadlines are thrown out.
SPARE = 64
# How many names of clones that are gone are remembered.
RETIRED = 10_000


@dataclass(slots=True, eq=False)
class Entry:
    """One DAG as the engine holds it. All that must survive a crash is in `state` and in the store.

    Attributes:
        name: the DAG.
        plan: its configuration, resolved.
        config: the times, the count and the windows as written.
        parent: what the operator wants of it.
        revision: the definition's revision.
        source: `api`, or the file it was loaded from.
        updated_at: when the definition was stored, UTC.
        state: the ramp as last committed.
        demand: what the schedule wanted at the last step, None before the first.
        stepped_at: the instant of the last step, UTC.
        wake_at: when to step again at the latest, UTC.
        queued_at: the `wake_at` that is on the heap for it, None if none is.
        generation: the fleet's generation at which `state` last changed.
        error: what is wrong with the newest configuration file, None if nothing.
        encoded: the status as last served, None once it may have changed.
        labels: the labels that the definition carries, as `key=value`.
        cap: the limit of the fleet that the ramp waits for, None where it does not.
        stated_at: when the record last said what the state was, UTC; None before the first time in a reign.
    """

    name: str
    plan: Plan
    config: Mapping[str, object]
    parent: ParentStatus
    revision: int
    source: str
    updated_at: datetime
    state: RampState
    demand: Demand | None = None
    stepped_at: datetime | None = None
    wake_at: datetime | None = None
    queued_at: datetime | None = None
    generation: int = 0
    error: str | None = None
    encoded: bytes | None = None
    labels: tuple[str, ...] = ()
    cap: CapWait | None = None
    stated_at: datetime | None = None

    @property
    def deleted(self) -> bool:
        """Whether it is only here until its clones are gone."""
        return self.parent is ParentStatus.DELETED


class Fleet:
    """The entries by name, and what has to be found quickly among them."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.clones: dict[str, str] = {}  # the parent of each clone
        self.busy: dict[str, None] = {}  # the DAGs that have clones, in the order they came to have them
        self.phases: dict[Phase, int] = dict.fromkeys(Phase, 0)
        self.holds: dict[HoldKind, int] = dict.fromkeys(HoldKind, 0)
        self.live = 0
        self.generation = 0
        self._retired: dict[str, None] = {}  # the names of clones that are gone, oldest first
        self._names: list[str] = []
        self._clone_names: list[str] = []
        self._heap: list[tuple[datetime, str]] = []

    def __contains__(self, name: object) -> bool:
        """Whether a DAG or a clone has this name, or a clone had it a short while ago.

        A name is not used again at once: whoever reads the journal would take two clones for one (rule 11).
        """
        return name in self.entries or name in self.clones or name in self._retired

    def __len__(self) -> int:
        """Return how many DAGs there are."""
        return len(self.entries)

    def add(self, entry: Entry) -> None:
        """Add one entry under a new name."""
        self.entries[entry.name] = entry
        insort(self._names, entry.name)
        self._count(entry.state, 1)
        self._index_clones(RampState(entry.name), entry.state)

    def remove(self, name: str) -> None:
        """Forget an entry, which has no clones any more."""
        entry = self.entries.pop(name)
        del self._names[bisect_left(self._names, name)]
        self._count(entry.state, -1)

    def apply(self, entry: Entry, state: RampState) -> None:
        """Take over a state that is now durable."""
        self._count(entry.state, -1)
        self._count(state, 1)
        if entry.state.clones is not state.clones:
            self._index_clones(entry.state, state)
        self.generation += 1
        entry.generation = self.generation
        entry.state = state

    def _count(self, state: RampState, by: int) -> None:
        self.phases[state.phase] += by
        self.live += by * state.live
        if state.hold is not None:
            self.holds[state.hold.kind] += by

    def _index_clones(self, before: RampState, after: RampState) -> None:
        old = {clone.name for clone in before.clones}
        for clone in after.clones:
            if clone.name not in old:
                self.clones[clone.name] = after.parent
                insort(self._clone_names, clone.name)
            old.discard(clone.name)
        for name in sorted(old):
            del self.clones[name]
            del self._clone_names[bisect_left(self._clone_names, name)]
            self._retire(name)
        if after.clones:
            self.busy[after.parent] = None
        else:
            self.busy.pop(after.parent, None)

    def _retire(self, name: str) -> None:
        self._retired[name] = None
        if len(self._retired) > RETIRED:
            del self._retired[next(iter(self._retired))]

    def schedule(self, entry: Entry, wake_at: datetime | None) -> None:
        """Have `entry` be due at `wake_at`, instead of whenever it was."""
        entry.wake_at = wake_at
        if wake_at is not None and wake_at != entry.queued_at:
            heapq.heappush(self._heap, (wake_at, entry.name))
        entry.queued_at = wake_at
        if len(self._heap) > 2 * len(self.entries) + SPARE:
            self._heap = [(one.queued_at, one.name) for one in self.entries.values() if one.queued_at]
            heapq.heapify(self._heap)

    def next_wake(self) -> datetime | None:
        """Return when the first entry is due, None if none ever is."""
        while self._heap:
            wake_at, name = self._heap[0]
            entry = self.entries.get(name)
            if entry is not None and entry.queued_at == wake_at:
                return wake_at
            heapq.heappop(self._heap)
        return None

    def due(self, now: datetime) -> Iterator[Entry]:
        """Yield the entries that are due at `now`, the earliest first, and take them off the heap."""
        while (wake_at := self.next_wake()) is not None and wake_at <= now:
            entry = self.entries[heapq.heappop(self._heap)[1]]
            entry.queued_at = None
            yield entry

    def dag_names(self, after: str | None) -> Iterator[str]:
        """Yield the DAGs' names in order, past the name `after`."""
        return _past(self._names, after)

    def names_before(self, name: str) -> Iterator[str]:
        """Yield the DAGs' names that sort before `name`, the nearest first."""
        return (self._names[index] for index in range(bisect_left(self._names, name) - 1, -1, -1))

    def names(self, after: str | None) -> Iterator[str]:
        """Yield the names of DAGs and clones in order, past the name `after`."""
        return heapq.merge(self.dag_names(after), _past(self._clone_names, after))


def _past(names: list[str], after: str | None) -> Iterator[str]:
    """Yield those of the ordered `names` that sort past `after`, without a copy of what may be a million."""
    return (names[index] for index in range(bisect_right(names, after or ""), len(names)))
