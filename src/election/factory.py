"""How to make an election that ZooKeeper decides. Importing this needs kazoo, the extra `zookeeper`."""

from election.base import Clock, Election
from election.kazoo_wire import KazooWire
from election.settings import ZooKeeperSettings
from election.zookeeper import ZooKeeperElection


def zookeeper_election(settings: ZooKeeperSettings, clock: Clock, *, address: str) -> Election:
    """Make a candidate, which is to be opened on the event loop that it shall run on.

    Args:
        settings: how to reach the ensemble.
        clock: the time.
        address: what the candidate advertises, for the others to know where the primary is.
    """
    wire = KazooWire(settings, address)
    return ZooKeeperElection(wire, clock, address=address, session_timeout=settings.session_timeout)
