"""Lists in pages, and their parameters."""

import base64
from typing import Any

import pytest
from httpx import AsyncClient

from autoclone.core.events import EventType
from fake_service import FakeService

Json = dict[str, Any]

BEGINNING = (EventType.RAMP_UP_STARTED, EventType.CLONE_CREATED, EventType.CLONE_STARTED)
LISTS = ("/api/v1/dags", "/api/v1/autoclone", "/api/v1/events")


@pytest.fixture
def many(service: FakeService) -> FakeService:
    for number in range(6):
        service.add(f"dag{number}")
    service.add_events("orders", *BEGINNING, EventType.RAMP_UP_COMPLETED)
    service.add_events("dag1", *BEGINNING)
    return service


async def pages(client: AsyncClient, path: str, **params: str | int) -> list[list[Json]]:
    found: list[list[Json]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(path, params={**params, **cursor})
        assert answer.status_code == 200
        assert list(answer.json()) == ["items", "next"]
        found.append(answer.json()["items"])
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 3, 7, 8])
async def test_pages_hold_everything_once_and_in_order(
    client: AsyncClient, many: FakeService, path: str, limit: int
) -> None:
    (whole,) = await pages(client, path)
    found = await pages(client, path, limit=limit)
    assert [item for page in found for item in page] == whole
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert len(whole) == 7
    assert all(item["name"] for item in whole)


async def test_names_are_in_order(client: AsyncClient, many: FakeService) -> None:
    (dags,) = await pages(client, "/api/v1/dags")
    assert [dag["name"] for dag in dags] == sorted(many.views)


async def test_events_newest_first(client: AsyncClient, many: FakeService) -> None:
    (oldest_first,) = await pages(client, "/api/v1/events")
    found = await pages(client, "/api/v1/events", order="desc", limit=2)
    assert [event for page in found for event in page] == oldest_first[::-1]


async def test_an_event_tells_everything(client: AsyncClient, many: FakeService) -> None:
    (events,) = await pages(client, "/api/v1/events", type="clone.created", parent="orders")
    assert events == [
        {
            "name": "orders_20250125090000",
            "position": 2,
            "sequence": 2,
            "at": "2025-01-25T17:02:00+00:00",
            "type": "clone.created",
            "parent": "orders",
            "clone": "orders_20250125090000",
            "status": "active",
            "clones": 1,
            "target": 1,
            "epoch": 1,
            "message": None,
            "hold": None,
            "by": None,
        }
    ]


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ("parent=dag1", [5, 6, 7]),
        ("parent=nobody", []),
        ("type=clone.created&type=clone.started", [2, 3, 6, 7]),
        ("after=5", [6, 7]),
        ("after=0&limit=2", [1, 2]),
        ("after=3&order=desc", [2, 1]),
        ("since=2025-01-25T17:06:00Z", [6, 7]),
        ("since=2025-01-25T12:06:00-05:00", [6, 7]),
        ("until=2025-01-25T22%3A03%3A00%2B05:00", [1, 2]),
        ("since=2025-01-25T17:02:00Z&until=2025-01-25T17:04:00Z&type=clone.started", [3]),
    ],
)
async def test_events_are_filtered(
    client: AsyncClient, many: FakeService, query: str, positions: list[int]
) -> None:
    answer = await client.get(f"/api/v1/events?{query}")
    assert [event["position"] for event in answer.json()["items"]] == positions


async def test_ramps_are_filtered_by_phase(client: AsyncClient, many: FakeService) -> None:
    active = (await client.get("/api/v1/autoclone?phase=active&limit=7")).json()
    assert (len(active["items"]), active["next"]) == (7, None)
    assert (await client.get("/api/v1/autoclone?phase=idle")).json() == {"items": [], "next": None}


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("path", "query", "field", "value", "remedy"),
    [
        *(
            (path, f"limit={limit}", "limit", f'"{limit}"', "Write one, such as 100")
            for path in LISTS
            for limit in ("0", "-1", "1001", "ten", "1.5", "", "٣", "9" * 5000)
        ),
        *(
            (path, f"cursor={bad}", "cursor", f'"{bad}"', "Pass on `next`")
            for path in LISTS
            for bad in ("", "!", "über", "AAAA", cursor("[]"), cursor('"dags"'), cursor('["events.desc", 1]'))
        ),
        ("/api/v1/dags", "cursor=" + cursor('["dags", null]'), "cursor", "", "Pass on"),
        ("/api/v1/dags", "cursor=" + cursor('["dags", "a b"]'), "cursor", "", "Pass on"),
        ("/api/v1/dags", "cursor=" + cursor('["autoclone", "orders"]'), "cursor", "", "Pass on"),
        ("/api/v1/events", "cursor=" + cursor('["events.asc", true]'), "cursor", "", "same order"),
        ("/api/v1/events", "cursor=" + cursor('["events.asc", 0]'), "cursor", "", "same order"),
        ("/api/v1/events", "cursor=" + cursor(f'["events.asc", {2**63}]'), "cursor", "", "same order"),
        ("/api/v1/autoclone", "phase=activ", "phase", '"activ"', "Did you mean active?"),
        ("/api/v1/events", "order=up", "order", '"up"', "Write one of asc, desc"),
        (
            "/api/v1/events",
            "type=clone.created&type=clone.create",
            "type[1]",
            '"clone.create"',
            "clone.created",
        ),
        ("/api/v1/events", "parent=a%20b", "parent", '"a b"', '"a_b"'),
        ("/api/v1/events", "since=9:00", "since", '"9:00"', "Write one such as"),
        ("/api/v1/events", "since=1737810000", "since", '"1737810000"', "Write one such as"),
        ("/api/v1/events", "since=2025-01-25T09:00", "since", '"2025-01-25T09:00"', '"2025-01-25T09:00Z"'),
        ("/api/v1/events", "since=2025-01-25T09:00+01:00", "since", "", "%2B01:00"),
        ("/api/v1/events", "until=0001-01-01T00:00%2B14:00", "until", "", "from 2 to 9998"),
        ("/api/v1/events", "after=-1", "after", '"-1"', "Write the `position` of an event"),
        ("/api/v1/events", "after=9223372036854775808", "after", "", "Write the `position` of an event"),
        ("/api/v1/events", "limt=5", "limt", '"5"', "Did you mean limit?"),
        ("/api/v1/dags", "phase=idle", "phase", '"idle"', "Write one of limit, cursor"),
    ],
)
async def test_a_bad_parameter_is_422_and_names_it(
    *, client: AsyncClient, many: FakeService, path: str, query: str, field: str, value: str, remedy: str
) -> None:
    answer = await client.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("invalid-input")
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["value"].startswith(value[:50])
    assert remedy in error["remedy"]
    assert field in answer.json()["detail"]
