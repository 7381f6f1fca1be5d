"""Each thing that people can do from a page: asked first where it destroys, done, and told of."""

import re
from dataclasses import replace

import pytest
from httpx import AsyncClient
from playwright.async_api import Page, expect

from api.dashboard.actions import Action
from autoclone.core.model import Clone, RampState, Stage
from autoclone.errors import NotPrimary, Transient
from browser_kit import Heard, assert_accessible
from fake_service import NOON, FakeService

NOTICE = "#notice"


@pytest.mark.parametrize(
    ("before", "label", "after"),
    [
        ("running", "Suspend", "suspended"),
        ("suspended", "Resume", "running"),
        ("stopped", "Start", "running"),
    ],
)
async def test_what_can_be_undone_is_done_at_once(
    page: Page, service: FakeService, before: str, label: str, after: str
) -> None:
    service._becomes("orders", before)  # type: ignore[arg-type]
    await page.goto("/")
    await page.get_by_role("button", name=f"{label} orders").click()
    await expect(page.locator("#dag-orders .badge").first).to_have_text(after.capitalize())
    await expect(page.locator(NOTICE)).to_contain_text("orders")
    assert service.views["orders"].status == after


async def test_stopping_asks_first(page: Page, service: FakeService) -> None:
    await page.goto("/")
    stop = page.get_by_role("link", name="Stop orders")
    await stop.click()
    dialog = page.get_by_role("dialog", name="Stop orders?")
    await expect(dialog).to_contain_text("Its clones are stopped and deleted at once.")
    await assert_accessible(page)
    await dialog.get_by_role("link", name="Cancel").click()
    await expect(dialog).to_be_hidden()
    await expect(stop).to_be_focused()
    assert service.views["orders"].status == "running"
    await stop.click()
    await dialog.get_by_role("button", name="Stop").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(NOTICE)).to_have_text("orders was stopped.")
    await expect(page.get_by_role("button", name="Start orders")).to_be_visible()
    assert service.views["orders"].status == "stopped"


async def test_all_of_it_with_the_keyboard_alone(page: Page, service: FakeService) -> None:
    await page.goto("/")
    stop = page.get_by_role("link", name="Stop orders")
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await stop.evaluate("one => one === document.activeElement"):
            break
    await expect(stop).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Cancel")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(stop).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Cancel")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(NOTICE)).to_have_text("orders was stopped.")
    assert service.views["orders"].status == "stopped"


async def test_deleting_asks_first_and_leads_back_to_the_list(page: Page, service: FakeService) -> None:
    await page.goto("/dags/orders")
    await page.get_by_role("link", name="Delete orders").click()
    dialog = page.get_by_role("dialog", name="Delete orders?")
    await expect(dialog).to_contain_text("This cannot be undone.")
    assert "orders" in service.views
    await dialog.get_by_role("button", name="Delete").click()
    await expect(page).to_have_url(re.compile(r"/$"))
    assert service.views == {}


async def test_cloning_asks_for_a_name_and_says_what_is_wrong_with_it(
    page: Page, heard: Heard, service: FakeService
) -> None:
    await page.goto("/")
    await page.get_by_role("link", name="Clone orders").click()
    dialog = page.get_by_role("dialog", name="Clone orders by hand?")
    name = dialog.get_by_label("Name of the copy")
    await expect(name).to_be_focused()
    await expect(name).to_have_value("orders_copy")
    for wrong, said in (("no good", "is not a name"), ("orders", "exists already")):
        await name.fill(wrong)
        await dialog.get_by_role("button", name="Clone").click()
        await expect(dialog.get_by_role("alert")).to_contain_text(re.compile(said, re.IGNORECASE))
    await assert_accessible(page)
    await name.fill("orders_test")
    await dialog.get_by_role("button", name="Clone").click()
    await expect(page.locator("#dag-orders_test")).to_be_visible()
    assert set(service.views) == {"orders", "orders_test"}
    heard.forget("422", "409", "Response Status Error Code")


async def test_pausing_and_overriding_a_ramp(page: Page, heard: Heard, service: FakeService) -> None:
    await page.goto("/dags/orders")
    ramp = page.get_by_role("region", name="AutoClone")
    await ramp.get_by_role("link", name="Pause the ramp orders").click()
    dialog = page.get_by_role("dialog", name="Pause the ramp of orders?")
    await assert_accessible(page)
    await dialog.get_by_label("For how long").fill("soon")
    await dialog.get_by_role("button", name="Pause the ramp").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("for:")
    await dialog.get_by_label("For how long").fill("2h")
    await dialog.get_by_label("Why").fill("<b>stock-taking</b>")
    await dialog.get_by_role("button", name="Pause the ramp").click()
    await expect(ramp).to_contain_text("Paused until Jan 25 19:00")
    await expect(ramp).to_contain_text("<b>stock-taking</b>")
    await ramp.get_by_role("link", name="Override orders").click()
    dialog = page.get_by_role("dialog", name="Have another number of clones of orders?")
    await expect(dialog.get_by_label("How many clones")).to_have_value("")
    await dialog.get_by_label("How many clones").fill("8")
    await dialog.get_by_role("button", name="Override").click()
    await expect(ramp).to_contain_text("8 by hand until Jan 25 18:00")
    await page.goto("/")
    await expect(page.locator("#dag-orders")).to_contain_text("8 by hand until Jan 25 18:00")
    await page.goto("/dags/orders")
    await ramp.get_by_role("button", name="Follow the schedule orders").click()
    await expect(page.locator(NOTICE)).to_have_text("The ramp of orders follows its schedule again.")
    await expect(ramp).not_to_contain_text("by hand until")
    heard.forget("422", "Response Status Error Code")


async def test_it_goes_without_scripts_too(url: str, service: FakeService) -> None:
    async with AsyncClient(base_url=url, headers={"Accept": "text/html"}) as client:
        asked = await client.get("/dags/orders/do/stop")
        assert "<h1" in asked.text
        assert 'method="post" action="/dags/orders/do/stop"' in asked.text
        done = await client.post("/dags/orders/do/stop")
        assert (done.status_code, done.headers["location"]) == (303, "/dags/orders")
        copied = await client.post("/dags/orders/do/clone", data={"name": "twin"})
        assert copied.headers["location"] == "/dags/twin"
        gone = await client.post("/dags/orders/do/delete")
        assert (gone.headers["location"], set(service.views)) == ("/", {"twin"})
        unknown = await client.post("/dags/twin/do/explode")
        assert (unknown.status_code, "action = &#34;explode&#34;" in unknown.text) == (422, True)
        broken = await client.post("/dags/twin/do/clone", content=b"name=\xff")
        assert broken.status_code == 422


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_managed_clone_refuses_all_of_it(
    url: str, service: FakeService, action: str, method: str
) -> None:
    clone = service.add_clone("orders")
    async with AsyncClient(base_url=url, headers={"Accept": "text/html"}) as client:
        answer = await client.request(method, f"/dags/{clone}/do/{action}")
        assert answer.status_code == 403
        assert "AutoClone manages for &#39;orders&#39;" in answer.text
        page = await client.get(f"/dags/{clone}")
        assert "Auto-managed" in page.text
        assert not re.search(r"<button(?! id=\"theme\")|/do/", page.text.split("<main")[1].split("</main")[0])
    assert service.views[clone].status == "running"


async def test_another_site_s_forms_are_refused(url: str, service: FakeService) -> None:
    async with AsyncClient(base_url=url, headers={"Accept": "text/html"}) as client:
        answer = await client.post("/dags/orders/do/stop", headers={"Origin": "http://elsewhere.test"})
    assert answer.status_code == 403
    assert service.views["orders"].status == "running"


def becomes_secondary(service: FakeService, primary: str | None) -> None:
    view = replace(service.server(), role="secondary", primary=primary)
    service.server = lambda: view  # type: ignore[method-assign]


async def test_elsewhere_people_are_sent_to_the_primary(url: str, service: FakeService) -> None:
    becomes_secondary(service, "http://10.0.0.1:8000")
    async with AsyncClient(base_url=url, headers={"Accept": "text/html"}) as client:
        asked = await client.get("/dags/orders/do/stop")
        there = "http://10.0.0.1:8000/dags/orders/do/stop"
        assert (asked.status_code, asked.headers["location"]) == (307, there)
        listed = await client.get("/")
        assert 'href="http://10.0.0.1:8000/"' in listed.text
        assert "hx-post" not in listed.text
        assert '<form method="post"' not in listed.text


async def test_a_page_that_was_the_primary_s_leads_to_where_the_new_one_asks(
    page: Page, heard: Heard, service: FakeService, url: str
) -> None:
    await page.goto("/")
    view = service.server()
    service.server = lambda: view  # type: ignore[method-assign]
    service.failure = NotPrimary(f"{url}/elsewhere")
    await page.get_by_role("button", name="Suspend orders").click()
    await page.wait_for_url("**/elsewhere/dags/orders/do/suspend")
    heard.forget("421", "404", "503", "307", "htmx:")


async def test_without_any_primary_people_are_asked_to_wait(url: str, service: FakeService) -> None:
    becomes_secondary(service, None)
    service.failure = NotPrimary()
    async with AsyncClient(base_url=url, headers={"Accept": "text/html"}) as client:
        for method in ("GET", "POST"):
            none = await client.request(method, "/dags/orders/do/stop")
            assert (none.status_code, none.headers["retry-after"]) == (503, "1")
            assert "No primary is known just now" in none.text


async def test_a_failure_is_told_and_the_page_stays(page: Page, heard: Heard, service: FakeService) -> None:
    await page.goto("/")
    view = service.server()
    service.server = lambda: view  # type: ignore[method-assign]
    service.failure = Transient("the database is <locked>")
    await page.get_by_role("button", name="Suspend orders").click()
    await expect(page.get_by_role("alert")).to_contain_text("ot available")
    await expect(page.locator("tr.dag .name")).to_have_text(["orders"])
    heard.forget("503")


async def test_a_delete_is_confirmed_by_the_plan_that_was_shown(page: Page, service: FakeService) -> None:
    clones = tuple(
        Clone(f"orders_2025012509000{number}", NOON, Stage.RUNNING, announced=True) for number in range(2)
    )
    service.state = RampState("orders", clones=clones)
    plan = await service.plan_delete("orders")
    await page.goto("/dags/orders")
    await page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("2 running clones would go at once.")
    await dialog.get_by_role("button", name="Delete").click()
    await page.wait_for_url("/")

    assert service.confirmed == [plan.id]
