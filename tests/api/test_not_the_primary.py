"""What a server answers that is not the primary, or that is so only by default."""

from dataclasses import replace
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.streams.hub import Hub
from autoclone.engine.views import ServerView
from autoclone.errors import NotPrimary
from fake_service import FakeService

DAGS = "/api/v1/dags"
ORDERS = f"{DAGS}/orders"
PRIMARY = "http://two:8000"
WRITES = [
    ("POST", DAGS, {"name": "new"}),
    ("PUT", ORDERS, {"name": "orders"}),
    ("DELETE", ORDERS, None),
    ("POST", f"{ORDERS}/start", None),
    ("POST", f"{ORDERS}/stop", None),
    ("POST", f"{ORDERS}/suspend", None),
    ("POST", f"{ORDERS}/resume", None),
    ("POST", f"{ORDERS}/clone", {"name": "copy"}),
    ("POST", f"{ORDERS}/autoclone/pause", {"for": "1h"}),
    ("POST", f"{ORDERS}/autoclone/override", {"count": 2, "for": "1h"}),
    ("POST", f"{ORDERS}/autoclone/resume", None),
    ("GET", f"{ORDERS}/state", None),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_a_change_is_sent_on_to_the_primary(
    client: AsyncClient, service: FakeService, method: str, path: str, body: dict[str, Any] | None
) -> None:
    service.failure = NotPrimary(PRIMARY)
    answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.headers["location"]) == (307, PRIMARY + path)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["primary"]) == ("urn:autoclone:problem:at-the-primary", PRIMARY)
    assert PRIMARY in problem["detail"]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_where_no_primary_is_known_another_try_is_asked_for(
    client: AsyncClient, service: FakeService, method: str, path: str, body: dict[str, Any] | None
) -> None:
    service.failure = NotPrimary()
    answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "location" not in answer.headers
    assert answer.json()["type"] == "urn:autoclone:problem:not-primary"


@pytest.mark.parametrize("primary", ["http://two:8000", "http://two:8000/", "https://two/behind/a/proxy"])
async def test_path_and_query_are_kept_as_they_came(
    client: AsyncClient, service: FakeService, primary: str
) -> None:
    service.failure = NotPrimary(primary)
    answer = await client.delete(f"{DAGS}/orders%20%2B%C3%BC%D0%96%3F?a=1&b=%26x")
    assert answer.headers["location"] == f"{primary.rstrip('/')}{DAGS}/orders%20+%C3%BC%D0%96%3F?a=1&b=%26x"


async def test_who_follows_it_repeats_method_and_body(
    client: AsyncClient, service: FakeService, hub: Hub
) -> None:
    """This is what 307 means, unlike 302 and 303."""
    primary = FakeService()
    there = create_app(primary, hub, metrics=lambda: (b"", ""), max_body_bytes=2000, version="0.1.0")
    there.state.service = primary
    service.failure = NotPrimary(PRIMARY)
    both = {"http://autoclone.test": client._transport, PRIMARY: ASGITransport(there)}
    async with AsyncClient(mounts=both, base_url="http://autoclone.test", follow_redirects=True) as follower:
        answer = await follower.put(f"{DAGS}/new", json={"name": "new", "nodes": []})
    assert (answer.status_code, str(answer.url)) == (201, f"{PRIMARY}{DAGS}/new")
    assert primary.views["new"].document == {"name": "new", "nodes": []}


WARNING = "ZooKeeper elects nobody: this server is primary by default, as the store allows."


class ByDefault(FakeService):
    def server(self) -> ServerView:
        return replace(super().server(), election="unavailable", warnings=(WARNING,))


async def test_a_primary_by_default_says_so_and_is_ready(hub: Hub) -> None:
    service = ByDefault()
    app = create_app(service, hub, metrics=lambda: (b"", ""), max_body_bytes=2000, version="0.1.0")
    async with AsyncClient(transport=ASGITransport(app), base_url="http://autoclone.test") as client:
        ready, server = await client.get("/readyz"), await client.get("/api/v1/server")
    assert (ready.status_code, ready.json()["warnings"]) == (200, [WARNING])
    assert server.json()["warnings"] == [WARNING]
    assert (server.json()["role"], server.json()["election"]) == ("primary", "unavailable")


async def test_openapi_tells_of_both(client: AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    for method, path, _ in WRITES:
        responses = paths[path.replace("orders", "{name}")][method.lower()]["responses"]
        redirect, later = (
            responses[status]["content"]["application/problem+json"] for status in ("307", "503")
        )
        assert "at-the-primary" in str(redirect)
        assert "not-primary" in str(later)
