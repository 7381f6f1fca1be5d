"""A day of a ramp on a server in virtual time, to look back on over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.streams.hub import Hub
from engine_world import MINUTE, Server, World, document


@asynccontextmanager
async def looked_back(*, minutes: int = 6) -> AsyncIterator[tuple[AsyncClient, Server, World]]:
    """Serve a DAG from just before nine until some minutes later, and a client that asks."""
    world = World()
    async with world.server() as server:
        await server.put(document())
        await world.clock.advance(timedelta(minutes=minutes))
        app = create_app(
            server.service,
            Hub(server.service, world.clock, most=1),
            metrics=lambda: (b"", "text/plain"),
            max_body_bytes=2000,
            version="0.1.0",
        )
        async with AsyncClient(transport=ASGITransport(app), base_url="http://autoclone.test") as client:
            yield client, server, world


PATH = "/api/v1/dags/orders/replay"
LATER = 3 * MINUTE
