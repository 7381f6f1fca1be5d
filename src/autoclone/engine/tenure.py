"""What this server knows of the lease in the store. Time is an argument: seconds of the monotonic clock."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from autoclone.ports import Lease
from election.role import Epoch
from election.role import Lease as Holder

# Parts of ZooKeeper's session timeout. A holder stops well before the earliest claim of one that is elected,
# however their looks at the store fall.
SURE = 3 / 8
SILENCE = 1 / 2
# Of the lease: whoever holds it gives it up well before anybody may claim it without being elected.
HELD = 3 / 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """For how long what the store said stays true.

    Attributes:
        sure: this server's lease: from when the question was asked that the store answered last.
        held: likewise; from then on anybody may have it.
        silence: another server's lease: one that is elected takes it when it was not heard of for so long.
        term: what a new holder asks others to wait before they claim the lease without being elected.
    """

    sure: timedelta
    held: timedelta
    silence: timedelta
    term: timedelta

    @classmethod
    def alone(cls) -> Self:
        """Return that of a server that shares its store with no other: it may claim whatever it finds."""
        return cls(sure=timedelta.max, held=timedelta.max, silence=timedelta(), term=timedelta())

    @classmethod
    def among(cls, session_timeout: timedelta, lease: timedelta) -> Self:
        """Return that of one among several servers.

        Args:
            session_timeout: ZooKeeper's, as all of them have it.
            lease: how long the primary may be out of the store's reach before it has to step down.
        """
        return cls(
            sure=SURE * session_timeout,
            held=max(SURE * session_timeout, HELD * lease),
            silence=SILENCE * session_timeout,
            term=max(session_timeout, lease),
        )


class Tenure:
    """Who holds the lease, as far as can be told at any instant.

    Attributes:
        epoch: the last one that this server has claimed; 0 before the first.
        seen: the lease as it was last read, None before the first time.
    """

    def __init__(self, patience: Patience) -> None:
        self.epoch = 0
        self.seen: Lease | None = None
        self._patience = patience
        self._first = self._last = 0.0
        self._reached: float | None = None
        self._confirmed: float | None = None

    @property
    def term(self) -> timedelta:
        """What this server, once it holds the lease, asks others to wait."""
        return self._patience.term

    @property
    def holding(self) -> bool:
        """Whether this server has claimed the lease and not lost it or given it up since."""
        return self._confirmed is not None

    def looked(self, asked: float, answered: float, lease: Lease) -> None:
        """Take in what was read: asked for at `asked`, there at `answered`."""
        if self.seen is None or self.seen.version != lease.version:
            self._first = answered
        self.seen, self._last = lease, asked
        self._reached = asked

    def claimed(self, asked: float, epoch: int) -> None:
        """Take in that the store has given this server the lease, with a new epoch."""
        self.epoch, self._confirmed = epoch, asked
        self._reached = asked

    def confirmed(self, asked: float) -> None:
        """Take in that the store has taken a write which was sent at `asked`.

        What has ended since stays ended: it is claimed anew, so that no two reigns share an epoch.
        """
        self._reached = asked
        if self.holding:
            self._confirmed = asked

    def ended(self) -> None:
        """Take in that another has the lease, or that it was given up: it has to be claimed anew."""
        self._confirmed = self.seen = None

    def out_of_reach(self, now: float) -> bool:
        """Return whether the store has not answered for as long as this server could have kept the lease."""
        return self._reached is None or timedelta(seconds=now - self._reached) >= self._patience.held

    def at(self, now: float) -> tuple[Holder, Epoch]:
        """Return who holds the lease at `now`, and how this server's epoch compares with the one in force."""
        if self._confirmed is not None:
            return self._own(timedelta(seconds=now - self._confirmed)), Epoch.CURRENT
        return self._others(), Epoch.STALE if self.epoch else Epoch.NONE

    def _own(self, age: timedelta) -> Holder:
        if age < self._patience.sure:
            return Holder.HELD
        return Holder.UNCONFIRMED if age < self._patience.held else Holder.UNKNOWN

    def _others(self) -> Holder:
        if self.seen is None:
            return Holder.UNKNOWN
        if not self.seen.owner:
            return Holder.FREE
        if self.seen.epoch == self.epoch:
            return Holder.HELD
        # Only what was looked at counts: a store that cannot be asked is no sign of anybody's death.
        unheard = timedelta(seconds=max(0.0, self._last - self._first))
        if unheard >= self.seen.term and unheard >= self._patience.silence:
            return Holder.FREE
        return Holder.SILENT if unheard >= self._patience.silence else Holder.TAKEN
