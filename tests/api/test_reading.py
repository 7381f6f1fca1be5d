"""Status, state, server, probes and metrics."""

import json

from fastapi import FastAPI
from httpx import AsyncClient
from starlette.types import Message

from fake_service import FakeService


async def test_the_status_has_exactly_the_contract_s_keys_first(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/dags/orders/autoclone")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    status = answer.json()
    contract = ["clones", "config", "status", "last_clone_time", "ramp_up_completed", "ramp_down_started"]
    assert list(status)[:6] == contract
    assert list(status["config"]) == ["ramp_up_time", "ramp_down_time", "ramp_count"]
    assert status["last_clone_time"] == "2025-01-25T09:00:00-05:00"


async def test_lists_and_dags_show_the_very_same_status(client: AsyncClient) -> None:
    alone = (await client.get("/api/v1/dags/orders/autoclone")).text
    (listed,) = (await client.get("/api/v1/autoclone")).json()["items"]
    assert json.dumps(listed) == json.dumps(json.loads(alone))


async def test_a_clone_has_no_ramp_of_its_own(client: AsyncClient, service: FakeService) -> None:
    answer = await client.get(f"/api/v1/dags/{service.add_clone('orders')}/autoclone")
    assert answer.status_code == 404
    assert answer.json()["nearest"] == "orders"


async def test_the_state_tells_of_each_node(client: AsyncClient) -> None:
    state = (await client.get("/api/v1/dags/orders/state")).json()
    assert (state["name"], state["status"]) == ("orders", "running")
    assert state["started_at"] == "2025-01-25T17:00:00+00:00"
    assert state["edges"] == [["tick", "show"]]
    assert [(node["id"], node["type"], node["emitted"]) for node in state["nodes"]] == [
        ("tick", "interval", 60),
        ("show", "log", 0),
    ]


async def test_the_server_tells_its_role(client: AsyncClient) -> None:
    server = (await client.get("/api/v1/server")).json()
    assert (server["role"], server["epoch"], server["primary"]) == ("primary", 1, "http://127.0.0.1:8000")
    assert (server["started_at"], server["uptime_seconds"]) == ("2025-01-25T17:00:00+00:00", 60.5)


async def test_alive_even_if_not_ready(client: AsyncClient, service: FakeService) -> None:
    service.ready = False
    answer = await client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready(client: AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "role": "primary",
        "warnings": [],
        "checks": {"started": "ok", "store": "ok", "loop": "ok"},
        "outbox": None,
    }


async def test_not_ready_says_what_is_wrong(client: AsyncClient, service: FakeService) -> None:
    service.ready = False
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"].endswith("not-ready")
    assert answer.json()["checks"]["store"] == "it is locked"
    assert "store" in answer.json()["detail"]


async def test_metrics_come_as_they_are(client: AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.content == b"autoclone_clones 1.0\n"
    assert answer.headers["content-type"] == "text/plain; version=1.0.0; charset=utf-8"


async def test_every_get_answers_head_without_a_body(client: AsyncClient) -> None:
    for path in ("/api/v1/dags/orders", "/api/v1/dags/orders/autoclone", "/api/v1/server", "/livez", "/docs"):
        whole, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == whole.headers["content-length"]
    assert (await client.head("/api/v1/dags/nobody")).status_code == 404


async def test_head_sends_no_body_itself(app: FastAPI) -> None:
    """The client above drops bodies of HEAD on its own, so here is what really goes out."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "HEAD", "path": "/livez", "query_string": b"", "headers": []}
    await app(scope, receive, send)
    assert sent[0]["status"] == 200
    assert [message["body"] for message in sent[1:]] == [b""]
    assert scope["method"] == "HEAD"


async def test_every_answer_is_safe_for_browsers(client: AsyncClient, service: FakeService) -> None:
    for path in ("/api/v1/dags/orders", "/api/v1/dags/nobody", "/nowhere", "/docs", "/livez"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers
        assert "default-src 'self'" in headers["content-security-policy"]
