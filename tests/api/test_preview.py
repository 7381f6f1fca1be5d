"""The events to come, over HTTP: pages, the time that is asked about, and what is wrong with it."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from httpx import AsyncClient

from autoclone.core.model import Plan
from autoclone.core.rations import ALL, Limit
from autoclone.core.window import Schedule, Window
from fake_service import NOON, FakeService

Json = dict[str, Any]
PREVIEW = "/api/v1/dags/orders/preview"


async def get(client: AsyncClient, path: str = PREVIEW, **params: str | int) -> Json:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def refusal(client: AsyncClient, **params: str) -> str:
    answer = await client.get(PREVIEW, params=params)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:autoclone:problem:invalid-input")
    return str(answer.json()["detail"])


async def test_a_day_from_now(client: AsyncClient) -> None:
    answer = await get(client)

    assert answer["items"][:2] == [
        {
            "at": "2025-01-25T12:00:00-05:00",
            "type": "ramp_up.started",
            "clone": None,
            "status": "ramping_up (0/2)",
            "clones": 0,
        },
        {
            "at": "2025-01-25T12:00:00-05:00",
            "type": "clone.created",
            "clone": "orders_20250125120000",
            "status": "ramping_up (1/2)",
            "clones": 1,
        },
    ]
    assert answer["from"] == "2025-01-25T12:00:00-05:00"
    assert answer["to"] == "2025-01-26T12:00:00-05:00"
    assert (answer["timezone"], answer["clones"], answer["next"]) == ("America/New_York", 0, None)


@pytest.mark.parametrize("limit", [1, 2, 5, 7])
async def test_pages_leave_nothing_out_and_repeat_nothing(client: AsyncClient, limit: int) -> None:
    whole = await get(client, to="2025-01-27T12:00:00Z")
    page = await get(client, to="2025-01-27T12:00:00Z", limit=limit)
    items, counts = page["items"], [page["clones"]]
    while page["next"]:
        counts.append(items[-1]["clones"])
        page = await get(client, to="2025-01-27T12:00:00Z", limit=limit, cursor=page["next"])
        assert page["clones"] == counts[-1]
        items += page["items"]

    assert items == whole["items"]


async def test_a_far_day_tells_how_many_there_are_where_it_begins(client: AsyncClient) -> None:
    answer = await get(client, **{"from": "2029-06-01T12:00", "to": "2029-06-01T17:00:30"})

    assert answer["from"] == "2029-06-01T12:00:00-04:00"
    assert answer["clones"] == 2
    assert [item["type"] for item in answer["items"]] == [
        "ramp_down.started",
        "clone.stopped",
        "clone.deleted",
    ]


async def test_from_the_past_is_from_now(client: AsyncClient) -> None:
    assert await get(client, **{"from": "2020-01-01T00:00Z"}) == await get(client)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"from": "tomorrow"}, 'from = "tomorrow": is not a time in ISO 8601'),
        ({"from": "2025-01-26T00:00:00 01:00"}, "Write + as %2B"),
        ({"from": "0001-01-01T00:00"}, "Write a year from 1900 to 9000"),
        ({"from": "2031-01-01"}, "is more than five years ahead. Write an earlier time"),
        ({"to": "2025-01-24T00:00"}, "is past. Write a time to come; GET /api/v1/events has what happened"),
        ({"from": "2025-02-02", "to": "2025-02-01"}, "is not after from. Let to be the later of the two"),
        ({"to": "2026-02-01"}, "is more than 366 days after from. Ask for a shorter time"),
        ({"form": "2025-02-02"}, 'form = "2025-02-02": is not a parameter here. Did you mean from?'),
        ({"cursor": "x"}, "is not a cursor of this list"),
        ({"cursor": "WyJwcmV2aWV3IiwieCAxIl0="}, "is not a cursor of this list"),
        ({"cursor": "WyJwcmV2aWV3IiwiMjAyNS0wMS0yNVQxNDowMTowMFogLTEiXQ=="}, "is not a cursor of this list"),
    ],
)
async def test_what_is_wrong_is_told(client: AsyncClient, params: dict[str, str], words: str) -> None:
    assert words in await refusal(client, **params)


async def test_what_takes_too_long_to_work_out_is_refused(client: AsyncClient, service: FakeService) -> None:
    zone = service.plan.schedule.zone
    service.plan = Plan(Schedule((Window(time(9), time(17), 400), Window(time(17), time(9), 1)), zone))

    detail = await refusal(client, **{"from": "2029-01-01", "to": "2029-12-01"})

    assert "takes too long to work out" in detail
    assert "Ask for an earlier time" in detail


async def test_where_autoclone_is_off_nothing_is_to_come(client: AsyncClient, service: FakeService) -> None:
    service.plan = replace(service.plan, disabled="it is off")

    assert (await get(client))["items"] == []


async def test_a_clone_has_no_ramp(client: AsyncClient, service: FakeService) -> None:
    clone = service.add_clone("orders")
    answer = await client.get(f"/api/v1/dags/{clone}/preview")

    assert (answer.status_code, answer.json()["nearest"]) == (404, "orders")
    assert service.present("orders").now == NOON


async def test_the_fleet_has_what_all_dags_have(client: AsyncClient, service: FakeService) -> None:
    service.add("refunds")
    answer = await get(client, "/api/v1/preview")

    assert answer["items"] == [
        {"at": "2025-01-25T17:00:00+00:00", "clones": 2},
        {"at": "2025-01-25T17:01:00+00:00", "clones": 4},
        {"at": "2025-01-25T22:00:00+00:00", "clones": 2},
        {"at": "2025-01-25T22:01:00+00:00", "clones": 0},
        {"at": "2025-01-26T14:00:00+00:00", "clones": 2},
        {"at": "2025-01-26T14:01:00+00:00", "clones": 4},
    ]
    assert answer["peak"] == {"at": "2025-01-25T17:01:00+00:00", "clones": 4}
    assert (answer["clones"], answer["next"]) == (0, None)
    assert answer["to"] == "2025-01-26T17:00:00+00:00"
    assert answer["waits"] == []


async def test_who_will_wait_where_the_fleet_is_limited(client: AsyncClient, service: FakeService) -> None:
    service.add("refunds")
    service.fleet_limits = (Limit(ALL, clones=3),)
    answer = await get(client, "/api/v1/preview", to="2025-01-25T23:00Z")

    assert answer["peak"] == {"at": "2025-01-25T17:01:00+00:00", "clones": 3}
    assert answer["waits"] == [
        {
            "name": "refunds",
            "since": "2025-01-25T17:01:00+00:00",
            "until": "2025-01-25T22:00:00+00:00",
            "limit": "max_clones",
            "label": None,
            "most": 3,
        }
    ]


async def test_pages_of_the_fleet(client: AsyncClient) -> None:
    whole = await get(client, "/api/v1/preview")
    page = await get(client, "/api/v1/preview", limit=2)
    items = page["items"]
    while page["next"]:
        page = await get(client, "/api/v1/preview", limit=2, cursor=page["next"])
        items += page["items"]

    assert items == whole["items"]


async def test_the_fleet_in_broad_strokes(client: AsyncClient) -> None:
    answer = await get(client, "/api/v1/preview", resolution="1h")

    assert answer["items"] == [
        {"at": "2025-01-25T17:00:00+00:00", "clones": 2},
        {"at": "2025-01-25T22:00:00+00:00", "clones": 1},
        {"at": "2025-01-25T23:00:00+00:00", "clones": 0},
        {"at": "2025-01-26T14:00:00+00:00", "clones": 2},
    ]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"resolution": "5"}, "resolution"),
        ({"resolution": "2d"}, 'Write a duration from "1s" to "1d"'),
        ({"to": "2025-02-25"}, "is more than 8 days after from"),
    ],
)
async def test_what_is_wrong_about_the_fleet_is_told(
    client: AsyncClient, params: dict[str, str], words: str
) -> None:
    answer = await client.get("/api/v1/preview", params=params)

    assert answer.status_code == 422
    assert words in answer.json()["detail"]


async def test_a_fleet_that_takes_too_long_is_refused(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.foresight.DEAREST_FLEET", 10)
    answer = await client.get("/api/v1/preview")

    assert "takes too long to work out" in answer.json()["detail"]
