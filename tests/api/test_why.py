"""Explaining a moment."""

import pytest
from httpx import AsyncClient

from fake_service import FakeService

WHY = "/api/v1/dags/orders/why"


@pytest.mark.parametrize(
    ("at", "tense", "shown", "known_from"),
    [
        (None, "present", "2025-01-25T17:00:00+00:00", "state"),
        ("2025-01-25T11:00:00-05:00", "past", "2025-01-25T16:00:00+00:00", "state"),
        ("2029-01-25T11:00:00-05:00", "future", "2029-01-25T16:00:00+00:00", "plan"),
    ],
)
async def test_any_moment_is_explained(
    client: AsyncClient, at: str | None, tense: str, shown: str, known_from: str
) -> None:
    answer = await client.get(WHY, params={"at": at} if at else {})
    assert answer.status_code == 200
    told = answer.json()
    assert list(told) == [
        "name",
        "at",
        "tense",
        "known_from",
        "revision",
        "scheduled",
        "parent_status",
        "autoclone",
        "last_event",
        "note",
    ]
    assert (told["tense"], told["at"], told["known_from"]) == (tense, shown, known_from)
    assert told["autoclone"] == (await client.get("/api/v1/dags/orders/autoclone")).json()


@pytest.mark.parametrize(
    ("at", "problem"),
    [("yesterday", "is not a time"), ("2035-01-25T11:00:00Z", "is more than five years ahead")],
)
async def test_a_moment_that_is_wrong_is_named(client: AsyncClient, at: str, problem: str) -> None:
    answer = await client.get(WHY, params={"at": at})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "at"
    assert problem in error["problem"]


async def test_a_clone_s_parent_is_to_be_asked_about(client: AsyncClient, service: FakeService) -> None:
    clone = service.add_clone("orders")
    answer = await client.get(f"/api/v1/dags/{clone}/why")
    assert (answer.status_code, answer.json()["nearest"]) == (404, "orders")
