"""Pages follow what happens without being loaded again, and say so where they cannot."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, expect

from api.streams.hub import Hub
from autoclone.bootstrap.house import House
from autoclone.core.events import EventType
from autoclone.errors import NotPrimary
from autoclone.ports import DagStats
from browser_kit import PATIENCE_MS, STREAM, DayClock, Heard, assert_accessible, lived_in, window
from fake_service import FakeService
from serve_kit import serving

SIX_TIMES = 6.0
MORNING = datetime(2025, 1, 25, 8, 59, 55, tzinfo=ZoneInfo("America/New_York"))
DOCUMENT = {
    "nodes": [{"id": "tick", "type": "interval"}, {"id": "show", "type": "log"}],
    "edges": [["tick", "show"]],
    "autoclone": {
        "ramp_up_time": "0900",
        "ramp_down_time": "1700",
        "ramp_count": 3,
        "ramp_interval": "12s",
    },
}
ONE_SECOND_MS = 1000
# A page looks after ten seconds, whatever it has heard; and time stands while it is answered.
MOST_SECONDS = 15
# A page that was loaded again has forgotten this.
MARK = "window.marked = true"
STILL_MARKED = "window.marked === true"


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[tuple[House, str]]:
    """A whole server whose first window opens in a second, and whose minutes take ten seconds."""
    async with lived_in(tmp_path, DayClock(MORNING, SIX_TIMES)) as (house, url):
        await house.service.put({"name": "orders", **DOCUMENT})
        yield house, url


async def test_a_ramp_is_watched_without_loading_the_page_again(
    browser: Browser, house: tuple[House, str]
) -> None:
    async with window(browser, house[1]) as (page, heard):
        await page.goto("/")
        await page.evaluate(MARK)
        await expect(page.locator("#live")).to_have_text("Live")
        for count in range(1, 4):
            await expect(page.locator("tr.clone")).to_have_count(count, timeout=PATIENCE_MS)
        await expect(page.locator("#dag-orders")).to_contain_text("Status: active (3/3)")
        await house[0].service.stop("orders")
        await expect(page.locator("tr.clone")).to_have_count(0)
        await expect(page.locator("#dag-orders .badge").first).to_have_text("Stopped")
        assert await page.evaluate(STILL_MARKED)
        assert heard.complaints == []


async def test_details_and_counters_are_live_too(browser: Browser, house: tuple[House, str]) -> None:
    async with window(browser, house[1]) as (details, _), window(browser, house[1]) as (state, heard):
        await details.goto("/dags/orders")
        await state.goto("/dags/orders/state")
        for page in (details, state):
            await page.evaluate(MARK)
        await expect(details.locator(".events")).to_contain_text("ramp_up.completed", timeout=PATIENCE_MS)
        await expect(details.locator(".chips a")).to_have_count(3)
        first = await state.locator("#node-1 td").nth(5).inner_text()
        await expect(state.locator("#node-1 td").nth(5)).not_to_have_text(first)
        line = state.locator("#node-1 polyline")
        await expect(line).to_have_attribute("points", re.compile(r"\S+ \S+ \S+"))
        for page in (details, state):
            assert await page.evaluate(STILL_MARKED)
        assert heard.complaints == []


async def test_what_a_person_is_at_stays_as_it_is(browser: Browser, house: tuple[House, str]) -> None:
    async with window(browser, house[1]) as (page, _):
        await page.goto("/")
        await page.get_by_label("Search").fill("ord")
        stop = page.get_by_role("link", name="Stop orders")
        await stop.focus()
        await expect(page.locator("tr.clone")).to_have_count(2, timeout=PATIENCE_MS)
        await expect(stop).to_be_focused()
        await expect(page.get_by_label("Search")).to_have_value("ord")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await expect(page.locator("tr.clone")).to_have_count(3, timeout=PATIENCE_MS)
        await expect(page.get_by_role("dialog")).to_be_visible()
        await expect(page.get_by_role("link", name="Cancel")).to_be_focused()


class Counted:
    """A page whose time passes only as told, and how often it has fetched the list since it came to rest."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.fetched = 0

    async def open(self) -> None:
        """Open the list, and let the fetches of the beginning be over."""
        page = self._page
        await page.clock.install()
        await page.goto("/")
        await page.evaluate(
            """([stream, types]) => {
                window.heard = 0;
                window.source = new EventSource(stream);
                for (const type of types) window.source.addEventListener(type, () => window.heard++);
                return new Promise((opened) => window.source.addEventListener("open", opened));
            }""",
            [STREAM, list(EventType)],
        )
        now = datetime.fromtimestamp(await page.evaluate("Date.now()") / 1000, UTC)
        await page.clock.pause_at(now + timedelta(seconds=2))
        await expect(page.locator("#live")).to_have_text("Live")
        for _ in range(2):  # as it was opened, and as its stream was
            async with self.settled():
                await page.clock.run_for(2 * ONE_SECOND_MS)
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.fetched += request.url.endswith("/")

    @asynccontextmanager
    async def settled(self) -> AsyncIterator[None]:
        """Have what is asked for inside the block be answered before it ends."""
        yield
        await self._page.evaluate("fetch('/livez').then((answer) => answer.text())")

    async def waits_for(self, selector: str) -> None:
        """Let the page's time pass until it shows something, which takes no longer than it rests at most."""
        for _ in range(MOST_SECONDS):
            async with self.settled():
                await self._page.clock.run_for(ONE_SECOND_MS)
            if await self._page.locator(selector).is_visible():
                return
        pytest.fail(f"{selector} did not come")

    async def hears(self, events: int) -> None:
        """Wait until the page was told of so many events."""
        await self._page.wait_for_function("count => window.heard >= count", arg=events)


async def test_thousands_of_events_are_a_few_refreshes(page: Page, service: FakeService, hub: Hub) -> None:
    counted = Counted(page)
    await counted.open()
    for batch in range(1, 21):
        service.add_events("orders", *([EventType.CLONE_CREATED] * 200))
        hub.nudge()
        await counted.hears(200 * batch)
        await page.clock.run_for(ONE_SECOND_MS // 10)
    async with counted.settled():
        await page.clock.run_for(2 * ONE_SECOND_MS)
    assert 1 <= counted.fetched <= 5
    service.add("late")
    await counted.waits_for("#dag-late")


async def test_what_is_not_on_the_page_does_not_refresh_it(
    page: Page, service: FakeService, hub: Hub
) -> None:
    counted = Counted(page)
    await counted.open()
    for parent, fetches in (("elsewhere", {0, 1}), ("orders", {4, 5, 6})):  # one may be from the beginning
        for _ in range(5):
            service.add_events(parent, EventType.CLONE_CREATED)
            hub.nudge()
            await counted.hears(len(service.journal))
            async with counted.settled():
                await page.clock.run_for(ONE_SECOND_MS + 200)
        assert counted.fetched in fetches
        counted.fetched = 0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_it_comes_back_by_itself_after_a_restart(browser: Browser, tmp_path: Path) -> None:
    port = str(free_port())
    store = f"sqlite:///{tmp_path / 'autoclone.db'}"
    with serving(tmp_path) as serve:
        first = serve(port=port, store=store)
        url = await asyncio.to_thread(first.serves)
        async with window(browser, url) as (page, heard):
            await page.request.post("/api/v1/dags", data={"name": "orders", **DOCUMENT, "autoclone": {}})
            await page.goto("/")
            await page.evaluate(MARK)
            await expect(page.locator("#live")).to_have_text("Live")
            first.process.terminate()
            assert await asyncio.to_thread(first.ends) == 0
            live = page.locator("#live")
            await expect(live).to_have_text(re.compile(r"^Stale since \d\d:\d\d:\d\d$"), timeout=PATIENCE_MS)
            await expect(page.locator("#dag-orders")).to_be_visible()
            await assert_accessible(page)
            second = serve(port=port, store=store)
            await asyncio.to_thread(second.serves)
            await expect(live).to_have_text("Live", timeout=PATIENCE_MS)
            await page.request.post("/api/v1/dags/orders/suspend")
            await expect(page.locator("#dag-orders .badge").first).to_have_text(
                "Suspended", timeout=PATIENCE_MS
            )
            assert await page.evaluate(STILL_MARKED)
            heard.forget("Failed to load resource")
            assert heard.complaints == []


async def test_a_change_of_the_role_is_told_without_loading_the_page_again(
    page: Page, service: FakeService
) -> None:
    await page.goto("/server")
    await page.evaluate(MARK)
    primary = service.server()
    secondary = replace(primary, role="secondary", primary="http://10.0.0.2:8000")
    service.server = lambda: secondary  # type: ignore[method-assign]
    about = page.get_by_role("complementary", name="About this server")
    await expect(about).to_contain_text("This server is a secondary.")
    await expect(page.locator("#server")).to_contain_text("Secondary")
    service.server = lambda: primary  # type: ignore[method-assign]
    await expect(about).to_be_hidden()
    assert await page.evaluate(STILL_MARKED)


async def test_a_page_of_a_clone_that_goes_says_so(page: Page, heard: Heard, service: FakeService) -> None:
    clone = service.add_clone("orders")
    await page.goto(f"/dags/{clone}/state")
    await expect(page.locator("#live")).to_have_text("Live")
    del service.views[clone]
    await expect(page.locator("#live")).to_contain_text("Not there any more since")
    await expect(page.get_by_role("heading", level=1)).to_have_text(clone)
    heard.forget("404")


async def test_counters_of_one_that_is_primary_no_more_are_sought_where_they_are(
    page: Page, heard: Heard, service: FakeService
) -> None:
    await page.goto("/dags/orders/state")
    await expect(page.locator("#live")).to_have_text("Live")
    service.stats = _not_here(str(page.url).replace("/dags/orders/state", ""))  # type: ignore[method-assign]
    await page.wait_for_url("**/elsewhere/dags/orders/state")
    heard.forget("404")


def _not_here(here: str) -> Callable[[str], Awaitable[DagStats]]:
    async def stats(name: str) -> DagStats:
        raise NotPrimary(f"{here}/elsewhere")

    return stats
