"""Details, state and the server's page: what they show, and that whatever it says is only ever text."""

from dataclasses import replace

import pytest
from httpx import AsyncClient
from playwright.async_api import Page, expect

from autoclone.core.events import EventType
from autoclone.core.inputs import RunStatus
from autoclone.engine.views import OutboxView
from autoclone.ports import DagStats, NodeStats
from browser_kit import assert_accessible
from fake_service import NOON, FakeService

EVIL = '<img src=x onerror="document.body.dataset.owned=1"><script>document.body.dataset.owned=1</script>'
OWNED = "document.body.dataset.owned"
GRAPH = {
    "name": "orders",
    "nodes": [
        {"id": "orders", "type": "topic_source"},
        {"id": "large", "type": "filter"},
        {"id": "count", "type": "aggregate"},
        {"id": "out", "type": "jsonl"},
    ],
    "edges": [["orders", "large"], ["large", "count"], ["count", "out"], ["orders", "out"]],
}


async def test_details_show_the_definition_its_graph_and_its_ramp(page: Page, service: FakeService) -> None:
    service.add("orders", GRAPH)
    service.add_events("orders", EventType.RAMP_UP_STARTED, EventType.CLONE_CREATED)
    await page.goto("/dags/orders")
    await expect(page.get_by_role("heading", level=1)).to_have_text("orders")
    drawing = page.get_by_role("img", name="Graph of orders")
    assert await drawing.locator(".node-id").all_text_contents() == ["orders", "large", "count", "out"]
    assert await drawing.locator("path.edge").count() == len(GRAPH["edges"])
    await expect(page.get_by_role("region", name="AutoClone")).to_contain_text("The window is open")
    await expect(page.get_by_role("region", name="AutoClone")).to_contain_text("IN_WINDOW")
    await expect(page.get_by_role("link", name="orders_20250125090000")).to_be_visible()
    events = page.locator(".events li")
    assert [await one.locator("strong").inner_text() for one in await events.all()] == [
        "clone.created",
        "ramp_up.started",
    ]
    await expect(page.locator(".document")).to_contain_text('"type": "topic_source"')


async def test_a_definition_is_sent_again_only_where_it_is_another(url: str, service: FakeService) -> None:
    revision = service.add("orders", GRAPH).revision
    async with AsyncClient(base_url=url, headers={"HX-Request": "true"}) as client:
        same = await client.get(f"/dags/orders?have={revision}")
        other = await client.get(f"/dags/orders?have={revision - 1}")
    for part in ('id="details"', 'id="events"', 'id="banner"'):
        assert part in same.text
        assert part in other.text
    for part in ('id="graph"', 'id="document"'):
        assert part not in same.text
        assert part in other.text


async def test_an_open_page_shows_a_new_definition(page: Page, service: FakeService) -> None:
    await page.goto("/dags/orders")
    service.add("orders", {"name": "orders", "nodes": [{"id": "newcomer", "type": "log"}]})
    await page.get_by_role("button", name="Suspend orders").click()  # which has the page look
    await expect(page.locator(".document")).to_contain_text("newcomer")
    await expect(page.locator(".node-id")).to_have_text(["newcomer"])


async def test_a_clone_s_details_lead_to_its_parent(page: Page, service: FakeService) -> None:
    clone = service.add_clone("orders")
    service.add_events("orders", EventType.CLONE_CREATED)
    await page.goto(f"/dags/{clone}")
    await expect(page.locator(".events li")).to_have_count(1)
    await page.get_by_role("link", name="orders", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("orders")


async def test_state_shows_each_node(page: Page, service: FakeService) -> None:
    nodes = (
        NodeStats("tick", "interval", "running", emitted=12345, rate_out=61.25),
        NodeStats(
            "show", "log", "failed", received=12300, errors=7, queued=90, capacity=100, last_error="no"
        ),
    )

    async def stats(name: str) -> DagStats:
        return DagStats(name, RunStatus.RUNNING, NOON, nodes, (("tick", "show"),))

    service.stats = stats  # type: ignore[method-assign]
    await page.goto("/dags/orders/state")
    first, second = page.locator("#node-1"), page.locator("#node-2")
    await expect(first).to_contain_text("12\N{NARROW NO-BREAK SPACE}345")
    await expect(first).to_contain_text("61.3" if f"{61.25:.1f}" == "61.3" else "61.2")
    await expect(second).to_contain_text("Failed")
    await expect(second).to_contain_text("90 / 100")
    await expect(page.locator("#error-2")).to_have_text("Last error of show: no")
    await assert_accessible(page)


async def test_the_server_s_page(page: Page, service: FakeService) -> None:
    view = replace(
        service.server(), outbox=OutboxView(1200, 3.25, 5, "the broker is away"), election="connected"
    )
    service.server = lambda: view  # type: ignore[method-assign]
    await page.goto("/server")
    for words in ("primary", "Connected", "0.1.0", "http://127.0.0.1:8000", "the broker is away", "3.2 s"):
        await expect(page.locator("#server")).to_contain_text(words)
    await assert_accessible(page)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": "secondary"}, ["This server is a secondary.", "Open this page on the primary"]),
        ({"role": "secondary", "primary": None}, ["This server is a secondary.", "No primary is known"]),
        ({"role": "suspended"}, ["This server is suspended."]),
        ({"warnings": ("ZooKeeper elects nobody",)}, ["needs attention", "ZooKeeper elects nobody"]),
        ({"checks": {"store": "it is locked"}}, ["needs attention", "store: it is locked"]),
    ],
    ids=["secondary", "failover", "suspended", "zookeeper", "store"],
)
async def test_every_page_says_what_is_amiss(
    page: Page, service: FakeService, changes: dict[str, object], said: list[str]
) -> None:
    view = replace(service.server(), **changes)
    service.server = lambda: view  # type: ignore[method-assign]
    for path in ("/", "/dags/orders", "/server"):
        await page.goto(path)
        for words in said:
            await expect(page.get_by_role("complementary", name="About this server")).to_contain_text(words)
    await assert_accessible(page)


async def test_whatever_is_said_is_only_text(page: Page, service: FakeService) -> None:
    nodes = [{"id": EVIL, "type": EVIL, "params": {"x": EVIL}}, {"id": "b", "type": "log"}]
    view = service.add(
        "orders", {"name": "orders", "nodes": nodes, "edges": [[EVIL, "b"]], "start_time": EVIL}
    )
    status = view.autoclone
    assert status
    evil = replace(status, reason_text=EVIL, reason=EVIL, error=EVIL)
    service.views["orders"] = replace(view, autoclone=evil, error=EVIL, source=EVIL)
    service.add_invalid("wrong", EVIL)
    service.add_events("orders", EventType.CLONE_CREATE_FAILED)
    entry = service.journal[0]
    service.journal[0] = replace(entry, event=replace(entry.event, message=EVIL, status=EVIL))
    server = replace(service.server(), warnings=(EVIL,), checks={EVIL: EVIL}, primary=f"javascript:{EVIL}")
    service.server = lambda: server  # type: ignore[method-assign]

    async def stats(name: str) -> DagStats:
        node = NodeStats(EVIL, EVIL, "failed", errors=1, last_error=EVIL)
        return DagStats(name, RunStatus.RUNNING, NOON, (node,))

    service.stats = stats  # type: ignore[method-assign]
    for path in ("/", "/dags/orders", "/dags/wrong", "/dags/orders/state", "/server", f"/?q={EVIL}"):
        await page.goto(path)
        await expect(page.locator("#live")).to_have_text("Live")
        assert EVIL in await page.locator("body").inner_text() or path.startswith("/?q")
        assert await page.evaluate(OWNED) is None
        assert await page.locator("img[src=x]").count() == 0


async def test_a_name_that_is_none_is_shown_as_text_too(url: str) -> None:
    async with AsyncClient(base_url=url, headers={"Accept": "text/html"}) as client:
        answer = await client.get(f"/dags/{EVIL}".replace("/script", "%2Fscript"))
        assert answer.status_code == 404
        assert "<img src=x" not in answer.text
        assert "&lt;img src=x" in answer.text
