"""A client that talks to the API in front of a service that lives in memory."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.streams.hub import Hub
from fake_service import NOON, FakeService
from virtual_clock import VirtualClock

MAX_BODY_BYTES = 2000
MOST_STREAMS = 3


@pytest.fixture
def service() -> FakeService:
    service = FakeService()
    service.add("orders")
    return service


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
async def hub(service: FakeService, clock: VirtualClock) -> AsyncIterator[Hub]:
    """What feeds streams from the journal of the service."""
    hub = Hub(service, clock, most=MOST_STREAMS)
    running = asyncio.create_task(hub.run())
    yield hub
    running.cancel()
    await asyncio.wait((running,))


@pytest.fixture(scope="session")
def built() -> FastAPI:
    """The application is made once, since describing it takes longer than most tests do."""
    service = FakeService()
    return create_app(
        service,
        Hub(service, VirtualClock(NOON), most=MOST_STREAMS),
        metrics=lambda: (b"autoclone_clones 1.0\n", "text/plain; version=1.0.0; charset=utf-8"),
        max_body_bytes=MAX_BODY_BYTES,
        version="0.1.0",
    )


@pytest.fixture
def app(built: FastAPI, service: FakeService, hub: Hub) -> FastAPI:
    built.state.service = service
    built.state.hub = hub
    return built


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://autoclone.test") as client:
        yield client
