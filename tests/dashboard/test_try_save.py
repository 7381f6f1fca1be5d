"""Storing what was tried: asked first, refused to who is too late, and sent on to the primary."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import AsyncClient
from playwright.async_api import Browser, Page, expect

from browser_kit import DayClock, Heard, assert_accessible, lived_in, window
from fake_service import NOON, FakeService

RAMP = {"ramp_up_time": "1000", "ramp_down_time": "1200", "ramp_count": 3}
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _ramp(service: FakeService) -> None:
    document = {"name": "orders", "nodes": [], "autoclone": RAMP}
    service.views["orders"] = replace(service.views["orders"], document=document)


async def test_saving_asks_first_and_changes_the_dag(page: Page, service: FakeService) -> None:
    await page.goto("/try?dag=orders&ramp_count=7")
    await page.get_by_role("link", name="Save in orders…").click()
    dialog = page.get_by_role("dialog", name="Save this in orders?")
    await expect(dialog).to_contain_text("No clone that runs would go because of it.")
    await expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()
    await assert_accessible(page)
    assert service.views["orders"].document["autoclone"] == RAMP
    await dialog.get_by_role("button", name="Save").click()
    await expect(page).to_have_url(re.compile("/dags/orders$"))
    assert service.views["orders"].document == {
        "name": "orders",
        "nodes": [],
        "autoclone": {**RAMP, "ramp_count": 7},
    }
    assert len(service.confirmed) == 1


async def test_who_is_too_late_is_told_and_can_go_on_from_the_newest(
    page: Page, heard: Heard, service: FakeService
) -> None:
    await page.goto("/try?dag=orders&ramp_count=7")
    await page.get_by_role("link", name="Save in orders…").click()
    dialog = page.get_by_role("dialog", name="Save this in orders?")
    other = {"name": "orders", "autoclone": {**RAMP, "ramp_up_time": "0600"}}
    service.add("orders", other)
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text(
        "orders was changed after you loaded it: it is at revision 2, not 1."
    )
    assert service.views["orders"].document == other
    await dialog.get_by_role("link", name="Cancel").click()
    await page.get_by_role("link", name="Save in orders…").click()
    await expect(page.locator("#notice")).to_contain_text("orders was changed after you loaded it")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_text("orders was changed since it was loaded.")).to_be_visible()
    await expect(page.get_by_role("link", name="Save in orders…")).to_have_count(0)
    await page.get_by_role("link", name="start again from it").click()
    await expect(page.get_by_label("Ramp up at")).to_have_value("0600")
    await page.get_by_label("Ramp up at").fill("0700")
    await expect(page.get_by_role("link", name="Save in orders…")).to_be_visible()
    heard.forget("412", "Response Status Error Code", "htmx:")


async def test_it_goes_without_scripts_too(browser: Browser, url: str, service: FakeService) -> None:
    async with window(browser, url, java_script_enabled=False) as (page, heard):
        await page.goto("/try")
        await page.get_by_label("Start from").fill("orders")
        await page.get_by_role("button", name="Load").click()
        await page.get_by_role("textbox", name="Clones", exact=True).fill("4")
        await page.get_by_label("Fri", exact=True).check()
        await page.get_by_role("button", name="Try it").click()
        await expect(page.get_by_text("4 clones from 1000 to 1200 on fri.")).to_be_visible()
        await expect(page.get_by_role("button", name="Copy")).to_be_hidden()
        await page.get_by_role("link", name="Save in orders…").click()
        await page.get_by_role("button", name="Save").click()
        await expect(page).to_have_url(re.compile("/dags/orders$"))
        assert heard.complaints == []
    assert service.views["orders"].document["autoclone"] == {**RAMP, "ramp_count": 4, "days": ["fri"]}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_cannot_be_stored_is_refused(url: str, service: FakeService, method: str) -> None:
    good = {"dag": "orders", "revision": "1", "ramp_count": "4"}
    async with AsyncClient(base_url=url, headers=HTML) as client:
        for change, status, said in (
            ({"dag": ""}, 422, "Load the DAG first"),
            ({"dag": "ordres"}, 422, "is no DAG here"),
            ({"revision": "x"}, 422, "is not a revision"),
            ({"revision": "9"}, 412, "orders was changed after you loaded it"),
        ):
            given = {**good, **change}
            answer = await client.request(
                method, "/try/save", **({"params": given} if method == "GET" else {"data": given})
            )
            assert (answer.status_code, said in answer.text) == (status, True)
        foreign = await client.post("/try/save", data=good, headers={"Origin": "http://elsewhere.test"})
        assert foreign.status_code == 403
    assert service.views["orders"].document["autoclone"] == RAMP


async def test_a_secondary_shows_it_and_leads_to_the_primary_to_save(url: str, service: FakeService) -> None:
    def becomes(primary: str | None) -> None:
        view = replace(FakeService.server(service), role="secondary", primary=primary)
        service.server = lambda: view  # type: ignore[method-assign]

    async with AsyncClient(base_url=url, headers=HTML) as client:
        becomes("http://127.0.0.1:9")
        page = await client.get("/try?dag=orders&ramp_count=4")
        assert "Save in orders" in page.text
        assert 'hx-get="/try/save' not in page.text
        answer = await client.get("/try/save?dag=orders&revision=1")
        assert (answer.status_code, answer.headers["location"]) == (
            307,
            "http://127.0.0.1:9/try/save?dag=orders&revision=1",
        )
        becomes(None)
        answer = await client.get("/try/save?dag=orders&revision=1")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_what_is_saved_is_what_the_ramp_does(browser: Browser, tmp_path: Path) -> None:
    async with lived_in(tmp_path, DayClock(NOON)) as (house, url), window(browser, url) as (page, heard):
        await house.service.put({"name": "orders", "nodes": [], "edges": [], "autoclone": RAMP})
        await page.goto("/try?dag=orders&ramp_down_time=&duration=6h")
        await expect(page.get_by_text("3 clones from 1000 for 6h.")).to_be_visible()
        await page.get_by_role("link", name="Save in orders…").click()
        await page.get_by_role("dialog").get_by_role("button", name="Save").click()
        await expect(page).to_have_url(re.compile("/dags/orders$"))
        view = await house.service.get("orders")
        assert view.document["autoclone"] == {"ramp_up_time": "1000", "ramp_count": 3, "duration": "6h"}
        assert view.autoclone is not None
        assert view.autoclone.target == 3
        assert heard.complaints == []
