"""Pages in a real browser, of servers on real ports. All of it on one loop, which the browser lives on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Browser, Page

from api.app import create_app
from browser_kit import answered, chromium, window
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


@pytest.fixture
def app(service: FakeService) -> FastAPI:
    return create_app(service, metrics=lambda: (b"", "text/plain"), max_body_bytes=2000, version="0.1.0")


@pytest_asyncio.fixture(loop_scope="session")
async def url(app: FastAPI) -> AsyncIterator[str]:
    """The address of pages in front of a service that lives in memory."""
    async with answered(app) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    """A page of its own, which may complain of nothing at all."""
    async with window(browser, url) as (page, heard):
        yield page
        assert heard.complaints == []
