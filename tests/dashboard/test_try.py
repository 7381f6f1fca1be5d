"""The form to try a configuration: what it shows, what it says is wrong, and how it is stored."""

import re
from dataclasses import replace
from html import unescape

import orjson
import pytest
from httpx import AsyncClient
from playwright.async_api import Browser, Page, expect

from api.dashboard.fields import FIELDS, section_of, written
from autoclone.config.section import AutoCloneSection
from browser_kit import Heard, assert_accessible, window
from fake_service import FakeService

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


async def test_the_address_is_one_whatever_was_asked(url: str) -> None:
    odd = {"revision": "1\r\nX-Evil: é", "dag": "ö", "ramp_count": "5\n", "day": "\0", "span": "ß"}
    async with AsyncClient(base_url=url, headers=HTML) as client:
        answer = await client.get("/try", params=odd)
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers
    again = answer.headers["hx-replace-url"]
    assert again == "/try?dag=%C3%B6&day=%00&span=%C3%9F&ramp_count=5&revision=1%0D%0AX-Evil%3A+%C3%A9"
