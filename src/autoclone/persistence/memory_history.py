"""The record of what ramps were told, in memory. It goes through text, as in every other store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from autoclone.core.model import RampState
from autoclone.persistence.history_codec import decode_heard, encode_heard
from autoclone.ports import History, Pruned, Steps


@dataclass(frozen=True, slots=True)
class _Kept:
    position: int
    at: datetime
    steps: Steps


class MemoryHistory:
    """What was recorded, in order."""

    def __init__(self) -> None:
        self._last = 0
        self._kept: list[_Kept] = []

    def append(self, recorded: Iterable[Steps]) -> None:
        """Add at the end."""
        for one in recorded:
            self._last += 1
            told = replace(one, heard=decode_heard(encode_heard(one.heard)))
            self._kept.append(_Kept(self._last, one.heard[0].now, told))

    def read(
        self, parent: str, state: RampState | None, *, since: datetime, after: int, limit: int
    ) -> History:
        """Return a page, as `Store.history`; `state` is what is stored."""
        mine = [one for one in self._kept if one.steps.parent == parent]
        start = after + 1 if after else _start(mine, since)
        found = list(islice((one for one in mine if one.position >= start), limit + 1))
        page = tuple(one.steps for one in found[:limit])
        if len(found) > limit:
            return History(page, next=found[limit - 1].position)
        return History(page, state=state)

    def prune(self, *, before: datetime, after: int, limit: int) -> Pruned:
        """Remove what is old in the next stretch, as `Store.prune_history`."""
        stretch = list(islice((one for one in self._kept if one.position > after), limit))
        if all(one.at >= before for one in stretch):
            return Pruned(position=after)
        gone = {one.position for one in stretch if one.at < before and self._superseded(one, before)}
        self._kept = [one for one in self._kept if one.position not in gone]
        return Pruned(len(gone), 0, stretch[-1].position, done=len(stretch) < limit)

    def _superseded(self, one: _Kept, before: datetime) -> bool:
        return any(
            later.position > one.position and later.at < before and later.steps.before is not None
            for later in self._kept
            if later.steps.parent == one.steps.parent
        )


def _start(mine: Sequence[_Kept], since: datetime) -> int:
    stated = [one for one in mine if one.steps.before is not None]
    old = [one for one in stated if one.at <= since]
    return (old[-1:] or stated[:1])[0].position if stated else 0
