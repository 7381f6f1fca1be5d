"""What a server may do, as three small tables.

Two authorities are asked. ZooKeeper *elects*: its connection and its lock give a server a mandate. The store
*fences*: its lease and its epoch say whose writes it takes, and give it a title. A server acts where the two
agree, and where ZooKeeper cannot be asked, on the title alone. Each pair is written here and nowhere else:
a missing key is a programming error and raises. docs/election.md is made from these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Connection(StrEnum):
    """How things stand with ZooKeeper."""

    CONNECTED = "connected"
    """There is a session, and the ensemble has answered in it lately."""
    SUSPENDED = "suspended"
    """The connection is down or silent; on the servers the session still lives."""
    LOST = "lost"
    """There is no session, or it may be over on the servers by now."""
    UNAVAILABLE = "unavailable"
    """No answer for so long that somebody else would have been elected, were ZooKeeper there."""


class Lock(StrEnum):
    """Who holds the lock in ZooKeeper."""

    HELD = "held"
    """This server, in the session that it has or last had."""
    OTHERS = "others"
    """Another server."""
    UNDECIDED = "undecided"
    """Not known, or nobody yet."""
    RESIGNED = "resigned"
    """This server has given it up for good, whoever has it now."""


class Lease(StrEnum):
    """Who holds the lease in the store, as far as this server knows."""

    HELD = "held"
    """This server, and the store has said so lately."""
    UNCONFIRMED = "unconfirmed"
    """This server, but the store has not answered for a while: one that is elected may have it by now."""
    FREE = "free"
    """Nobody, or another server that was not heard of for the whole of the lease: anybody may claim it."""
    SILENT = "silent"
    """Another server, which was not heard of for a while: one that is elected may claim it."""
    TAKEN = "taken"
    """Another server, which was heard of lately."""
    UNKNOWN = "unknown"
    """The store was not asked, or has not answered for so long that anybody may have it."""


class Epoch(StrEnum):
    """How the epoch that this server claimed compares with the one in force in the store."""

    CURRENT = "current"
    """It is the one in force."""
    STALE = "stale"
    """A newer one is in force."""
    NONE = "none"
    """This server has claimed none."""


class Mandate(StrEnum):
    """What ZooKeeper's side comes to."""

    ELECTED = "elected"
    """ZooKeeper has elected this server."""
    PENDING = "pending"
    """ZooKeeper answers, and nobody is known to be elected yet."""
    PAUSED = "paused"
    """This server was elected, or might be, and cannot be sure of it at this moment."""
    DEFAULT = "default"
    """ZooKeeper elects nobody, so that the store alone decides."""
    NONE = "none"
    """Another is or may be elected, or this server has resigned."""


class Title(StrEnum):
    """What the store's side comes to."""

    MINE = "mine"
    """Lease and epoch are this server's: the store takes its writes."""
    UNSURE = "unsure"
    """They were this server's when the store last answered, and still are unless another was elected."""
    HALF = "half"
    """The lease is this server's, but its epoch is not in force: it has to be claimed anew."""
    OPEN = "open"
    """Nobody's: it may be claimed."""
    VACANT = "vacant"
    """Of one that is silent: whoever is elected may claim it."""
    BARRED = "barred"
    """Another's, or not known."""


class Role(StrEnum):
    """What a server is."""

    PRIMARY = "primary"
    """Elected, and it acts."""
    DEFAULT_PRIMARY = "default_primary"
    """It acts because ZooKeeper elects nobody and the store has given it the lease."""
    SUSPENDED = "suspended"
    """It was primary and may be so again in a moment. It issues nothing."""
    SECONDARY = "secondary"
    """It answers reads, and names the primary where that is known."""

    @property
    def acts(self) -> bool:
        """Whether it may issue commands."""
        return self in {Role.PRIMARY, Role.DEFAULT_PRIMARY}


class LeaseStep(StrEnum):
    """What to do about the lease in the store."""

    CLAIM = "claim"
    """Claim it together with a new epoch, in one transaction that fails where another holds it."""
    RENEW = "renew"
    """Keep it from running out."""
    RELEASE = "release"
    """Give it up, so that the next primary does not have to wait until it has run out."""
    LEAVE = "leave"
    """Do nothing but look at it again later."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a server is, and what it does about the lease."""

    role: Role
    lease: LeaseStep


MANDATES: Mapping[tuple[Connection, Lock], Mandate] = MappingProxyType(
    {
        (Connection.CONNECTED, Lock.HELD): Mandate.ELECTED,
        (Connection.CONNECTED, Lock.OTHERS): Mandate.NONE,
        (Connection.CONNECTED, Lock.UNDECIDED): Mandate.PENDING,
        (Connection.CONNECTED, Lock.RESIGNED): Mandate.NONE,
        (Connection.SUSPENDED, Lock.HELD): Mandate.PAUSED,
        (Connection.SUSPENDED, Lock.OTHERS): Mandate.NONE,
        (Connection.SUSPENDED, Lock.UNDECIDED): Mandate.PAUSED,
        (Connection.SUSPENDED, Lock.RESIGNED): Mandate.NONE,
        (Connection.LOST, Lock.HELD): Mandate.NONE,
        (Connection.LOST, Lock.OTHERS): Mandate.NONE,
        (Connection.LOST, Lock.UNDECIDED): Mandate.NONE,
        (Connection.LOST, Lock.RESIGNED): Mandate.NONE,
        (Connection.UNAVAILABLE, Lock.HELD): Mandate.DEFAULT,
        (Connection.UNAVAILABLE, Lock.OTHERS): Mandate.DEFAULT,
        (Connection.UNAVAILABLE, Lock.UNDECIDED): Mandate.DEFAULT,
        (Connection.UNAVAILABLE, Lock.RESIGNED): Mandate.NONE,
    }
)

TITLES: Mapping[tuple[Lease, Epoch], Title] = MappingProxyType(
    {
        (Lease.HELD, Epoch.CURRENT): Title.MINE,
        (Lease.HELD, Epoch.STALE): Title.HALF,
        (Lease.HELD, Epoch.NONE): Title.HALF,
        (Lease.UNCONFIRMED, Epoch.CURRENT): Title.UNSURE,
        (Lease.UNCONFIRMED, Epoch.STALE): Title.BARRED,
        (Lease.UNCONFIRMED, Epoch.NONE): Title.BARRED,
        (Lease.FREE, Epoch.CURRENT): Title.OPEN,
        (Lease.FREE, Epoch.STALE): Title.OPEN,
        (Lease.FREE, Epoch.NONE): Title.OPEN,
        (Lease.SILENT, Epoch.CURRENT): Title.VACANT,
        (Lease.SILENT, Epoch.STALE): Title.VACANT,
        (Lease.SILENT, Epoch.NONE): Title.VACANT,
        (Lease.TAKEN, Epoch.CURRENT): Title.BARRED,
        (Lease.TAKEN, Epoch.STALE): Title.BARRED,
        (Lease.TAKEN, Epoch.NONE): Title.BARRED,
        (Lease.UNKNOWN, Epoch.CURRENT): Title.BARRED,
        (Lease.UNKNOWN, Epoch.STALE): Title.BARRED,
        (Lease.UNKNOWN, Epoch.NONE): Title.BARRED,
    }
)

_IDLE = Verdict(Role.SECONDARY, LeaseStep.LEAVE)
_CLAIM = Verdict(Role.SECONDARY, LeaseStep.CLAIM)
_RELEASE = Verdict(Role.SECONDARY, LeaseStep.RELEASE)
_WAIT = Verdict(Role.SUSPENDED, LeaseStep.RENEW)

VERDICTS: Mapping[tuple[Mandate, Title], Verdict] = MappingProxyType(
    {
        (Mandate.ELECTED, Title.MINE): Verdict(Role.PRIMARY, LeaseStep.RENEW),
        (Mandate.ELECTED, Title.UNSURE): _WAIT,
        (Mandate.ELECTED, Title.HALF): _CLAIM,
        (Mandate.ELECTED, Title.OPEN): _CLAIM,
        (Mandate.ELECTED, Title.VACANT): _CLAIM,
        (Mandate.ELECTED, Title.BARRED): _IDLE,
        (Mandate.PENDING, Title.MINE): Verdict(Role.DEFAULT_PRIMARY, LeaseStep.RENEW),
        (Mandate.PENDING, Title.UNSURE): _IDLE,
        (Mandate.PENDING, Title.HALF): _RELEASE,
        (Mandate.PENDING, Title.OPEN): _IDLE,
        (Mandate.PENDING, Title.VACANT): _IDLE,
        (Mandate.PENDING, Title.BARRED): _IDLE,
        (Mandate.PAUSED, Title.MINE): _WAIT,
        (Mandate.PAUSED, Title.UNSURE): _WAIT,
        (Mandate.PAUSED, Title.HALF): _RELEASE,
        (Mandate.PAUSED, Title.OPEN): _IDLE,
        (Mandate.PAUSED, Title.VACANT): _IDLE,
        (Mandate.PAUSED, Title.BARRED): _IDLE,
        (Mandate.DEFAULT, Title.MINE): Verdict(Role.DEFAULT_PRIMARY, LeaseStep.RENEW),
        (Mandate.DEFAULT, Title.UNSURE): _IDLE,
        (Mandate.DEFAULT, Title.HALF): _CLAIM,
        (Mandate.DEFAULT, Title.OPEN): _CLAIM,
        (Mandate.DEFAULT, Title.VACANT): _IDLE,
        (Mandate.DEFAULT, Title.BARRED): _IDLE,
        (Mandate.NONE, Title.MINE): _RELEASE,
        (Mandate.NONE, Title.UNSURE): _RELEASE,
        (Mandate.NONE, Title.HALF): _RELEASE,
        (Mandate.NONE, Title.OPEN): _IDLE,
        (Mandate.NONE, Title.VACANT): _IDLE,
        (Mandate.NONE, Title.BARRED): _IDLE,
    }
)


def decide(connection: Connection, lock: Lock, lease: Lease, epoch: Epoch) -> Verdict:
    """Return what a server is, and what it does about the lease in the store.

    Args:
        connection: how things stand with ZooKeeper.
        lock: who holds the lock there.
        lease: who holds the lease in the store.
        epoch: how this server's epoch compares with the one in force.
    """
    return VERDICTS[MANDATES[connection, lock], TITLES[lease, epoch]]
