"""Pages in a real browser, of servers on real ports. All of it on one loop, which the browser lives on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from api.app import create_app
from api.streams.hub import Hub
from autoclone.clock import SystemClock
from browser_kit import Heard, answered, chromium, window
from fake_service import FakeService

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as one:
        yield one


@pytest.fixture
def service() -> FakeService:
    service = FakeService()
    service.add("orders")
    return service


@pytest_asyncio.fixture(loop_scope="session")
async def hub(service: FakeService) -> AsyncIterator[Hub]:
    """What feeds streams from the journal of the service, once it is nudged."""
    hub = Hub(service, SystemClock(), most=10)
    feeding = asyncio.create_task(hub.run())
    yield hub
    feeding.cancel()
    await asyncio.wait((feeding,))


@pytest_asyncio.fixture(loop_scope="session")
async def url(service: FakeService, hub: Hub) -> AsyncIterator[str]:
    """The address of pages in front of a service that lives in memory."""
    app = create_app(service, hub, metrics=lambda: (b"", "text/plain"), max_body_bytes=2000, version="0.1.0")
    async with answered(app, hub) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def seat(browser: Browser, url: str) -> AsyncIterator[tuple[Page, Heard]]:
    """A window of its own, in which nothing at all may have been complained of in the end."""
    async with window(browser, url) as (page, heard):
        yield page, heard
        assert heard.complaints == []


@pytest.fixture
def page(seat: tuple[Page, Heard]) -> Page:
    """The page in that window."""
    return seat[0]


@pytest.fixture
def heard(seat: tuple[Page, Heard]) -> Heard:
    """What it complained of, for tests that provoke something."""
    return seat[1]
