"""How to reach an ensemble, checked before anything is connected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from kazoo.hosts import collect_hosts

from election.base import Misconfigured

HOSTS = "zookeeper_hosts"
CHROOT = "zookeeper_chroot"
DIGEST = "zookeeper_digest"
SESSION_TIMEOUT = "zookeeper_session_timeout"

SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ZooKeeperSettings:
    """How to reach an ensemble.

    Attributes:
        hosts: `host:port` of its servers, separated by commas; without a port, 2181.
        chroot: a path that exists in it, under which everything is kept; empty for the root.
        digest: `user:password`, empty for none. What is created then belongs to that user alone.
        session_timeout: how long the ensemble waits for a silent server before another is elected. The
            ensemble may grant less or more.
        path: where the candidates queue, under the chroot. Those with the same path elect one among them.
        called: turns the name of one of these settings into what its user calls it, for what is said of it.

    Raises:
        Misconfigured: a value cannot be meant.
    """

    hosts: str
    chroot: str = ""
    digest: str = field(default="", repr=False)
    session_timeout: timedelta = timedelta(seconds=10)
    path: str = "/election"
    called: Callable[[str], str] = field(default=str, repr=False)

    def __post_init__(self) -> None:
        """Check each value."""
        self._check_hosts()
        if self.chroot and (not self.chroot.startswith("/") or self.chroot.endswith("/")):
            remedy = "Write it as in '/autoclone', or leave it empty"
            raise Misconfigured(self.called(CHROOT), repr(self.chroot), "this is no path", remedy)
        user, colon, password = self.digest.partition(":")
        if self.digest and not (user and colon and password):  # the value is a secret, so it is not shown
            remedy = "Write them as in 'user:password'"
            raise Misconfigured(self.called(DIGEST), "", "this is no user and password", remedy)
        if self.session_timeout < SHORTEST:
            shown = f"{self.session_timeout.total_seconds():g}s"
            raise Misconfigured(self.called(SESSION_TIMEOUT), shown, "this is too short", "Write 1s or more")

    def _check_hosts(self) -> None:
        try:
            _, chroot = collect_hosts(self.hosts)
        except ValueError:
            problem = "this is no list of servers"
        else:
            if not chroot:
                return
            problem = f"the path has a setting of its own, which is {self.called(CHROOT)}"
        remedy = "Write the servers as in 'zk1:2181,zk2:2181,zk3:2181'"
        raise Misconfigured(self.called(HOSTS), repr(self.hosts), problem, remedy)
