"""Who a server is among others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from election.base import Election


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Who this server is among others.

    Attributes:
        owner: its name.
        address: where others reach it, None where nowhere.
        pulse: how often the lease is looked at, or renewed.
        alone: whether it shares the store with no other, so that to lose the lease is the end of it.
        stand: makes an election to take part in, each time it stands anew.
    """

    owner: str
    address: str | None
    pulse: timedelta
    alone: bool
    stand: Callable[[], Election]
