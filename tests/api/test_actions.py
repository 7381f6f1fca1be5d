"""What operators do by hand."""

import pytest
from httpx import AsyncClient

from fake_service import FakeService

ORDERS = "/api/v1/dags/orders"
ACTIONS = {"start": "running", "stop": "stopped", "suspend": "suspended", "resume": "running"}


@pytest.mark.parametrize(("action", "status"), ACTIONS.items())
async def test_an_action_is_done_and_shown(
    client: AsyncClient, service: FakeService, action: str, status: str
) -> None:
    answer = await client.post(f"{ORDERS}/{action}")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert answer.json()["status"] == status == service.views["orders"].status


@pytest.mark.parametrize("action", [*ACTIONS, "clone"])
async def test_a_managed_clone_refuses(client: AsyncClient, service: FakeService, action: str) -> None:
    clone = service.add_clone("orders")
    answer = await client.post(f"/api/v1/dags/{clone}/{action}")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("managed-clone")
    assert answer.json()["parent"] == "orders"


@pytest.mark.parametrize("action", [*ACTIONS, "clone"])
async def test_an_unknown_name_suggests_the_nearest(client: AsyncClient, action: str) -> None:
    answer = await client.post(f"/api/v1/dags/order/{action}")
    assert answer.status_code == 404
    assert answer.json()["nearest"] == "orders"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "orders_copy"),
        (b"{}", "orders_copy"),
        (b'{"name": null}', "orders_copy"),
        (b'{"name": "b"}', "b"),
    ],
)
async def test_a_copy_by_hand(client: AsyncClient, service: FakeService, body: bytes, name: str) -> None:
    headers = {"Content-Type": "application/json"} if body else {}
    answer = await client.post(f"{ORDERS}/clone", content=body, headers=headers)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/dags/{name}"
    assert service.views[name].document == {"name": name}


async def test_a_copy_under_a_name_that_is_taken_is_a_conflict(client: AsyncClient) -> None:
    answer = await client.post(f"{ORDERS}/clone", json={"name": "orders"})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("body", "field", "remedy"),
    [
        ('{"name": "a b"}', "name", '"a_b"'),
        ('{"name": 7}', "name", "Begin with"),
        ('{"nam": "b"}', "nam", "Did you mean name?"),
        ('{"name": "a", "name": "b"}', "", "Keep one of them"),
        ("[]", "", "Write a JSON object"),
    ],
)
async def test_a_wrong_request_for_a_copy_names_the_field(
    client: AsyncClient, service: FakeService, body: str, field: str, remedy: str
) -> None:
    answer = await client.post(f"{ORDERS}/clone", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert remedy in error["remedy"]
    assert list(service.views) == ["orders"]
