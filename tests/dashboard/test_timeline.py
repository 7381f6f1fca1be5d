"""The timeline of a DAG and that of the fleet: what was, what will be, and what the schedule wants."""

import re
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from httpx import AsyncClient
from playwright.async_api import Page, expect

from api.dashboard.chart import Course, Moment, chart_of
from api.foresight import Span
from autoclone.core.events import EventType
from autoclone.core.rations import ALL, Limit
from fake_service import FakeService
from worlds import utc

UP = (EventType.RAMP_UP_STARTED, EventType.CLONE_CREATED, EventType.RAMP_UP_COMPLETED)


async def get(url: str, path: str, status: int = 200) -> str:
    async with AsyncClient(base_url=url, headers={"Accept": "text/html"}) as client:
        answer = await client.get(path)
        assert answer.status_code == status
        return answer.text


def titles(page: str) -> list[str]:
    """What each dot on the chart tells when pointed at."""
    return re.findall(r"<title>([^<]+)</title><circle", page)


async def test_past_and_future_are_on_one_chart(url: str, service: FakeService) -> None:
    service.add_events("orders", *UP)
    service.at += timedelta(minutes=10)
    page = await get(url, "/dags/orders/timeline")

    told = titles(page)
    assert told[0] == "Sat 25 Jan, 12:01:00 (happened)\nramp_up.started\nactive"
    assert told[3].startswith("Sat 25 Jan, 12:10:00 (planned)\nramp_up.started\nclone.created orders_2025")
    assert 'class="line actual"' in page
    assert 'class="line coming"' in page
    assert 'class="line wanted"' in page
    assert 'class="now"' in page
    assert "Saturday, 25 January 2025" in page


async def test_a_week_begins_on_monday(url: str) -> None:
    page = await get(url, "/dags/orders/timeline?span=week")

    assert "Week from Monday, 20 January 2025" in page
    assert ">Mon 20</text>" in page
    assert "day=2025-01-13" in page
    assert "day=2025-01-27" in page


async def test_another_day_is_all_past_or_all_future(url: str) -> None:
    before = await get(url, "/dags/orders/timeline?day=2025-01-20")
    assert 'class="line coming"' not in before
    assert 'class="now"' not in before
    assert "Nothing happens in that time." in before

    after = await get(url, "/dags/orders/timeline?day=2027-06-01")
    assert 'class="line actual"' not in after
    assert len(titles(after)) == 4
    assert "orders_20270601090000" in after


async def test_where_autoclone_is_off_nothing_is_wanted(url: str, service: FakeService) -> None:

    service.plan = replace(service.plan, disabled="it is off")
    assert 'class="line wanted"' not in await get(url, "/dags/orders/timeline")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("day=yesterday", "is not a date"),
        ("day=0001-01-01", "is too far away"),
        ("span=year", "is none of those there are"),
        ("days=2025-01-01", "Did you mean day?"),
    ],
)
async def test_what_is_wrong_is_told(url: str, query: str, words: str) -> None:
    assert words in await get(url, f"/dags/orders/timeline?{query}", 422)


async def test_a_clone_has_no_timeline(url: str, service: FakeService) -> None:
    clone = service.add_clone("orders")

    assert "is a clone that AutoClone manages" in await get(url, f"/dags/{clone}/timeline", 403)
    assert "/timeline" not in re.sub(r"(?s)<header.*?</header>", "", await get(url, f"/dags/{clone}"))


async def test_people_go_back_and_forth(page: Page) -> None:
    await page.goto("/dags/orders")
    await page.get_by_role("link", name="Timeline").click()
    await page.get_by_role("link", name="Later →").click()
    await expect(page.get_by_role("heading", name="Sunday, 26 January 2025")).to_be_visible()
    await page.get_by_role("link", name="Week").click()
    await expect(page.get_by_role("heading", name="Week from Sunday, 26 January 2025")).to_be_visible()
    await page.get_by_role("link", name="Today").click()
    await expect(page.get_by_role("heading", name="Week from Monday, 20 January 2025")).to_be_visible()
    await expect(
        page.get_by_role("row", name=re.compile("clone.created orders_20250125120000")).first
    ).to_be_visible()


async def test_the_fleet_of_a_day_and_a_week(page: Page, service: FakeService) -> None:
    service.add("refunds")
    await page.goto("/fleet")
    await expect(page.get_by_role("heading", name="Clones of all DAGs, the next 24 hours")).to_be_visible()
    await expect(page.locator(".figures")).to_contain_text(
        re.compile(r"At most\s*4\s*When\s*2025-01-25 12:01:00 EST")
    )
    await expect(page.get_by_role("row", name="Sat 25 Jan 17:05 0")).to_be_visible()
    await page.get_by_role("link", name="Week").click()
    await expect(page.get_by_role("heading", name="The most in each 30 minutes")).to_be_visible()


async def test_who_will_wait_under_a_limit(url: str, service: FakeService) -> None:
    service.add("refunds")
    service.fleet_limits = (Limit(ALL, clones=3),)
    page = await get(url, "/fleet")

    assert "Who will wait for a place" in page
    assert re.search(r"refunds</a></td><td>Sat 25 Jan 12:0\d:\d\d</td><td>Sat 25 Jan 17:0\d", page)
    assert " = 3</td>" in page


async def test_an_empty_fleet(url: str, service: FakeService) -> None:
    service.views.clear()
    assert "The number does not change in that time." in await get(url, "/fleet")


def test_a_course_may_begin_and_end_within_the_time() -> None:
    span = Span(utc("00:00"), utc("10:00"))
    actual = Course("actual", "", 0, [(utc("02:30"), 2)], until=utc("05:00"))
    coming = Course("coming", "", 2, [(utc("07:30"), 0)], since=utc("05:00"))
    moments = [Moment(utc("02:30"), 2, "up", "two are made"), Moment(utc("07:30"), 0, "down", "both go")]
    drawn = chart_of([actual, coming], span, UTC, utc("05:00"), told=actual, moments=moments)

    assert [line.path for line in drawn.lines] == [
        "M0 220.0H250V0.0V0.0H500",
        "M500 0.0H750V220.0V220.0H1000",
    ]
    assert drawn.lines[1].area.endswith("H1000V220H500Z")
    assert [(dot.x, dot.y, dot.look) for dot in drawn.dots] == [(25.0, 22.0, "up"), (75.0, 242.0, "down")]
    assert drawn.now == 50.0
