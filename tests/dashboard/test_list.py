"""The list of DAGs: what stands in its rows, and how it is searched, filtered, ordered and paged."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Browser, Error, Locator, Page, Route, expect

from autoclone.core.model import Phase
from browser_kit import PHONE, Heard, assert_fits, window
from fake_service import FakeService, active

CLONE = "orders_20250125090000"
DOCUMENT = {
    "name": "orders",
    "start_time": "0900",
    "end_time": "1700",
    "nodes": [{"id": "tick", "type": "interval"}, {"id": "show", "type": "log"}],
    "edges": [["tick", "show"]],
    "autoclone": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 3},
}


def three_of_three(service: FakeService) -> None:
    names = tuple(f"orders_2025012509{minute:02}00" for minute in range(3))
    view = service.add("orders", DOCUMENT)
    service.views["orders"] = replace(view, autoclone=replace(active("orders"), clones=names, target=3))
    for name in names:
        service.views[name] = replace(view, name=name, parent="orders", autoclone=None)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader").get_by_text(name, exact=True))


async def names(page: Page) -> list[str]:
    return await page.locator("tr.dag .name").all_inner_texts()


async def labels(row: Locator) -> list[str]:
    """What the row's buttons say, without the names that only screen readers hear."""
    script = """row => [...row.querySelectorAll("td.last a, td.last button, td.last .badge")].map(
        (one) => [...one.childNodes].filter((part) => part.className !== "unseen")
            .map((part) => part.textContent).join("").trim())"""
    return await row.evaluate(script)


async def test_the_row_of_a_dag_to_the_letter(page: Page, service: FakeService) -> None:
    three_of_three(service)
    await page.goto("/")
    head = await page.locator("thead th").all_inner_texts()
    assert head == ["Name", "Status", "Time Window", "Nodes", "AutoClone", "Actions"]
    dag = row(page, "orders")
    assert await dag.locator("td, th").nth(1).inner_text() == "Running"
    assert await dag.locator("td, th").nth(2).inner_text() == "09:00 - 17:00"
    assert await dag.locator("td, th").nth(3).inner_text() == "2"
    autoclone = await dag.locator("td, th").nth(4).inner_text()
    assert all(words in autoclone for words in ("✓ Enabled", "Status: active (3/3)", "3 clone(s)"))
    assert await labels(dag) == ["Details", "State", "Clone", "⏸ Suspend", "⏹ Stop"]


async def test_the_row_of_a_clone_to_the_letter(page: Page, service: FakeService) -> None:
    three_of_three(service)
    await page.goto("/")
    clone = row(page, CLONE)
    texts = await clone.locator("td, th").all_inner_texts()
    assert "↳ Clone of: orders" in texts[0]
    assert texts[1:5] == ["Running", "Always Active", "2", "🤖 Auto-Created"]
    assert await labels(clone) == ["Details", "State", "Auto-managed"]
    assert await clone.locator("button, form, [hx-get]").count() == 0
    red, green, blue = await clone.locator("td").first.evaluate(
        "cell => getComputedStyle(cell).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)"
    )
    assert blue > red
    assert blue > green


async def test_what_is_offered_is_what_applies(page: Page, service: FakeService) -> None:
    for status in ("running", "suspended", "stopped", "failed"):
        service.views[status] = replace(service.add(status), status=status)
    service.add_invalid("wrong", "autoclone.ramp_up_time: <b>no</b> time")
    await page.goto("/")
    assert (await labels(row(page, "suspended")))[2:] == ["Clone", "▶ Resume", "⏹ Stop"]
    assert (await labels(row(page, "stopped")))[2:] == ["Clone", "▶ Start"]
    assert (await labels(row(page, "failed")))[2:] == ["Clone", "▶ Start", "⏹ Stop"]
    assert await labels(row(page, "wrong")) == ["Details"]
    assert (await row(page, "wrong").locator("td").all_inner_texts())[:3] == ["Invalid", "\N{EN DASH}", ""]
    await expect(row(page, "wrong")).to_contain_text("autoclone.ramp_up_time: <b>no</b> time")


async def test_searching_by_the_name_of_a_dag_or_a_clone(page: Page, service: FakeService) -> None:
    three_of_three(service)
    service.add("Reports")
    await page.goto("/")
    assert await names(page) == ["Reports", "orders"]
    await page.get_by_label("Search").fill("rep")
    await expect(page.locator("tr.dag .name")).to_have_text(["Reports"])
    assert parse_qs(urlsplit(page.url).query) == {"q": ["rep"], "sort": ["name"]}
    await page.get_by_label("Search").fill("090100")
    await expect(page.locator("tr.dag .name")).to_have_text(["orders"])
    await page.get_by_label("Search").fill("<img src=x onerror=alert(1)>")
    await expect(page.get_by_text("No DAG fits.")).to_be_visible()
    await page.get_by_role("link", name="Show all").click()
    await expect(page.locator("tr.dag .name")).to_have_text(["Reports", "orders"])


async def test_filtering_by_phase_and_ordering(page: Page, service: FakeService) -> None:
    three_of_three(service)
    for number in range(3):
        view = service.add(f"idle_{number}")
        status = replace(active(view.name), phase=Phase.IDLE, status="idle", clones=(), enabled=False)
        service.views[view.name] = replace(view, autoclone=status)
    await page.goto("/")
    assert await names(page) == ["idle_0", "idle_1", "idle_2", "orders"]
    await page.get_by_role("link", name="Idle 0").click()
    await expect(page.locator("tr.dag .name")).to_have_text(["idle_0", "idle_1", "idle_2"])
    await page.locator("thead").get_by_role("link", name="Name").click()
    await expect(page.locator("tr.dag .name")).to_have_text(["idle_2", "idle_1", "idle_0"])
    await expect(page.locator("th[aria-sort=descending]")).to_contain_text("Name")
    await expect(page.get_by_label("Order")).to_have_value("-name")
    await page.get_by_label("Search").fill("idle_1")
    await expect(page.locator("tr.dag .name")).to_have_text(["idle_1"])
    assert parse_qs(urlsplit(page.url).query) == {"q": ["idle_1"], "sort": ["-name"], "phase": ["idle"]}
    await page.get_by_label("Search").fill("")
    await expect(page.locator("tr.dag .name")).to_have_count(3)
    await page.get_by_role("link", name="All", exact=True).click()
    await expect(page.locator("tr.dag .name")).to_have_count(4)
    await page.get_by_label("Order").select_option("Most clones first")
    await page.wait_for_url("**sort=-clones**")
    await expect(page.locator("tr.dag .name")).to_have_text(["orders", "idle_0", "idle_1", "idle_2"])
    await page.go_back()
    await expect(page.locator("tr.dag .name")).to_have_text(["orders", "idle_2", "idle_1", "idle_0"])
    await expect(page.get_by_label("Order")).to_have_value("-name")


async def test_the_last_that_was_asked_for_is_shown(page: Page, heard: Heard, service: FakeService) -> None:
    service.add("aa")
    service.add("ab")
    await page.goto("/")
    held: list[Route] = []
    asked = asyncio.Event()

    async def hold(route: Route) -> None:
        held.append(route)
        asked.set()

    await page.route("**/?q=a&*", hold)
    await page.get_by_label("Search").fill("a")
    await asked.wait()
    await page.get_by_label("Search").fill("ab")
    await expect(page.locator("tr.dag .name")).to_have_text(["ab"])
    for route in held:
        with suppress(Error):  # the page has given it up already
            await route.continue_()
    await page.unroute("**/?q=a&*", hold)
    await expect(page.locator("tr.dag .name")).to_have_text(["ab"])
    heard.forget("htmx:")  # which tells of what it gave up


async def test_pages(page: Page, service: FakeService) -> None:
    del service.views["orders"]
    for number in range(60):
        service.add(f"dag_{number:02}")
    await page.goto("/")
    await expect(page.get_by_text("1\N{EN DASH}25 of 60 DAG(s)")).to_be_visible()
    await page.get_by_role("link", name="Next").click()
    await expect(page.get_by_text("26\N{EN DASH}50 of 60 DAG(s)")).to_be_visible()
    await page.get_by_role("link", name="Next").click()
    await expect(page.locator("tr.dag .name")).to_have_text([f"dag_{number}" for number in range(50, 60)])
    assert await page.get_by_role("link", name="Next").count() == 0
    await page.goto("/?page=9")
    await expect(page.get_by_text("60 DAG(s), none on this page")).to_be_visible()


async def test_more_clones_than_fit(page: Page, service: FakeService) -> None:
    view = service.views["orders"]
    for number in range(37):
        service.views[f"c{number:02}"] = replace(view, name=f"c{number:02}", parent="orders", autoclone=None)
    await page.goto("/")
    assert await page.locator("tr.clone .name").count() == 10
    await expect(page.get_by_role("link", name="27 more clone(s) of orders")).to_be_visible()


async def test_on_a_phone_every_button_is_there(browser: Browser, url: str, service: FakeService) -> None:
    three_of_three(service)
    async with window(browser, url, size=PHONE) as (page, _):
        await page.goto("/")
        await assert_fits(page)
        for label in ("Details of", "State of", "Clone", "Suspend", "Stop"):
            await expect(page.locator("tr.dag").get_by_text(label).first).to_be_in_viewport()


async def test_a_wrong_address_says_what_is_wrong_with_it(page: Page, url: str) -> None:
    answer = await page.request.get("/?phase=actve", headers={"Accept": "text/html"})
    assert answer.status == 422
    assert "phase = &#34;actve&#34;" in await answer.text()
