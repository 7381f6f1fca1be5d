"""Every error is a problem, and tells no secrets."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from starlette.types import Message

from api.catalogue import CATALOGUE
from autoclone.errors import Permanent, StaleEpoch, StoreError, Transient
from fake_service import FakeService

DAGS = "/api/v1/dags"
ORDERS = f"{DAGS}/orders"
JSON = {"Content-Type": "application/json"}


def assert_problem(answer: Response, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (problem["type"], problem["status"]) == (f"urn:autoclone:problem:{slug}", status)
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize("path", ["", "/autoclone", "/state"])
async def test_an_unknown_dag(client: AsyncClient, path: str) -> None:
    problem = assert_problem(await client.get(f"{DAGS}/order{path}"), 404, "unknown-dag")
    assert (problem["name"], problem["nearest"]) == ("order", "orders")
    assert "Did you mean 'orders'?" in problem["detail"]
    problem = assert_problem(await client.get(f"{DAGS}/zzz{path}"), 404, "unknown-dag")
    assert problem["nearest"] is None


@pytest.mark.parametrize(
    "path", ["/pages", "/api", "/api/v1", "/api/v2/dags", f"{ORDERS}/x", "/static-offline-docs/x"]
)
async def test_an_unknown_path(client: AsyncClient, path: str) -> None:
    assert path in assert_problem(await client.get(path), 404, "unknown-path")["detail"]


async def test_a_slash_too_many(client: AsyncClient) -> None:
    problem = assert_problem(await client.get(f"{DAGS}/"), 404, "unknown-path")
    assert f"Did you mean {DAGS}?" in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", ORDERS, "DELETE, GET, HEAD, PUT"),
        ("DELETE", DAGS, "GET, HEAD, POST"),
        ("GET", f"{ORDERS}/start", "POST"),
        ("POST", f"{ORDERS}/autoclone", "GET, HEAD"),
        ("OPTIONS", "/livez", "GET, HEAD"),
        ("POST", "/docs", "GET, HEAD"),
        ("POST", "/openapi.json", "GET, HEAD"),
        ("PUT", "/static-offline-docs/swagger-ui.css", "GET, HEAD"),
    ],
)
async def test_a_method_that_is_not_there_names_all_that_are(
    client: AsyncClient, method: str, path: str, allow: str
) -> None:
    answer = await client.request(method, path)
    assert answer.headers["allow"] == allow
    assert assert_problem(answer, 405, "method-not-allowed")["allow"] == allow.split(", ")


async def chunks(size: int) -> AsyncIterator[bytes]:
    yield b'{"name": "'
    for _ in range(size):
        yield b"a"
    yield b'"}'


async def test_a_body_too_large_is_refused_by_what_it_announces(
    client: AsyncClient, service: FakeService
) -> None:
    answer = await client.put(ORDERS, content=b"{" + b" " * 2000, headers=JSON)
    problem = assert_problem(answer, 413, "body-too-large")
    assert problem["max_bytes"] == 2000
    assert answer.headers["connection"] == "close"
    assert service.views["orders"].document == {"name": "orders"}


async def test_a_body_of_just_the_size_is_read(client: AsyncClient) -> None:
    answer = await client.put(ORDERS, content=b'{"name": "orders"}'.ljust(2000), headers=JSON)
    assert answer.status_code == 200


@pytest.mark.parametrize("announced", [{}, {"Content-Length": "12"}, {"Content-Length": "many"}])
async def test_a_body_too_large_is_refused_as_it_comes(app: FastAPI, announced: dict[str, str]) -> None:
    """Whatever is announced: no more is taken in than the limit and the piece that went past it."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 100, "more_body": True}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in (JSON | announced).items()]
    scope = {"type": "http", "method": "POST", "path": DAGS, "query_string": b"", "headers": headers}
    await asyncio.wait_for(app(scope, receive, send), 5)
    assert sent[0]["status"] == 413
    assert taken == 21


async def test_a_chunked_body_is_read_whole(client: AsyncClient) -> None:
    answer = await client.post(DAGS, content=chunks(100), headers=JSON)
    assert answer.status_code == 201
    assert answer.json()["name"] == "a" * 100


async def test_a_client_that_goes_away_is_nobody_s_failure(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": DAGS, "query_string": b"", "headers": []}
    await app(scope, receive, send)
    assert sent == []
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", None]
)
async def test_only_json_is_read(client: AsyncClient, service: FakeService, content_type: str | None) -> None:
    headers: dict[str, str] = {} if content_type is None else {"Content-Type": content_type}
    problem = assert_problem(
        await client.put(ORDERS, content=b"{}", headers=headers), 415, "unsupported-media-type"
    )
    assert problem["header"] == "Content-Type"
    assert "application/json" in problem["detail"]
    assert service.views["orders"].revision == 1


@pytest.mark.parametrize("content_type", ["application/json;charset=utf-8", "Application/JSON"])
async def test_json_by_any_of_its_names(client: AsyncClient, content_type: str) -> None:
    answer = await client.put(ORDERS, content=b"{}", headers={"Content-Type": content_type})
    assert answer.status_code == 200


async def test_a_compressed_body_is_not_taken_for_bad_json(client: AsyncClient) -> None:
    answer = await client.put(ORDERS, content=b"\x1f\x8b", headers=JSON | {"Content-Encoding": "gzip"})
    assert assert_problem(answer, 415, "unsupported-media-type")["header"] == "Content-Encoding"


@pytest.mark.parametrize(
    ("body", "remedy"),
    [
        (b"", "Write a JSON object"),
        (b"nonsense", ""),
        (b"[]", "Write a JSON object"),
        (b'{"a": 1, "a": 2}', "Keep one of them"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"[" * 1000 + b"]" * 1000, "flatter"),
        (b'{"a": NaN}', "finite"),
        (b'{"a": 1e999}', "quotes"),
        (b'{"a": "\\ud800"}', "whole character"),
    ],
)
async def test_a_body_that_readers_may_disagree_on_is_refused(
    client: AsyncClient, service: FakeService, body: bytes, remedy: str
) -> None:
    for answer in (
        await client.put(ORDERS, content=body, headers=JSON),
        await client.post(DAGS, content=body, headers=JSON),
    ):
        problem = assert_problem(answer, 422, "invalid-input")
        assert remedy in problem["errors"][0]["remedy"]
    assert service.views["orders"].revision == 1


@pytest.mark.parametrize(
    ("failure", "retry_after"),
    [
        (Transient("the database is locked: /secret/path"), "1"),
        (Transient("busy /secret/path", timedelta(seconds=2.1)), "3"),
        (StoreError("the disk is full: /secret/path"), "5"),
    ],
)
async def test_what_may_pass_asks_to_try_again(
    client: AsyncClient,
    service: FakeService,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
    retry_after: str,
) -> None:
    service.failure = failure
    answer = await client.get(ORDERS)
    assert "secret" not in answer.text
    assert_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == retry_after
    assert "/secret/path" in caplog.text


async def test_a_fenced_write_asks_to_try_again(client: AsyncClient, service: FakeService) -> None:
    service.failure = StaleEpoch(3, 4)
    answer = await client.delete(ORDERS)
    assert_problem(answer, 503, "not-primary")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("failure", [RuntimeError("secret"), Permanent("secret"), KeyError("secret")])
@pytest.mark.parametrize("path", [ORDERS, f"{ORDERS}/autoclone", "/readyz"])
async def test_what_nobody_foresaw_is_logged_and_tells_nothing(
    client: AsyncClient, service: FakeService, caplog: pytest.LogCaptureFixture, failure: Exception, path: str
) -> None:
    service.failure = failure
    answer = await client.get(path)
    assert "secret" not in answer.text
    assert_problem(answer, 500, "internal-error")
    assert answer.headers["x-content-type-options"] == "nosniff"
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.name == "autoclone.http"
    assert path in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is failure


async def test_a_log_line_cannot_be_forged_by_a_path(
    client: AsyncClient, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    service.failure = RuntimeError("boom")
    await client.get("/api/v1/dags/a%0AERROR")
    assert "a\nERROR" not in caplog.records[-1].getMessage()


async def test_the_server_works_on_after_a_failure(client: AsyncClient, service: FakeService) -> None:
    service.failure = RuntimeError("once")
    await client.get(ORDERS)
    service.failure = None
    assert (await client.get(ORDERS)).status_code == 200


def test_every_kind_of_problem_is_explained_to_users() -> None:
    page = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
    for kind in CATALOGUE:
        assert f"| `{kind.slug}` | {kind.status} |" in page


def test_kinds_of_problem_are_told_apart() -> None:
    assert len({kind.slug for kind in CATALOGUE}) == len(CATALOGUE)
