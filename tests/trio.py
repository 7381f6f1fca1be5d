"""Three real servers over one ZooKeeper ensemble and one PostgreSQL, each of which can be hurt by itself.

    async with trio(tmp_path, ensemble, postgres) as three:
        await three.start()
        primary = await three.primary()
        primary.kill()
        await three.until(lambda: three.acting_but(primary), within=timedelta(seconds=3))

Each server reaches ZooKeeper and PostgreSQL through links of its own, which can be cut, or held so that
nobody notices. The links are carried by the test's own event loop: whatever blocks it blocks them all.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from inspect import isawaitable
from pathlib import Path
from typing import Any, TypeVar

import httpx
from kazoo.client import KazooClient

from cluster.ports import free_ports
from cluster.server import SERVE, Server, Shared
from postgres_kit import Postgres
from tcp_proxy import Proxy, proxy
from zookeeper_kit import Ensemble

T = TypeVar("T")

SIZE = 3
SESSION = timedelta(seconds=2)
LEASE = timedelta(seconds=2)
INTERVAL = timedelta(milliseconds=500)
WITHIN = timedelta(seconds=30)
POLL_SECONDS = 0.05
ANSWER_SECONDS = 2.0
SETTINGS = {
    "AUTOCLONE_RAMP_INTERVAL": "500ms",
    "AUTOCLONE_ZOOKEEPER_SESSION_TIMEOUT": "2s",
    "AUTOCLONE_LEASE": "2s",
    "AUTOCLONE_DRAIN_TIMEOUT": "500ms",
    "AUTOCLONE_TIMEZONE": "UTC",
}


class Links:
    """The ways from one server to one service."""

    def __init__(self, proxies: Sequence[Proxy]) -> None:
        self._proxies = proxies

    @property
    def ports(self) -> list[int]:
        return [one.port for one in self._proxies]

    def cut(self) -> None:
        """Break every connection, and each new one at once."""
        for one in self._proxies:
            one.cut()

    def hold(self) -> None:
        """Let both ends fall silent to each other, with the connection open."""
        for one in self._proxies:
            one.hold()

    def heal(self) -> None:
        """Carry again, also what was held."""
        for one in self._proxies:
            one.heal()


class TrioServer(Server):
    """One of the three: the same port, name and database from start to start."""

    def __init__(
        self, number: int, folder: Path, port: int, shared: Shared, *, zookeeper: Links, postgres: Links
    ) -> None:
        super().__init__(number, folder, port, shared)
        self.zookeeper = zookeeper
        self.postgres = postgres

    async def end(self) -> None:
        """SIGTERM, and wait until it has ended, while the links go on."""
        await asyncio.to_thread(self.stop)

    async def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        follow: bool = False,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Ask it, and follow where it sends one on to only if told.

        Raises:
            httpx.TransportError: it cannot be reached, or does not answer in time.
        """
        # Without TLS there is nothing to verify, and reading the certificates takes longer than the request.
        async with httpx.AsyncClient(
            base_url=self.url,
            timeout=ANSWER_SECONDS,
            trust_env=False,
            verify=False,  # noqa: S501 - there is no TLS on the loopback interface
        ) as client:
            return await client.request(method, path, json=body, headers=headers, follow_redirects=follow)

    async def get(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON it is
        """What it answers as JSON, with status 200. Raises httpx.HTTPError for everything else."""
        return (await self.request("GET", path)).raise_for_status().json()

    async def put(self, path: str, body: object) -> httpx.Response:
        """Send JSON, on to where it sends one to."""
        return await self.request("PUT", path, body, follow=True)

    async def says(self) -> dict[str, Any] | None:
        """What it says at /api/v1/server; None where it does not answer."""
        try:
            told: dict[str, Any] = await self.get("/api/v1/server")
        except httpx.HTTPError:
            return None
        return told

    async def answers(self) -> bool:
        return await self.says() is not None

    async def role(self) -> str | None:
        """`primary` or `secondary`; None where it does not answer."""
        told = await self.says()
        return None if told is None else str(told["role"])


class Trio:
    """The three, and what they stand on. Stop and start `ensemble` and `postgres` at will, in a thread."""

    def __init__(
        self,
        servers: Sequence[TrioServer],
        ensemble: Ensemble,
        postgres: Postgres,
        database: str,
        chroot: str,
    ) -> None:
        self.servers = tuple(servers)
        self.ensemble = ensemble
        self.postgres = postgres
        self.database = database
        self.chroot = chroot

    def server(self, number: int) -> TrioServer:
        """The server of that number: 1, 2 or 3."""
        return self.servers[number - 1]

    async def start(self, within: timedelta = WITHIN) -> None:
        """Start those that do not run, and wait until all of them answer."""
        for one in self.servers:
            if not one.running:
                one.start()
        for one in self.servers:
            await self.until(one.answers, within)

    async def acting(self) -> list[TrioServer]:
        """Those that say they are primary, asked all at once."""
        alive = [one for one in self.servers if one.running]
        roles = await asyncio.gather(*(one.role() for one in alive))
        return [one for one, role in zip(alive, roles, strict=True) if role == "primary"]

    async def acting_but(self, former: TrioServer) -> TrioServer | None:
        """Another than the former that says it is primary, if there is one."""
        return next((one for one in await self.acting() if one is not former), None)

    async def primary(self, within: timedelta = WITHIN) -> TrioServer:
        """Wait until exactly one says that it is primary, and return it."""

        async def the_one() -> TrioServer | None:
            acting = await self.acting()
            return acting[0] if len(acting) == 1 else None

        return await self.until(the_one, within)

    async def until(
        self, predicate: Callable[[], T | Awaitable[T | None] | None], within: timedelta = WITHIN
    ) -> T:
        """Ask until the answer is true or the like, and return it. The predicate may be a coroutine function.

        Raises:
            AssertionError: it did not come true in time; with the end of each server's log.
        """
        end = asyncio.get_running_loop().time() + within.total_seconds()
        while True:
            asked = predicate()
            answer = await asked if isawaitable(asked) else asked
            if answer:
                return answer
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"Not so within {within.total_seconds():g} s.\n{self.logs()}")
            await asyncio.sleep(POLL_SECONDS)

    def sql(self, statement: str) -> str:
        """Ask the database itself, past every server; a line a row."""
        return self.postgres.sql(statement, self.database)

    def logs(self) -> str:
        """The end of each server's log."""
        return "\n".join(f"--- {one.name}\n{one.log[-3000:]}" for one in self.servers)


@asynccontextmanager
async def trio(
    folder: Path,
    ensemble: Ensemble,
    postgres: Postgres,
    *,
    settings: dict[str, str] | None = None,
    command: Sequence[str] = SERVE,
) -> AsyncIterator[Trio]:
    """Make three servers, none of them started yet, with a database and a place in ZooKeeper of their own.

    Args:
        folder: where they run and log.
        ensemble: one that serves. It may be killed afterwards.
        postgres: one that serves.
        settings: by variable, besides and before SETTINGS, such as AUTOCLONE_DAGS.
        command: the program, `autoclone serve` if not told.
    """
    database = await asyncio.to_thread(postgres.database)
    chroot = f"/trio-{secrets.token_hex(4)}"
    await asyncio.to_thread(_create, ensemble.hosts, chroot)
    common = {**SETTINGS, "AUTOCLONE_ZOOKEEPER_CHROOT": chroot, **(settings or {})}
    async with AsyncExitStack() as stack:
        servers = []
        for number, port in enumerate(free_ports(SIZE), 1):
            zookeeper = await _links(stack, [node.port for node in ensemble.nodes])
            store = await _links(stack, [postgres.port])
            shared = Shared(
                postgres.address(database, port=store.ports[0]),
                ",".join(f"127.0.0.1:{port}" for port in zookeeper.ports),
                common,
                command,
            )
            home = folder / f"autoclone-{number}"
            servers.append(TrioServer(number, home, port, shared, zookeeper=zookeeper, postgres=store))
            stack.callback(servers[-1].kill)
        yield Trio(servers, ensemble, postgres, database, chroot)


async def _links(stack: AsyncExitStack, ports: Sequence[int]) -> Links:
    return Links([await stack.enter_async_context(proxy(port)) for port in ports])


def _create(hosts: str, path: str) -> None:
    client = KazooClient(hosts, timeout=10)
    try:
        client.start(timeout=WITHIN.total_seconds())
        client.ensure_path(path)
    finally:
        client.stop()
        client.close()
