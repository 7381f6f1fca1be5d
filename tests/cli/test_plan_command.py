"""`autoclone plan`, in front of the API itself."""

import json
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.streams.hub import Hub
from autoclone.cli.formats import Format
from autoclone.cli.planning import Wanted, show_plan
from autoclone.errors import InvalidInput
from cli_orders import Write
from fake_service import NOON, FakeService
from virtual_clock import VirtualClock

Capture = pytest.CaptureFixture[str]
URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def api() -> httpx.ASGITransport:
    service = FakeService()
    service.add("orders")
    app = create_app(
        service,
        Hub(service, VirtualClock(NOON), most=1),
        metrics=lambda: (b"", "text/plain"),
        max_body_bytes=2000,
        version="0.1.0",
    )
    return httpx.ASGITransport(app)


def test_what_comes_and_goes_is_marked(api: httpx.ASGITransport, write: Write, capsys: Capture) -> None:
    wanted = Wanted(write("orders.json"), "2025-01-25T18:30", url=URL)
    assert show_plan(wanted, Format.TABLE, transport=api) == 0

    out = capsys.readouterr().out
    assert "+ 2025-01-25T18:00:00-05:00  ramp_down.started    -" in out
    assert "- 2025-01-25T17:00:00-05:00  ramp_down.started    -" in out
    assert "orders: 5 events more, 9 fewer, until 2025-01-25 18:30 America/New_York" in out
    assert "Clones run for 360 minutes in that time, today for 600 (-240)." in out


def test_json_is_what_the_api_answers(api: httpx.ASGITransport, write: Write, capsys: Capture) -> None:
    wanted = Wanted(write("orders.json"), "2025-01-26T00:30", "Europe/Berlin", URL)
    assert show_plan(wanted, Format.JSONL, transport=api) == 0

    assert json.loads(capsys.readouterr().out)["to"] == "2025-01-25T18:30:00-05:00"


def test_what_has_to_be_confirmed_is_told(write: Write, capsys: Capture) -> None:
    plan = {
        "id": "5c7f",
        "name": "orders",
        "needs_confirmation": True,
        "deletes": ["orders_1", "orders_2"],
        "from": "2025-06-02T12:00:00-04:00",
        "to": "2025-06-03T12:00:00-04:00",
        "timezone": "America/New_York",
        "added": [],
        "removed": [],
        "minutes_before": 0,
        "minutes_after": 0,
    }
    server = httpx.MockTransport(lambda _: httpx.Response(200, json=plan))
    assert show_plan(Wanted(write("orders.json"), url=URL), Format.TABLE, transport=server) == 0

    out = capsys.readouterr().out
    assert "orders: nothing changes until" in out
    assert "Running clones that would go because of it: orders_1, orders_2." in out
    assert "PUT /api/v1/dags/orders?confirm=5c7f" in out


def test_a_document_without_a_name_is_refused(write: Write) -> None:
    with pytest.raises(InvalidInput, match=r"none\.json: name = null: is not the name of a DAG"):
        show_plan(Wanted(write("none.json", {}), url=URL), Format.TABLE)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        show_plan(Wanted(Path("nowhere.json"), url=URL), Format.TABLE)
