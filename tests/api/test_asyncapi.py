"""`/asyncapi.json`: what the topic holds, for those who write consumers."""

from httpx import ASGITransport, AsyncClient

from autoclone.bootstrap.house import build
from autoclone.config.settings import load_settings


async def test_the_topic_is_described_as_the_settings_have_it() -> None:
    house = build(load_settings(store="memory:", kafka_topic="ops.autoclone", event_format="binary"))
    async with AsyncClient(transport=ASGITransport(house.app), base_url="http://autoclone.test") as client:
        answer = await client.get("/asyncapi.json")
    assert answer.status_code == 200
    assert answer.json()["asyncapi"] == "3.0.0"
    assert answer.json()["channels"]["events"]["address"] == "ops.autoclone"


async def test_without_the_libraries_there_is_none(client: AsyncClient) -> None:
    answer = await client.get("/asyncapi.json")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:autoclone:problem:unknown-path")
