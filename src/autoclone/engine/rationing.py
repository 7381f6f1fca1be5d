"""Shares out what the fleet's limits leave among the ramps that wait for it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from autoclone.core.rations import ONE_SECOND, Held, Limit, Rations, Waiting
from autoclone.engine.draft import Draft
from autoclone.engine.fleet import Entry, Fleet


class Rationing:
    """What one primary knows of the limits: how far they are used, and who waits.

    None of it is stored: all of it follows from the ramps.
    """

    def __init__(self, fleet: Fleet, limits: Sequence[Limit]) -> None:
        self._fleet = fleet
        self._rations = Rations(limits)
        self._waiting: dict[str, Waiting] = {}

    def __bool__(self) -> bool:
        """Return whether anything is limited."""
        return bool(self._rations)

    @property
    def allowance(self) -> int | None:
        """How many clones a ramp may make that was given no share: none, or any number without limits."""
        return 0 if self else None

    def begin(self, now: datetime) -> None:
        """Take stock of the fleet as the last primary left it."""
        if not self:
            return
        fresh = []
        for entry in self._busy():
            self._rations.note(entry.name, _held(entry))
            fresh += [(clone.since, entry) for clone in entry.state.clones if clone.since > now - ONE_SECOND]
        for since, entry in sorted(fresh, key=lambda one: one[0]):
            self._rations.note_made(entry.labels, 1, since)

    def _busy(self) -> Iterable[Entry]:
        return (self._fleet.entries[name] for name in self._fleet.busy if name in self._fleet.entries)

    def share(self, drafts: Mapping[str, Draft], now: datetime) -> dict[str, int]:
        """Return how many clones each ramp may make now, given what the `drafts` of this batch come to."""
        waiting = {name: one for name, one in self._waiting.items() if name not in drafts}
        waiting.update((name, self._waits(draft)) for name, draft in drafts.items() if draft.refused)
        if not waiting:
            return {}
        held = {name: _held(self._fleet.entries[name]) for name in waiting if name not in drafts}
        held.update((name, Held(draft.labels, len(draft.state.clones))) for name, draft in drafts.items())
        return self._rations.share(waiting, held, now)

    def _waits(self, draft: Draft) -> Waiting:
        before = self._waiting.get(draft.entry.name)
        return Waiting(draft.refused, before.since if before is not None else draft.now)

    def note(self, drafts: Sequence[Draft], now: datetime) -> None:
        """Take in the drafts of a batch, which are durable now; have their entries say what they wait for."""
        if not self:
            return
        for draft in drafts:
            name = draft.entry.name
            self._rations.note(name, Held(draft.labels, len(draft.state.clones)))
            if draft.granted:
                self._rations.note_made(draft.labels, draft.granted, now)
            if draft.refused and not draft.gone:
                self._waiting[name] = self._waits(draft)
            else:
                self._waiting.pop(name, None)
            draft.entry.cap = None
        for name, waiting in self._waiting.items():
            entry = self._fleet.entries[name]
            cap = self._rations.why(entry.labels, waiting.since, now)
            if cap != entry.cap:  # another limit may hold it up by now
                entry.cap, entry.encoded = cap, None

    def next_at(self, now: datetime) -> datetime | None:
        """Return when time alone next makes room for a ramp that waits; None if it never does."""
        if not self._waiting:
            return None
        return self._rations.next_at((self._fleet.entries[name].labels for name in self._waiting), now)


def _held(entry: Entry) -> Held:
    return Held(entry.labels, len(entry.state.clones))
