"""Kazoo's client, with what an election needs to know of its session."""

from datetime import timedelta

from kazoo.client import KazooClient
from kazoo.protocol.connection import ConnectionHandler
from kazoo.retry import KazooRetry
from kazoo.security import CREATOR_ALL_ACL

from election.settings import ZooKeeperSettings


class Client(KazooClient):  # type: ignore[misc] # kazoo has no types
    """A client that keeps trying to connect, at a steady pace, and knows the session's timeout."""

    def __init__(self, settings: ZooKeeperSettings) -> None:
        """Make a client that is not started yet."""
        super().__init__(
            hosts=settings.hosts + settings.chroot,
            timeout=settings.session_timeout.total_seconds(),
            auth_data=[("digest", settings.digest)] if settings.digest else None,
            default_acl=CREATOR_ALL_ACL if settings.digest else None,
            connection_retry=steady(settings),
        )
        self.session_timeout = settings.session_timeout
        self._connection = _Connection(self, self._conn_retry.copy(), logger=self.logger)

    @property
    def gave_up(self) -> bool:
        """Whether the thread that keeps the connection has ended, as it does when an answer surprises it."""
        ended: bool = self._connection.connection_stopped.is_set()
        return ended


def steady(settings: ZooKeeperSettings) -> KazooRetry:
    """Return a way to try again and again, with backoff up to a part of the session's timeout."""
    longest = settings.session_timeout.total_seconds() / 16
    return KazooRetry(max_tries=-1, delay=min(longest, 0.1), max_delay=longest)


class _Connection(ConnectionHandler):  # type: ignore[misc] # kazoo has no types
    """A connection that keeps the timeout which the ensemble granted: kazoo uses it and throws it away."""

    def _connect(self, host: str, hostip: str, port: int) -> tuple[float, float]:
        read_timeout, connect_timeout = super()._connect(host, hostip, port)
        granted = read_timeout * 3 / 2  # kazoo waits for two thirds of it
        self.client.session_timeout = timedelta(milliseconds=granted)
        return read_timeout, connect_timeout
