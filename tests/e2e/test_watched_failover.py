"""A failover as people watch it: pages that are open on each of three servers while the primary is killed."""

import re
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Page, expect

from browser_kit import Heard, chromium, window
from postgres_kit import Postgres
from trio import trio
from zookeeper_kit import Ensemble

DOCUMENT = {
    "name": "orders",
    "nodes": [{"id": "tick", "type": "interval"}, {"id": "show", "type": "log"}],
    "edges": [["tick", "show"]],
    "autoclone": {"ramp_up_time": "0000", "ramp_down_time": "2359", "ramp_count": 2, "ramp_interval": "1s"},
}
MARK = "window.marked = true"
STILL_MARKED = "window.marked === true"
WITHIN_MS = 30_000
STALE = re.compile(r"^Stale since \d\d:\d\d:\d\d$")


async def test_open_pages_live_through_it(tmp_path: Path, zookeepers: Ensemble, postgres: Postgres) -> None:
    async with (
        trio(tmp_path, zookeepers, postgres) as three,
        chromium() as browser,
        AsyncExitStack() as open_,
    ):
        await three.start()
        first = await three.primary()
        await first.put("/api/v1/dags/orders", DOCUMENT)
        seen: dict[str, tuple[Page, Heard]] = {}
        for server in three.servers:
            page, heard = seen[server.name] = await open_.enter_async_context(window(browser, server.url))
            await page.goto("/")
            await page.evaluate(MARK)
            await expect(page.locator("tr.clone")).to_have_count(2, timeout=WITHIN_MS)
            about = page.get_by_role("complementary", name="About this server")
            await expect(about).to_have_count(0 if server is first else 1)
        first.kill()
        page, _ = seen[first.name]
        await expect(page.locator("#live")).to_have_text(STALE, timeout=WITHIN_MS)
        second = await three.until(lambda: three.acting_but(first))
        page, _ = seen[second.name]
        await expect(page.get_by_role("complementary")).to_have_count(0, timeout=WITHIN_MS)
        await page.get_by_role("link", name="Stop orders").click()
        await page.get_by_role("dialog").get_by_role("button", name="Stop").click()
        first.start()
        for page, heard in seen.values():
            await expect(page.locator("#live")).to_have_text("Live", timeout=WITHIN_MS)
            await expect(page.locator("tr.clone")).to_have_count(0, timeout=WITHIN_MS)
            assert await page.evaluate(STILL_MARKED)
            heard.forget("Failed to load resource")
            assert heard.complaints == []
