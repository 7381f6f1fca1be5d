"""A ramp's past over HTTP: taken again, and under another definition."""

from dataclasses import replace

import pytest

from autoclone.ports import Change
from engine_world import SECOND
from replay_kit import PATH, looked_back

FEWER = {"autoclone": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 1}}


async def test_the_past_comes_to_what_is_journalled_and_stored() -> None:
    async with looked_back() as (client, _, _):
        answer = (await client.get(PATH, params={"from": "2025-01-25T08:59:30"})).json()
    assert (answer["exact"], answer["differences"]) == (True, [])
    assert (answer["from"], answer["to"]) == ("2025-01-25T08:59:30+00:00", "2025-01-25T09:05:00+00:00")
    assert (answer["timezone"], answer["clones"], answer["steps"] > 0) == ("UTC", 0, True)
    assert [item["type"] for item in answer["items"]][:3] == [
        "ramp_up.started",
        "clone.created",
        "clone.started",
    ]
    assert answer["clone_minutes"] == pytest.approx(5 + 4 + 3, abs=0.01)
    assert answer["state"]["phase"] == "active"
    assert len(answer["state"]["clones"]) == 3


async def test_a_state_that_nothing_led_to_is_told_of() -> None:
    async with looked_back() as (client, server, _):
        state = await server.store.get_state("orders")
        assert state is not None
        await server.store.commit(1, [Change(replace(state, ramp_up_completed=False))])
        answer = (await client.get(PATH)).json()
    assert answer["exact"] is False
    assert answer["differences"][0].startswith("the state that is stored is RampState(")


async def test_what_would_have_been_under_another_definition() -> None:
    async with looked_back() as (client, _, _):
        answer = (await client.post(PATH, params={"from": "2025-01-25T08:59"}, json=FEWER)).json()
    assert answer["actual"]["clone_minutes"] == pytest.approx(12, abs=0.01)
    assert answer["other"]["clone_minutes"] == pytest.approx(5, abs=0.01)
    assert [item["type"] for item in answer["other"]["items"]] == [
        "ramp_up.started",
        "clone.created",
        "clone.started",
        "ramp_up.completed",
    ]
    assert answer["differences"] == [
        {"from": "2025-01-25T09:01:00+00:00", "to": "2025-01-25T09:02:00+00:00", "actual": 2, "other": 1},
        {"from": "2025-01-25T09:02:00+00:00", "to": "2025-01-25T09:05:00+00:00", "actual": 3, "other": 1},
    ]


async def test_it_begins_with_the_clones_that_there_were_and_with_the_words_that_were_said() -> None:
    async with looked_back(minutes=4) as (client, server, world):
        await server.service.stop("orders")
        await world.clock.advance(30 * SECOND)
        answer = (await client.post(PATH, params={"from": "2025-01-25T09:01:30"}, json=FEWER)).json()
    assert answer["clones"] == 2
    assert [(one["actual"], one["other"]) for one in answer["differences"]] == [(2, 1), (3, 1)]
    assert answer["other"]["items"][-1]["status"] == "idle"


async def test_the_same_definition_would_have_been_the_same() -> None:
    async with looked_back() as (client, server, _):
        view = await server.service.get("orders")
        answer = (await client.post(PATH, params={"from": "2025-01-25T08:59"}, json=view.document)).json()
    assert answer["differences"] == []


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"from": "2025-01-25T10:00:00Z"}, 'from = "2025-01-25T10:00:00+00:00": is to come'),
        ({"from": "2025-01-25T08:00:00Z", "to": "2025-01-25T07:00:00Z"}, "is not after from"),
        ({"from": "2024-11-25T09:00:00Z"}, "is more than 31 days after from"),
        ({"form": "2025-01-25T09:00:00Z"}, "Did you mean from?"),
    ],
)
async def test_times_that_cannot_be_looked_back_on_are_refused(params: dict[str, str], problem: str) -> None:
    async with looked_back(minutes=1) as (client, _, _):
        answer = await client.get(PATH, params=params)
    assert answer.status_code == 422
    assert problem in answer.json()["detail"]


async def test_a_definition_that_is_wrong_is_refused_field_by_field() -> None:
    async with looked_back(minutes=1) as (client, _, _):
        wrong = {"autoclone": {**FEWER["autoclone"], "ramp_up_time": "9:00"}}
        answer = await client.post(PATH, json=wrong)
        missing = await client.get("/api/v1/dags/order/replay")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "autoclone.ramp_up_time"
    assert (missing.status_code, missing.json()["nearest"]) == (404, "orders")


async def test_what_would_have_been_begins_with_the_record() -> None:
    async with looked_back() as (client, _, _):
        answer = (await client.post(PATH, json=FEWER)).json()
    assert answer["from"] == "2025-01-25T09:00:00+00:00"
    assert answer["other"]["clone_minutes"] == pytest.approx(5, abs=0.01)
