"""The form to try a configuration: what it shows, what it says is wrong, and how it is stored."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import orjson
import pytest
from httpx import AsyncClient
from playwright.async_api import Browser, Page, expect

from api.dashboard.fields import FIELDS, section_of, written
from autoclone.config.section import AutoCloneSection
from browser_kit import DayClock, Heard, assert_accessible, lived_in, window
from fake_service import NOON, FakeService

RAMP = {"ramp_up_time": "1000", "ramp_down_time": "1200", "ramp_count": 3}
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _ramp(service: FakeService) -> None:
    service.views["orders"] = replace(
        service.views["orders"], document={"name": "orders", "nodes": [], "autoclone": RAMP}
    )


async def section(page: Page) -> object:
    return orjson.loads(await page.locator("#try-json").inner_text())["autoclone"]


def test_every_key_of_the_section_has_a_field() -> None:
    assert set(FIELDS) == set(AutoCloneSection.model_fields)


@pytest.mark.parametrize(
    "given",
    [
        RAMP,
        {"ramp_count": -1, "ramp_step": 2, "days": ["mon", "fri"], "holidays": "US/NY"},
        {"ramp_step": {"up": 2, "down": 5}, "holidays": {"country": "US"}, "start_gate": {"timeout": "30s"}},
        {"exclude_dates": ["2025-12-24", "2025-12-31..2026-01-02"], "order": "newest", "start_gate": "5s"},
        {"windows": [{"name": "lunch", **RAMP}], "overlap": "sum"},
    ],
)
def test_a_section_comes_back_from_the_form_as_it_was(given: dict[str, object]) -> None:
    assert section_of(written(given)) == given


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("ramp_up_time", "9:30", '"9:30" is not a time of four digits. Write "0930".'),
        ("ramp_down_time", "0900", "is the same as ramp_up_time"),
        ("duration", "8h", "is there beside ramp_down_time"),
        ("ramp_count", "five", "is not a whole number"),
        ("ramp_count", "5000", "Comes to more than can be worked out here. Try fewer clones"),
        ("ramp_interval", "1", "Write a number and a unit"),
        ("ramp_down_interval", "2d", "is not between 100ms and 1d"),
        ("ramp_step", "0", "is not between 1 and 10000"),
        (
            "ramp_step",
            '{"up": 1, "over": 2}',
            "ramp_step.over: 2 is not a key of ramp_step. Write one of up, down.",
        ),
        ("timezone", "Berlin", 'Did you mean "Europe/Berlin"?'),
        ("days", "someday", "is not a day of the week"),
        ("exclude_dates", "24.12.2025", "is not a date"),
        ("holidays", "XX", '"XX"'),
        ("order", "youngest", "is none of those there are"),
        ("catch_up", "late", "is none of those there are"),
        ("start_gate", "soon", '"soon"'),
        ("drain_timeout", "9d", "is not between"),
        ("dst", "both", "is none of those there are"),
        ("overlap", "all", "is none of those there are"),
        ("windows", "lunch", "is not a list"),
        ("windows", '[{"ramp_count": "x"}]', 'windows[0].ramp_count: "x" is not a whole number'),
        ("day", "tomorrow", 'is not a date. Write one such as "2025-01-25".'),
        ("day", "2999-01-01", "is more than five years away"),
        ("day", "0001-01-01", "is more than five years away"),
        ("span", "year", "is none of those there are"),
        ("dag", "ordres", 'is no DAG here. Write "orders".'),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(url: str, field: str, text: str, said: str) -> None:
    given = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": "2", field: text}
    async with AsyncClient(base_url=url, headers=HTML) as client:
        answer = await client.get("/try", params=given)
    assert answer.status_code == 200
    page = unescape(answer.text)
    assert f'aria-invalid="true" aria-describedby="wrong-{field}"' in page
    (words,) = re.findall(rf'<p class="wrong" id="wrong-{field}">(.*?)</p>', page, re.DOTALL)
    assert said in words
    assert page.count('class="wrong"') == 1
    assert "<figure" not in page


@pytest.mark.parametrize("how", ["ramp_step=1000", "catch_up=at_once"])
async def test_what_would_keep_the_server_busy_is_not_worked_out(url: str, how: str) -> None:
    async with AsyncClient(base_url=url, headers=HTML) as client:
        page = await client.get(f"/try?ramp_up_time=0900&duration=23h&ramp_count=1000&{how}")
        assert "Lets more than 500 clones come or go at once" in page.text
        page = await client.get(f"/try?ramp_up_time=0900&duration=23h&ramp_count=3&{how}")
        assert "3 clones from 0900 for 23h." in page.text


async def test_what_is_wrong_elsewhere_in_the_document_is_said_too(url: str, service: FakeService) -> None:
    service.add("broken", {"name": "broken", "start_time": "99"})
    async with AsyncClient(base_url=url, headers=HTML) as client:
        page = unescape((await client.get("/try?dag=broken&ramp_count=1")).text)
        assert 'start_time: "99" is not a time of four digits' in page
        clone = service.add_clone("orders")
        page = unescape((await client.get(f"/try?dag={clone}")).text)
        assert 'Write "orders", whose clone it is.' in page


async def test_it_shows_what_each_change_comes_to(page: Page, heard: Heard) -> None:
    await page.goto("/try")
    await expect(page.get_by_role("status").filter(has_text="5 clones from 0900 to 1700.")).to_be_visible()
    await expect(page.get_by_role("img", name="Clones in one day from 2025-01-25")).to_be_visible()
    await page.evaluate("window.kept = true")
    await page.get_by_role("textbox", name="Clones", exact=True).fill("2")
    await expect(page.get_by_text("2 clones from 0900 to 1700.")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"ramp_count=2"))
    await page.get_by_text("Advanced").click()
    await page.get_by_label("First to go").select_option("newest")
    await page.get_by_label("Sat", exact=True).check()
    await page.get_by_label("Show").select_option("week")
    await expect(page.get_by_text("2 clones from 0900 to 1700 on sat.")).to_be_visible()
    await expect(page.get_by_text("16.0 hours of clones in all.")).to_be_visible()
    await expect(page.locator(".happens tbody tr")).to_have_count(12)
    await expect(page.get_by_label("First to go")).to_be_visible()
    assert await section(page) == {
        "ramp_up_time": "0900",
        "ramp_down_time": "1700",
        "ramp_count": 2,
        "order": "newest",
        "days": ["sat"],
    }
    assert await page.evaluate("window.kept")
    await page.reload()
    await expect(page.get_by_text("2 clones from 0900 to 1700 on sat.")).to_be_visible()
    heard.forget("htmx:")  # which tells of what it gave up, as for what was typed on


async def test_what_is_wrong_goes_once_it_is_put_right(page: Page, heard: Heard) -> None:
    await page.goto("/try")
    opens = page.get_by_label("Ramp up at")
    await opens.fill("9:30")
    await expect(opens).to_have_attribute("aria-invalid", "true")
    await expect(opens).to_have_accessible_description('"9:30" is not a time of four digits. Write "0930".')
    await expect(page.get_by_role("alert")).to_contain_text("There is something to put right")
    await expect(opens).to_be_focused()
    await assert_accessible(page)
    await opens.fill("0930")
    await expect(page.get_by_text("5 clones from 0930 to 1700.")).to_be_visible()
    assert await opens.get_attribute("aria-invalid") is None
    await expect(opens).to_be_focused()
    heard.forget("htmx:")  # which tells of what it gave up, as for what was typed on


async def test_all_of_it_with_the_keyboard_alone(page: Page, heard: Heard) -> None:
    await page.goto("/try")
    await page.get_by_label("Ramp up at").focus()
    await page.keyboard.type("0")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("1000")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("1")
    for _ in range(4):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await expect(page.get_by_text("1 clone from 1000 to 1700 on mon.")).to_be_visible()
    await expect(page.get_by_label("Mon", exact=True)).to_be_focused()
    heard.forget("htmx:")  # which tells of what it gave up, as for what was typed on


async def test_it_starts_from_a_dag_and_shows_that_beside_it(page: Page) -> None:
    await page.goto("/dags/orders")
    await page.get_by_role("link", name="Try a change").click()
    await expect(page.get_by_label("Ramp up at")).to_have_value("1000")
    await expect(page.get_by_text("3 clones from 1000 to 1200.")).to_be_visible()
    await expect(page.get_by_text("As it is", exact=True)).to_be_visible()
    await expect(page.locator(".line.stored")).to_have_count(1)
    await expect(page.get_by_role("link", name="Save in orders…")).to_have_count(0)
    await page.get_by_label("Start from").fill("nowhere")
    await page.get_by_role("button", name="Load").click()
    await expect(page.get_by_label("Start from")).to_have_accessible_description(re.compile("is no DAG here"))


async def test_the_section_can_be_copied(browser: Browser, url: str) -> None:
    async with window(browser, url, permissions=["clipboard-read", "clipboard-write"]) as (page, heard):
        await page.goto("/try")
        await page.get_by_role("button", name="Copy").click()
        await expect(page.locator("#notice")).to_have_text("It was copied.")
        copied = orjson.loads(await page.evaluate("navigator.clipboard.readText()"))
        assert copied["autoclone"]["ramp_count"] == 5
        assert heard.complaints == []


async def test_whatever_is_written_is_only_text(page: Page, service: FakeService) -> None:
    evil = '"><img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'
    service.add("evil", {"name": "evil", "autoclone": {**RAMP, "windows": [{"name": evil}]}})
    await page.goto("/try?dag=evil")
    for field in (*FIELDS, "dag", "revision", "day", "span"):
        await page.goto("/try")
        await page.evaluate(
            "([field, evil]) => { location.search = new URLSearchParams({ [field]: evil }) }", [field, evil]
        )
        await page.wait_for_url(re.compile("hurt"))
        await expect(page.locator("#try-form")).to_be_visible()
        assert await page.evaluate("window.hurt") is None
        await expect(page.locator("main img")).to_have_count(0)


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
