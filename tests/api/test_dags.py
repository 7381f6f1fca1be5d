"""Definitions over HTTP: what is stored, its entity tag, and the conditions on it."""

import pytest
from httpx import AsyncClient

from autoclone.engine.views import DagView
from autoclone.errors import UnknownDag
from fake_service import FakeService

DAGS = "/api/v1/dags"
ORDERS = f"{DAGS}/orders"
DOCUMENT = {"name": "orders", "x-note": "über"}


async def test_a_new_dag_is_created_and_says_where_it_is(client: AsyncClient, service: FakeService) -> None:
    answer = await client.post(DAGS, json={"name": "returns", "nodes": [], "limit": 2**64 - 1})
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{DAGS}/returns"
    assert answer.headers["etag"] == '"2"'
    assert answer.json()["document"] == {"name": "returns", "nodes": [], "limit": 2**64 - 1}
    assert service.views["returns"].document == answer.json()["document"]
    assert (await client.get(answer.headers["location"])).json() == answer.json()


async def test_creating_what_exists_is_a_conflict_and_changes_nothing(
    client: AsyncClient, service: FakeService
) -> None:
    answer = await client.post(DAGS, json=DOCUMENT)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("dag-exists")
    assert answer.json()["name"] == "orders"
    assert service.views["orders"].document == {"name": "orders"}


async def test_a_dag_shows_everything(client: AsyncClient) -> None:
    answer = await client.get(ORDERS)
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1"'
    dag = answer.json()
    assert list(dag) == [
        "name",
        "parent",
        "status",
        "revision",
        "source",
        "updated_at",
        "document",
        "autoclone",
        "error",
    ]
    assert dag["updated_at"] == "2025-01-25T17:00:00+00:00"
    assert dag["autoclone"] == (await client.get(f"{ORDERS}/autoclone")).json()


async def test_a_clone_names_its_parent_and_has_no_ramp(client: AsyncClient, service: FakeService) -> None:
    dag = (await client.get(f"{DAGS}/{service.add_clone('orders')}")).json()
    assert (dag["parent"], dag["autoclone"]) == ("orders", None)


async def test_an_invalid_dag_shows_its_error(client: AsyncClient, service: FakeService) -> None:
    service.add_invalid("broken", "line 1: no")
    dag = (await client.get(f"{DAGS}/broken")).json()
    assert (dag["status"], dag["revision"], dag["updated_at"]) == ("invalid", 0, None)
    assert dag["error"] == "line 1: no"


async def test_replacing_and_creating_by_name(client: AsyncClient, service: FakeService) -> None:
    replaced = await client.put(ORDERS, json=DOCUMENT)
    assert (replaced.status_code, replaced.headers["etag"]) == (200, '"2"')
    assert "location" not in replaced.headers
    assert service.views["orders"].document == DOCUMENT
    new = await client.put(f"{DAGS}/returns", json={})
    assert (new.status_code, new.headers["location"]) == (201, f"{DAGS}/returns")


async def test_deleting(client: AsyncClient, service: FakeService) -> None:
    answer = await client.delete(ORDERS)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "orders" not in service.views
    assert (await client.delete(ORDERS)).status_code == 404


@pytest.mark.parametrize("tags", ['"1"', "*", '"7", "1"', ' ,"x,y" ,, "1",', 'W/"1", "1"'])
async def test_a_condition_that_holds_lets_the_change_through(
    client: AsyncClient, service: FakeService, tags: str
) -> None:
    answer = await client.put(ORDERS, json=DOCUMENT, headers={"If-Match": tags})
    assert answer.status_code == 200
    assert service.views["orders"].document == DOCUMENT


@pytest.mark.parametrize("tags", ['"2"', 'W/"1"', '"01"', '"abc"', '""', '"2", "3"'])
async def test_a_condition_that_does_not_hold_is_412_and_changes_nothing(
    client: AsyncClient, service: FakeService, tags: str
) -> None:
    for answer in (
        await client.put(ORDERS, json=DOCUMENT, headers={"If-Match": tags}),
        await client.delete(ORDERS, headers={"If-Match": tags}),
    ):
        assert answer.status_code == 412
        assert answer.json()["type"].endswith("revision-mismatch")
        assert (answer.json()["name"], answer.json()["revision"]) == ("orders", 1)
        assert "revision 1" in answer.json()["detail"]
    assert service.views["orders"].document == {"name": "orders"}


async def test_nothing_stored_matches_nothing(client: AsyncClient, service: FakeService) -> None:
    answer = await client.put(f"{DAGS}/returns", json={}, headers={"If-Match": "*"})
    assert answer.status_code == 412
    assert answer.json()["revision"] is None
    assert "returns" not in service.views


@pytest.mark.parametrize("tags", ["", "3", '"3', "'3'", '"1""2"', '*, "1"', ",", 'w/"1"', '"1" "2"', "W/ *"])
async def test_a_malformed_condition_is_400_and_names_the_header(
    client: AsyncClient, service: FakeService, tags: str
) -> None:
    for header in ("If-Match", "If-None-Match"):
        answer = await client.put(ORDERS, json=DOCUMENT, headers={header: tags})
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("malformed-header")
        assert answer.json()["header"] == header
        assert f"{header} = {tags}".strip() in answer.json()["detail"]
    assert service.views["orders"].document == {"name": "orders"}


async def test_conditions_on_several_lines_are_one_list(client: AsyncClient) -> None:
    headers = [("If-Match", '"7"'), ("If-Match", '"1"')]
    assert (await client.put(ORDERS, json=DOCUMENT, headers=headers)).status_code == 200


async def test_if_none_match_star_creates_but_never_replaces(
    client: AsyncClient, service: FakeService
) -> None:
    only_new = {"If-None-Match": "*"}
    assert (await client.put(f"{DAGS}/returns", json={}, headers=only_new)).status_code == 201
    answer = await client.put(ORDERS, json=DOCUMENT, headers=only_new)
    assert answer.status_code == 412
    assert service.views["orders"].document == {"name": "orders"}


async def test_someone_else_creates_it_in_between(
    client: AsyncClient, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_yet(name: str) -> DagView:
        raise UnknownDag(name)

    monkeypatch.setattr(service, "get", not_yet)
    answer = await client.put(ORDERS, json=DOCUMENT, headers={"If-None-Match": "*"})
    assert answer.status_code == 412
    assert answer.json()["type"].endswith("revision-mismatch")


@pytest.mark.parametrize("tags", ['"1"', 'W/"1"', "*", '"7", "1"'])
async def test_a_reader_who_has_it_is_not_sent_it_again(client: AsyncClient, tags: str) -> None:
    answer = await client.get(ORDERS, headers={"If-None-Match": tags})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')


async def test_a_reader_who_has_another_is_sent_it(client: AsyncClient) -> None:
    answer = await client.get(ORDERS, headers={"If-None-Match": '"2"'})
    assert (answer.status_code, answer.json()["revision"]) == (200, 1)


async def test_a_managed_clone_refuses_before_its_conditions_are_looked_at(
    client: AsyncClient, service: FakeService
) -> None:
    clone = service.add_clone("orders")
    for headers in ({}, {"If-Match": '"7"'}):
        for answer in (
            await client.put(f"{DAGS}/{clone}", json={}, headers=headers),
            await client.delete(f"{DAGS}/{clone}", headers=headers),
        ):
            assert answer.status_code == 403
            assert answer.json()["type"].endswith("managed-clone")
            assert (answer.json()["name"], answer.json()["parent"]) == (clone, "orders")
    assert clone in service.views


async def test_a_wrong_document_is_422_with_each_fault(client: AsyncClient) -> None:
    answer = await client.put(ORDERS, json={"name": "other"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "name", "value": "", "problem": "is not right", "remedy": "Write the right one"}
    ]
