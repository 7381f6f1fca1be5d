"""What another website has a browser send changes nothing, bodies or not."""

import pytest
from httpx import AsyncClient

from fake_service import FakeService

STOP = "/api/v1/dags/orders/stop"
HOST = "autoclone.test"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
        {"Origin": "http://elsewhere.test"},
        {"Origin": f"http://{HOST}:81"},
        {"Origin": "null"},
        {"Origin": "http://[nonsense"},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_another_site_changes_nothing(
    client: AsyncClient, service: FakeService, headers: dict[str, str], method: str
) -> None:
    answer = await client.request(method, STOP, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:autoclone:problem:cross-site"
    assert service.views["orders"].status == "running"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": f"http://{HOST}"},
        {"Origin": f"https://{HOST.upper()}"},
    ],
    ids=str,
)
async def test_our_own_pages_and_programs_do(
    client: AsyncClient, service: FakeService, headers: dict[str, str]
) -> None:
    assert (await client.post(STOP, headers=headers)).status_code == 200
    assert service.views["orders"].status == "stopped"


async def test_another_site_may_look_where_there_is_nothing_to_see_for_it(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/dags", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
