"""OpenAPI and the pages made from it: complete, true, and of use with no network."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from jsonschema import Draft202012Validator, FormatChecker

import stream_kit
from api.catalogue import CATALOGUE
from autoclone.core.events import EventType
from fake_service import FakeService

Json = dict[str, Any]

DOCUMENTED = {
    "/api/v1/autoclone": {"get"},
    "/api/v1/dags": {"get", "post"},
    "/api/v1/dags/{name}": {"get", "put", "delete"},
    "/api/v1/dags/{name}/autoclone": {"get"},
    "/api/v1/dags/{name}/why": {"get"},
    "/api/v1/dags/{name}/autoclone/pause": {"post"},
    "/api/v1/dags/{name}/autoclone/override": {"post"},
    "/api/v1/dags/{name}/autoclone/resume": {"post"},
    "/api/v1/dags/{name}/clone": {"post"},
    "/api/v1/dags/{name}/preview": {"get"},
    "/api/v1/dags/{name}/replay": {"get", "post"},
    "/api/v1/dags/{name}/resume": {"post"},
    "/api/v1/dags/{name}/start": {"post"},
    "/api/v1/dags/{name}/state": {"get"},
    "/api/v1/dags/{name}/stop": {"post"},
    "/api/v1/dags/{name}/suspend": {"post"},
    "/api/v1/events": {"get"},
    "/api/v1/events/stream": {"get"},
    "/api/v1/preview": {"get"},
    "/api/v1/server": {"get"},
    "/livez": {"get"},
    "/metrics": {"get"},
    "/asyncapi.json": {"get"},
    "/readyz": {"get"},
}


@pytest.fixture
async def openapi(client: AsyncClient) -> Json:
    document: Json = (await client.get("/openapi.json")).json()
    return document


def operations(openapi: Json) -> list[tuple[str, str, Json]]:
    return [(path, method, one) for path, item in openapi["paths"].items() for method, one in item.items()]


def check(openapi: Json, schema: Json, value: object) -> None:
    whole = {**schema, "components": openapi["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


def nodes(value: object) -> Iterator[Json]:
    """Every object in the document."""
    children: list[Any] = value if isinstance(value, list) else []
    if isinstance(value, dict):
        yield value
        children = list(value.values())
    for child in children:
        yield from nodes(child)


async def test_every_operation_is_described(openapi: Json) -> None:
    assert openapi["openapi"].startswith("3.1")
    assert {path: set(item) for path, item in openapi["paths"].items()} == DOCUMENTED
    names = [operation["operationId"] for _, _, operation in operations(openapi)]
    assert len(set(names)) == len(names)
    known = {tag["name"] for tag in openapi["tags"]}
    for _, _, operation in operations(openapi):
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= known


async def test_every_reference_leads_somewhere(openapi: Json) -> None:
    references = [node["$ref"] for node in nodes(openapi) if isinstance(node.get("$ref"), str)]
    assert "#/components/schemas/DagDocument" in references
    for reference in references:
        target = openapi
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


async def test_every_schema_is_one(openapi: Json) -> None:
    for schema in openapi["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


async def test_every_error_is_documented_as_a_problem(openapi: Json) -> None:
    for _, _, operation in operations(openapi):
        responses = operation["responses"]
        assert {"default", "500", "503"} <= set(responses)
        for status, response in responses.items():
            assert response["description"]
            if status == "default" or int(status) >= HTTPStatus.BAD_REQUEST:
                assert list(response["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in openapi["components"]["schemas"]


async def test_every_example_of_a_body_fits_its_schema(openapi: Json) -> None:
    checked = 0
    for node in nodes(openapi["paths"]):
        examples = [one["value"] for one in node.get("examples", {}).values()] if "schema" in node else []
        for example in examples + ([node["example"]] if "schema" in node and "example" in node else []):
            check(openapi, node["schema"], example)
            checked += 1
    assert checked > len(DOCUMENTED)


async def test_every_example_of_a_schema_fits_it(openapi: Json) -> None:
    schemas = openapi["components"]["schemas"]
    named = {name for name, schema in schemas.items() if "examples" in schema}
    assert {"Dag", "RampStatus", "DagState", "EventItem", "Server", "Readiness", "CloneRequest"} <= named
    assert list(schemas["RampStatus"]["examples"][0]) == list(schemas["RampStatus"]["properties"])
    for node in nodes(openapi):
        if isinstance(node.get("examples"), list) and "schema" not in node:
            for example in node["examples"]:
                check(openapi, node, example)


async def test_answers_fit_what_is_promised(openapi: Json, client: AsyncClient, service: FakeService) -> None:
    service.add_clone("orders")
    service.add_events("orders", EventType.RAMP_UP_STARTED, EventType.CLONE_CREATED)
    for path, method, operation in operations(openapi):
        if method == "get" and path not in ("/metrics", stream_kit.PATH):
            answer = await client.get(path.replace("{name}", "orders"))
            (content,) = operation["responses"]["200"]["content"].values()
            check(openapi, content["schema"], answer.json())


async def test_the_example_of_a_stream_is_one(openapi: Json) -> None:
    (content,) = openapi["paths"][stream_kit.PATH]["get"]["responses"]["200"]["content"].items()
    assert content[0] == "text/event-stream"
    opening, server, event, heartbeat = stream_kit.parsed(content[1]["example"])
    assert (server.event, server.data["role"]) == ("server", "primary")
    assert (opening.id, opening.retry, heartbeat.id) == ("41", "2000", "42")
    assert (event.id, event.event) == ("42", "clone.created")
    check(openapi, {"$ref": "#/components/schemas/EventItem"}, event.data)


async def test_problems_fit_what_is_promised(openapi: Json) -> None:
    for kind in CATALOGUE:
        check(openapi, {"$ref": "#/components/schemas/Problem"}, kind.example)


async def test_the_document_of_a_dag_is_described(openapi: Json) -> None:
    document = openapi["components"]["schemas"]["DagDocument"]
    assert {"name", "autoclone", "nodes", "edges"} <= set(document["properties"])
    for path, method in (("/api/v1/dags", "post"), ("/api/v1/dags/{name}", "put")):
        content = openapi["paths"][path][method]["requestBody"]["content"]["application/json"]
        assert content["schema"] == {"$ref": "#/components/schemas/DagDocument"}
        assert content["examples"]


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_the_pages_need_no_network(client: AsyncClient, page: str) -> None:
    answer = await client.get(page)
    assert answer.status_code == 200
    assert not re.search(r"""(?:https?:)?//[\w.-]+\.\w""", answer.text)
    assert "validator" not in answer.text or '"validatorUrl": null' in answer.text
    local = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert any(path.endswith(".js") for path in local)
    for path in [*local, "/openapi.json"]:
        assert (await client.get(path)).status_code == 200


async def test_the_pages_may_load_nothing_from_elsewhere(client: AsyncClient) -> None:
    policy = (await client.get("/docs")).headers["content-security-policy"]
    sources = policy.split(";")[0].split()
    assert sources[0] == "default-src"
    assert set(sources[1:]) == {"'self'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}


async def test_the_guide_shows_every_operation(openapi: Json) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
    for path, method, _ in operations(openapi):
        assert f"`{method.upper()} {path}`" in guide


def test_the_guide_s_examples_are_json() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    assert blocks
    for block in blocks:
        json.loads(block)
