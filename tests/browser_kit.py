"""A browser, servers for it to open pages of, and what every page is held to."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from api.streams.hub import Hub
from autoclone.bootstrap.house import House, build, running
from autoclone.bootstrap.serving import answering, listening, url_of
from autoclone.clock import SystemClock
from autoclone.config.settings import load_settings

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]
DESK = {"width": 1360, "height": 850}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 15_000
# A stream that ends is nothing to complain of: the page opens another.
STREAM = "/api/v1/events/stream"
# What WCAG 2.1 AA asks for, as far as a program can tell.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run Debian's Chromium, with a profile of its own that is thrown away."""
    expect.set_options(timeout=PATIENCE_MS)
    program = shutil.which("chromium")
    assert program, "There is no Chromium. Run `make chromium`."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Heard:
    """What a page complained about. A page that is in order complains of nothing."""

    complaints: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note every error of a page, refusals of its own security policy among them."""
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        about = message.location["url"]
        if message.type in ("error", "warning") and not about.endswith(STREAM):
            self.complaints.append(f"{message.text} {about}")

    def forget(self, *words: str) -> None:
        """Drop the complaints that a test provoked."""
        self.complaints = [one for one in self.complaints if not any(word in one for word in words)]


@asynccontextmanager
async def window(
    browser: Browser, url: str, *, size: Mapping[str, int] = DESK, scheme: str = "light", **more: object
) -> AsyncIterator[tuple[Page, Heard]]:
    """Open a window of its own, with nothing remembered, at the address `url`."""
    context: BrowserContext = await browser.new_context(
        base_url=url,
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        **more,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    heard = Heard()
    try:
        page = await context.new_page()
        heard.listen(page)
        yield page, heard
    finally:
        await context.close()


@asynccontextmanager
async def answered(app: FastAPI, hub: Hub, *, port: int = 0) -> AsyncIterator[str]:
    """Serve an application on a real port inside the block. Yields its address."""
    with listening("127.0.0.1", port) as listener:
        async with answering(SimpleNamespace(app=app, hub=hub), listener):  # type: ignore[arg-type]
            yield url_of(listener)


class DayClock:
    """The `Clock` port from a morning on, at `speed` times the pace of the machine's clock."""

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._system = SystemClock()
        self._start, self._speed = start.astimezone(UTC), speed
        self._began = self._system.monotonic()
        self._stands_at: float | None = None

    def stand(self) -> None:
        """Let no more time pass."""
        self._stands_at = self.monotonic()

    def go_on(self) -> None:
        """Let time pass from where it stands."""
        self._began = self._system.monotonic() - (self._stands_at or 0.0) / self._speed
        self._stands_at = None

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        if self._stands_at is not None:
            return self._stands_at
        return (self._system.monotonic() - self._began) * self._speed

    async def sleep(self, delay: timedelta) -> None:
        await asyncio.sleep(max(0.0, delay.total_seconds() / self._speed))


@asynccontextmanager
async def lived_in(folder: Path, clock: DayClock, **settings: str) -> AsyncIterator[tuple[House, str]]:
    """Run a whole server in this process, on a real port. Yields it and its address."""
    given = {"store": "memory:", "data_dir": str(folder), "timezone": "America/New_York", **settings}
    house = build(load_settings(**given), clock=clock)
    async with running(house), answered(house.app, house.hub) as url:
        yield house, url


async def assert_accessible(page: Page) -> None:
    """Have axe look at the page as it is now."""
    found = await Axe().run(page, options=RULES)
    violations = [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:4]]}"
        for one in found.response["violations"]
    ]
    assert violations == []


async def assert_fits(page: Page) -> None:
    """The page is not wider than its window: nobody has to scroll sideways."""
    wide, seen = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= seen
