"""Looking at what a write would come to, and confirming it, over HTTP."""

from typing import Any

import pytest
from httpx import AsyncClient

from autoclone.errors import NeedsConfirmation
from fake_service import FakeService

ORDERS = "/api/v1/dags/orders"
DOCUMENT: dict[str, Any] = {"autoclone": {"ramp_up_time": "0900", "ramp_down_time": "1800", "ramp_count": 1}}


async def test_a_plan_tells_what_would_come_and_go(client: AsyncClient, service: FakeService) -> None:
    answer = await client.put(ORDERS, params={"dry_run": "true", "to": "2025-01-25T18:30"}, json=DOCUMENT)

    assert answer.status_code == 200
    plan = answer.json()
    assert {key: plan[key] for key in ("name", "revision", "needs_confirmation", "deletes")} == {
        "name": "orders",
        "revision": 1,
        "needs_confirmation": False,
        "deletes": [],
    }
    assert [(item["at"][11:16], item["type"]) for item in plan["added"]] == [
        ("12:00", "ramp_up.completed"),
        ("18:00", "ramp_down.started"),
        ("18:00", "clone.stopped"),
        ("18:00", "clone.deleted"),
        ("18:00", "ramp_down.completed"),
    ]
    assert plan["removed"][0]["at"] == "2025-01-25T12:01:00-05:00"
    assert (plan["minutes_before"], plan["minutes_after"]) == (600.0, 360.0)
    assert (plan["to"], plan["timezone"]) == ("2025-01-25T18:30:00-05:00", "America/New_York")
    assert service.views["orders"].revision == 1


async def test_the_plan_of_a_delete(client: AsyncClient, service: FakeService) -> None:
    plan = (await client.delete(ORDERS, params={"dry_run": "true"})).json()

    assert [item["type"] for item in plan["added"]] == ["parent.deleted"]
    assert plan["minutes_after"] == 0
    assert len(plan["id"]) == 16
    assert "orders" in service.views


async def test_only_so_many_events_are_compared(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.edits.MOST", 7)
    plan = (await client.put(ORDERS, params={"dry_run": "true"}, json=DOCUMENT)).json()

    assert plan["to"] == "2025-01-25T17:00:00-05:00"
    assert plan["minutes_after"] == 300


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"dry_run": "perhaps"}, "is neither true nor false. Write true to change nothing"),
        ({"dryrun": "true"}, "Did you mean dry_run?"),
        ({"dry_run": "true", "to": "2025-03-25"}, "is more than 31 days after from"),
    ],
)
async def test_nothing_is_written_by_mistake(
    client: AsyncClient, service: FakeService, params: dict[str, str], words: str
) -> None:
    answer = await client.put(ORDERS, params=params, json=DOCUMENT)

    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert service.views["orders"].revision == 1


async def test_what_needs_a_confirmation_is_a_conflict(client: AsyncClient, service: FakeService) -> None:
    service.failure = NeedsConfirmation("orders", "5c7f", ("orders_1", "orders_2"))
    answer = await client.put(ORDERS, json=DOCUMENT)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:autoclone:problem:needs-confirmation")
    assert (answer.json()["plan"], answer.json()["clones"]) == ("5c7f", ["orders_1", "orders_2"])
    assert "repeat it with ?confirm=5c7f" in answer.json()["detail"]


async def test_a_confirmation_reaches_the_service(client: AsyncClient, service: FakeService) -> None:
    assert (await client.put(ORDERS, params={"confirm": "5c7f"}, json=DOCUMENT)).status_code == 200
    assert (await client.delete(ORDERS, params={"confirm": "5c7f"})).status_code == 204
    assert service.confirmed == ["5c7f", "5c7f"]
