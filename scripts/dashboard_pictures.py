"""Draws the pictures of the dashboard in docs/pictures, from what a real server shows in Chromium.

The server has a clock of its own, which is set to the morning of the day in the pictures and goes thirty
times as fast. Takes about half a minute. Needs what `make services` and the tests install.
"""

import asyncio
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Page

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))  # where the browser and the server for it are kept

from browser_kit import DESK, PHONE, DayClock, chromium, lived_in, window  # noqa: E402 - only now is it found

PICTURES = ROOT / "docs" / "pictures"
MORNING = datetime(2025, 1, 25, 8, 54, 45, tzinfo=ZoneInfo("America/New_York"))
SPEED = 30.0
# What each picture shows: the page, the window, and its colours.
SHOTS: dict[str, tuple[str, dict[str, int], str]] = {
    "dashboard_list": ("/", DESK, "light"),
    "dashboard_list_dark": ("/", DESK, "dark"),
    "dashboard_details": ("/dags/order_processing", DESK, "light"),
    "dashboard_ask": ("/", DESK, "light"),
    "dashboard_phone": ("/", PHONE, "light"),
    "dashboard_server": ("/server", DESK, "light"),
    "dashboard_try": ("/try?dag=order_processing&ramp_count=8&ramp_interval=10m&ramp_step=2", DESK, "light"),
    "dashboard_timeline": ("/dags/order_processing/timeline", DESK, "light"),
    "dashboard_fleet": ("/fleet", DESK, "dark"),
    "dashboard_state": ("/dags/order_processing/state", DESK, "dark"),
}
TICK = {"id": "tick", "type": "interval", "params": {"every": "1s"}}
SMALL: dict[str, Any] = {"nodes": [TICK, {"id": "show", "type": "log"}], "edges": [["tick", "show"]]}
ORDERS: dict[str, Any] = {
    "start_time": "0700",
    "end_time": "2000",
    "nodes": [
        {"id": "orders", "type": "interval", "params": {"every": "250ms"}},
        {"id": "large", "type": "filter", "params": {"field": "sequence", "op": "ge", "value": 3}},
        {"id": "dear", "type": "filter", "params": {"field": "price", "op": "ge", "value": 100}},
        {
            "id": "per_minute",
            "type": "aggregate",
            "params": {"metrics": {"n": {"op": "count"}}, "interval": "1m"},
        },
        {"id": "ledger", "type": "log"},
        {"id": "alerts", "type": "log"},
    ],
    "edges": [
        ["orders", "large"],
        ["orders", "dear"],
        ["large", "per_minute"],
        ["per_minute", "ledger"],
        ["dear", "alerts"],
        ["orders", "ledger"],
    ],
}


def ramp(opens: str, closes: str, count: int) -> dict[str, object]:
    """Return the section of a DAG that is scaled by the clock."""
    return {"ramp_up_time": opens, "ramp_down_time": closes, "ramp_count": count}


DAGS: dict[str, dict[str, Any]] = {
    "fraud_checks": {**SMALL, "autoclone": ramp("0630", "0856", 2)},
    "market_data": {**SMALL, "start_time": "0900", "end_time": "1700", "autoclone": ramp("0855", "1700", 3)},
    "nightly_batch": {**SMALL, "autoclone": ramp("2200", "0600", 10)},
    "order_processing": {**ORDERS, "autoclone": ramp("0858", "1800", 5)},
    "reports": SMALL,
}
UNTIL = "ramping_up (3/5)"


async def draw(folder: Path, browser: Browser) -> None:
    """Draw every picture into `folder`."""
    with tempfile.TemporaryDirectory() as data:
        clock = DayClock(MORNING, SPEED)
        async with lived_in(Path(data), clock) as (house, url):
            for name, document in DAGS.items():
                await house.service.put({"name": name, **document})
            await house.service.suspend("reports")
            while house.service.autoclone_status("order_processing").status != UNTIL:  # noqa: ASYNC110 - as a person would
                await asyncio.sleep(0.05)
            clock.stand()
            for picture, (path, size, scheme) in SHOTS.items():
                async with window(browser, url, size=size, scheme=scheme) as (page, _):
                    await page.goto(path)
                    await page.locator("#live[data-state=live]").wait_for()
                    await _set_the_scene(page, picture, clock)
                    await page.screenshot(path=folder / f"{picture}.png")


async def _set_the_scene(page: Page, picture: str, clock: DayClock) -> None:
    if picture == "dashboard_ask":
        await page.get_by_role("link", name="Stop order_processing").click()
        await page.get_by_role("dialog").wait_for()
    if picture == "dashboard_state":
        clock.go_on()
        await asyncio.sleep(2)  # until the rates are of time that has passed
        await page.clock.install()
        await page.reload()
        for _ in range(90):  # three minutes of the page's time
            async with page.expect_response("**/state"):
                await page.clock.run_for(timedelta(seconds=2) / timedelta(milliseconds=1))


async def _main() -> None:
    PICTURES.mkdir(exist_ok=True)
    async with chromium() as browser:
        await draw(PICTURES, browser)


if __name__ == "__main__":
    asyncio.run(_main())
