"""What all pages share: the frame around them, what they may load, and what they are held to."""

import re

import pytest
from httpx import AsyncClient
from playwright.async_api import Browser, Page, expect

from browser_kit import DESK, PHONE, assert_accessible, assert_fits, window

STRICT = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
PAGES = [
    "/",
    "/dags/orders",
    "/dags/orders/state",
    "/dags/orders/timeline",
    "/fleet",
    "/dags/orders/do/stop",
    "/try",
    "/try?ramp_up_time=9&windows=1&days=x",
    "/try?dag=orders&ramp_count=5&span=week&revision=9",
    "/try/save?dag=orders&revision=1&ramp_up_time=0900&duration=8h&ramp_count=5",
    "/server",
    "/nowhere",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", PAGES)
async def test_everybody_can_use_it(
    browser: Browser, url: str, path: str, size: dict[str, int], scheme: str
) -> None:
    async with window(browser, url, size=size, scheme=scheme) as (page, heard):
        await page.goto(path)
        await assert_accessible(page)
        await assert_fits(page)
        heard.forget("404")
        assert heard.complaints == []


async def test_pages_may_load_nothing_but_files_of_this_server(url: str) -> None:
    async with AsyncClient(base_url=url) as client:
        for path in PAGES:
            answer = await client.get(path, headers={"Accept": "text/html"})
            assert answer.headers["content-security-policy"] == STRICT
            assert answer.headers["cache-control"] == "no-store"
            assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", answer.text)
            for address in re.findall(r'<(?!a )[^>]*\s(?:src|href|action)="([^"]+)"', answer.text):
                assert address.startswith(("/", "#"))


async def test_files_are_kept_for_ever_under_their_own_address(url: str) -> None:
    async with AsyncClient(base_url=url) as client:
        sheet = re.search(r'href="(/static/[^"]+/app.css)"', (await client.get("/")).text)
        assert sheet
        answer = await client.get(sheet[1])
        assert answer.headers["content-type"] == "text/css; charset=utf-8"
        assert "immutable" in answer.headers["cache-control"]
        again = await client.get(sheet[1], headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        older = await client.get("/static/0123456789abcdef/app.css")
        assert (older.content, older.headers["cache-control"]) == (answer.content, "no-cache")
        for path in ("/static/x/../pages.py", "/static/x/vendor/README.md", "/static/x/app.exe", "/static"):
            assert (await client.get(path)).status_code == 404


async def test_a_problem_is_a_page_for_people_and_a_document_for_programs(url: str) -> None:
    async with AsyncClient(base_url=url) as client:
        page = await client.get("/nowhere", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "There is nothing at /nowhere." in page.text
        for path, accept in (("/nowhere", "*/*"), ("/api/v1/nowhere", "text/html")):
            answer = await client.get(path, headers={"Accept": accept})
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_colours_are_chosen_and_remembered(page: Page) -> None:
    await page.goto("/")
    scheme = "getComputedStyle(document.documentElement).getPropertyValue('color-scheme')"
    assert await page.evaluate(scheme) == "light dark"
    await page.get_by_role("button", name="Switch between light and dark").click()
    assert await page.evaluate(scheme) == "dark"
    await page.reload()
    assert await page.evaluate(scheme) == "dark"
    await page.get_by_role("button", name="Switch between light and dark").click()
    assert await page.evaluate(scheme) == "light"


async def test_the_keyboard_gets_to_the_content(page: Page) -> None:
    await page.goto("/")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
