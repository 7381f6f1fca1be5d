"""The wire, by kazoo: it works in threads of its own, and what they find out is handed to the event loop."""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any

from kazoo.exceptions import AuthFailedError, KazooException, NoAuthError, NoNodeError
from kazoo.handlers.threading import KazooTimeoutError
from kazoo.hosts import collect_hosts
from kazoo.protocol.states import KeeperState
from kazoo.recipe.lock import Lock

from election.base import Misconfigured
from election.kazoo_bridge import Bridge
from election.kazoo_client import Client, steady
from election.settings import CHROOT, DIGEST, HOSTS, ZooKeeperSettings
from election.wire import LinkEvent, Sight, Unreachable

logger = logging.getLogger(__name__)

EVENTS = {"CONNECTED": LinkEvent.UP, "SUSPENDED": LinkEvent.DOWN, "LOST": LinkEvent.ENDED}
ENTRY = "__lock__"
"""What kazoo's lock has in the names of its entries, before a number of ten digits."""


class KazooWire:
    """A connection by kazoo, and its lock recipe."""

    def __init__(self, settings: ZooKeeperSettings, address: str) -> None:
        """Take the settings, and the address that this candidate publishes in its entry."""
        self._settings = settings
        self._address = address
        self._client: Any = None
        self._candidacy: KazooCandidacy | None = None

    def start(self, listener: Callable[[LinkEvent], None]) -> None:
        """Start to connect."""
        settings = self._settings
        self._client = client = Client(settings)
        self._bridge = bridge = Bridge(client)
        self._news = lambda _event: bridge.post(listener, LinkEvent.NEWS)
        client.add_listener(lambda state: bridge.post(listener, EVENTS[state]))
        client.start_async()
        self._reviving = asyncio.create_task(self._revive())

    async def _revive(self) -> None:
        """Start the client again when its thread has ended by itself, which loses the session with it."""
        while True:
            await asyncio.sleep(self._settings.session_timeout.total_seconds() / 8)
            if self._client.gave_up:
                logger.warning("Kazoo has given the connection up: starting it again")
                await self._bridge.call(self._client.start_async)

    async def stop(self) -> None:
        """End the session; out of reach of the ensemble, give up the connection."""
        self._reviving.cancel()
        try:
            await self._bridge.call(self._client.stop)
        except KazooException as problem:
            logger.warning("The connection is left to end by itself: %r", problem)
        else:
            self._client.close()

    async def pulse(self) -> Sight:
        """Have the leader answer, and look at the queue."""
        client, path = self._client, self._settings.path
        try:
            await self._bridge.ask(client.sync_async, path)
            try:
                queue = await self._bridge.ask(client.get_children_async, path, self._news)
            except NoNodeError:
                await self._check_chroot()
                queue = []
            return await self._sight(sorted((name for name in queue if ENTRY in name), key=lambda n: n[-10:]))
        except (KazooException, KazooTimeoutError) as problem:
            raise translated(problem, self._settings) from problem

    async def _sight(self, queue: list[str]) -> Sight:
        own = self._candidacy.entry if self._candidacy else None
        primary = None
        if queue:
            try:
                data, _ = await self._bridge.ask(self._client.get_async, f"{self._settings.path}/{queue[0]}")
                primary = data.decode()
            except NoNodeError:
                pass  # it left this very moment, and the next pulse sees its successor
        return Sight(self._client.session_timeout, own in queue, queue[:1] == [own], primary)

    async def _check_chroot(self) -> None:
        if self._settings.chroot and not await self._bridge.ask(self._client.exists_async, "/"):
            shown = repr(self._settings.chroot)
            problem, remedy = "there is no such path in ZooKeeper", "Create it there first"
            raise Misconfigured(self._settings.called(CHROOT), shown, problem, remedy)

    def stand(self) -> "KazooCandidacy":
        """Make a candidacy."""
        self._candidacy = KazooCandidacy(self._client, self._bridge, self._settings, self._address)
        return self._candidacy

    async def diagnose(self) -> str:
        """Look whether the names of the servers resolve, which kazoo does not tell."""
        if self._client.client_state == KeeperState.AUTH_FAILED:
            return str(translated(AuthFailedError(), self._settings))
        hosts, _ = collect_hosts(self._settings.hosts)
        unknown = [host for host, port in hosts if not await _resolves(host, port)]
        problem = f"no server of this name: {', '.join(unknown)}" if unknown else "no server answers"
        remedy = "Check names and ports, and that most of the servers are up; connecting goes on meanwhile"
        return str(Misconfigured(self._settings.called(HOSTS), repr(self._settings.hosts), problem, remedy))


class KazooCandidacy:
    """One entry in the queue, by kazoo's lock."""

    def __init__(self, client: Client, bridge: Bridge, settings: ZooKeeperSettings, address: str) -> None:
        self._client = client
        self._lock = Lock(client, settings.path, address)
        self._lock._retry = steady(settings)  # noqa: SLF001 - kazoo's own waits for up to a minute
        self._bridge = bridge
        self._settings = settings
        self._waiting: asyncio.Future[Any] | None = None

    @property
    def entry(self) -> str | None:
        """The name of the entry, once it is made."""
        node: str | None = self._lock.node
        return node

    async def elected(self) -> None:
        """Enter the queue and wait to be its first."""
        self._waiting = self._bridge.call(self._lock.acquire)
        try:
            gotten = await asyncio.shield(self._waiting)
        except (KazooException, KazooTimeoutError) as problem:
            raise translated(problem, self._settings) from problem
        if not gotten:
            raise Unreachable("The lock was not to be had")

    async def withdraw(self) -> None:
        """Leave the queue, and wait for the ensemble to say so, but not for ever."""
        self._lock.cancel()
        patience = self._settings.session_timeout.total_seconds() / 2
        if self._waiting and self._client.connected:
            await asyncio.wait([self._waiting], timeout=patience)
        if self.entry and self._client.connected:
            left = self._bridge.ask(self._client.delete_async, f"{self._settings.path}/{self.entry}")
            await asyncio.wait([left], timeout=patience)


def translated(problem: Exception, settings: ZooKeeperSettings) -> Exception:
    """Return what an error of kazoo's means to an election."""
    if isinstance(problem, NoAuthError | AuthFailedError):
        shown = "not accepted" if settings.digest else "missing"
        refusal = f"{shown}: ZooKeeper lets nobody else at {settings.chroot}{settings.path}"
        return Misconfigured(settings.called(DIGEST), "", refusal, REMEDY)
    return Unreachable(repr(problem))


REMEDY = "Write the 'user:password' that the other servers have, or remove that path from ZooKeeper"


async def _resolves(host: str, port: int) -> bool:
    try:
        await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return True
