"""Pausing a ramp, overriding its number, and letting it go on."""

from dataclasses import replace

import pytest
from httpx import AsyncClient

from fake_service import FakeService

RAMP = "/api/v1/dags/orders/autoclone"
JSON = {"Content-Type": "application/json"}
HELD = {"kind": "pause", "since": "2025-01-25T17:00:00+00:00", "count": 0, "reason": ""}


@pytest.mark.parametrize(
    ("action", "body", "hold"),
    [
        ("pause", {"for": "1h30m"}, {"until": "2025-01-25T18:30:00+00:00"}),
        (
            "pause",
            {"until": "2025-01-25T13:00:00-05:00", "reason": "a look"},
            {"until": "2025-01-25T18:00:00+00:00", "reason": "a look"},
        ),
        (
            "override",
            {"count": 3, "for": "2h"},
            {"kind": "override", "until": "2025-01-25T19:00:00+00:00", "count": 3},
        ),
        (
            "override",
            {"count": 0, "for": "7d", "until": None},
            {"kind": "override", "until": "2025-02-01T17:00:00+00:00"},
        ),
    ],
)
async def test_a_hold_is_shown_in_the_answer_and_in_the_status(
    client: AsyncClient, action: str, body: dict[str, object], hold: dict[str, object]
) -> None:
    answer = await client.post(f"{RAMP}/{action}", json=body)
    assert (answer.status_code, answer.json()["hold"]) == (200, HELD | hold)
    assert (await client.get(RAMP)).json()["hold"] == HELD | hold
    assert (await client.post(f"{RAMP}/resume")).json()["hold"] is None
    assert (await client.get(RAMP)).json()["hold"] is None


@pytest.mark.parametrize(
    ("action", "body", "field", "words"),
    [
        ("pause", "", "until", "every hold has an end"),
        ("pause", '{"reason": "a look"}', "until", "every hold has an end"),
        ("pause", '{"for": "1h", "until": "2025-01-25T18:00:00Z"}', "until", 'and "for" too'),
        ("pause", '{"for": "8d"}', "for", "longer than 7d"),
        ("pause", '{"until": "2025-02-01T17:00:01Z"}', "until", "more than 7d away"),
        ("pause", '{"until": "2025-01-25T17:00:00Z"}', "until", "is past"),
        ("pause", '{"until": "2025-01-25T18:00:00"}', "until", "no offset"),
        ("pause", '{"until": 7}', "until", "not a time"),
        ("pause", '{"for": "2 hours"}', "for", "not a duration"),
        ("pause", '{"for": 2}', "for", "not a duration"),
        ("pause", '{"for": "1h", "reason": "two\\nlines"}', "reason", "one line"),
        ("pause", '{"for": "1h", "reason": "\\ud800"}', "reason", "half a surrogate"),
        ("pause", f'{{"for": "1h", "reason": "{"x" * 501}"}}', "reason", "longer than 500"),
        ("pause", '{"for": "1h", "count": 3}', "count", "not a key here"),
        ("override", '{"for": "1h"}', "count", "is missing"),
        ("override", '{"for": "1h", "count": -1}', "count", "not between 0 and 10000"),
        ("override", '{"for": "1h", "count": 10001}', "count", "more than 10000"),
        ("override", '{"for": "1h", "count": "3"}', "count", "not a whole number"),
        ("override", '{"fro": "1h", "count": 3}', "fro", "not a key here"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_held(
    client: AsyncClient, action: str, body: str, field: str, words: str
) -> None:
    answer = await client.post(f"{RAMP}/{action}", content=body, headers=JSON if body else {})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert words in error["problem"]
    assert error["remedy"]
    assert (await client.get(RAMP)).json()["hold"] is None


async def test_every_fault_is_told_at_once(client: AsyncClient) -> None:
    answer = await client.post(f"{RAMP}/override", json={"reason": "a\nb"})
    assert [error["field"] for error in answer.json()["errors"]] == ["until", "count", "reason"]


async def test_a_misspelt_key_is_met_with_the_nearest(client: AsyncClient) -> None:
    answer = await client.post(f"{RAMP}/pause", json={"fro": "1h"})
    assert answer.json()["errors"][0]["remedy"] == "Did you mean for?"


@pytest.mark.parametrize("action", ["pause", "override", "resume"])
async def test_a_managed_clone_refuses(client: AsyncClient, service: FakeService, action: str) -> None:
    clone = service.add_clone("orders")
    body = {"for": "1h", "count": 1} if action == "override" else {"for": "1h"}
    answer = await client.post(f"/api/v1/dags/{clone}/autoclone/{action}", json=body)
    assert answer.status_code == 403
    assert answer.json()["parent"] == "orders"


@pytest.mark.parametrize("action", ["pause", "resume"])
async def test_an_unknown_name_suggests_the_nearest(client: AsyncClient, action: str) -> None:
    answer = await client.post(f"/api/v1/dags/order/autoclone/{action}", json={"for": "1h"})
    assert (answer.status_code, answer.json()["nearest"]) == (404, "orders")


async def test_a_ramp_that_is_off_cannot_be_held(client: AsyncClient, service: FakeService) -> None:
    view = service.views["orders"]
    assert view.autoclone is not None
    service.views["orders"] = replace(view, autoclone=replace(view.autoclone, enabled=False))
    answer = await client.post(f"{RAMP}/pause", json={"for": "1h"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:autoclone:problem:autoclone-off"
    assert "ramp_count is 0" in answer.json()["detail"]
