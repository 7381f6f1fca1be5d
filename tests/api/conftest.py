"""A client that talks to the API in front of a service that lives in memory."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from fake_service import FakeService

MAX_BODY_BYTES = 2000


@pytest.fixture
def service() -> FakeService:
    service = FakeService()
    service.add("orders")
    return service


@pytest.fixture(scope="session")
def built() -> FastAPI:
    """The application is made once, since describing it takes longer than most tests do."""
    return create_app(
        FakeService(),
        metrics=lambda: (b"autoclone_clones 1.0\n", "text/plain; version=1.0.0; charset=utf-8"),
        max_body_bytes=MAX_BODY_BYTES,
        version="0.1.0",
    )


@pytest.fixture
def app(built: FastAPI, service: FakeService) -> FastAPI:
    built.state.service = service
    return built


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://autoclone.test") as client:
        yield client
