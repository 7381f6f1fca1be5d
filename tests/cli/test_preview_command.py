"""`autoclone preview`, in front of the API itself."""

import json

import httpx
import pytest

from api.app import create_app
from api.streams.hub import Hub
from autoclone.cli import main
from autoclone.cli.formats import Format
from autoclone.cli.previewing import Asked, show_preview
from autoclone.errors import InvalidInput, Transient
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


def show(api: httpx.AsyncBaseTransport, form: Format, **asked: str) -> int:
    return show_preview(Asked(**{"name": "orders", "url": URL, **asked}), form, transport=api)


def test_json_lines_are_as_simulate_writes_them(api: httpx.ASGITransport, capsys: Capture) -> None:
    assert show(api, Format.JSONL, end="2025-01-25T12:01") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        '{"at": "2025-01-25T12:00:00-05:00", "type": "ramp_up.started", "clone": null, '
        '"status": "ramping_up (0/2)", "clones": 0}'
    )
    assert len(lines) == 3


def test_a_table_ends_with_a_chart(api: httpx.ASGITransport, capsys: Capture) -> None:
    assert show(api, Format.TABLE, start="2025-06-02T12:00", end="2025-06-02T18:00") == 0

    out = capsys.readouterr().out
    assert "2025-06-02T17:00:00-04:00  ramp_down.started    -" in out
    assert "orders: 0 clones made, 2 at most at once, 2025-06-02 12:00 to 2025-06-02 18:00" in out
    assert "2 │██████" in out


def test_where_nothing_happens_the_chart_is_level(api: httpx.ASGITransport, capsys: Capture) -> None:
    assert show(api, Format.TABLE, start="2025-06-02T12:00", end="2025-06-02T13:00") == 0

    out = capsys.readouterr().out
    assert "orders: nothing happens, 2025-06-02 12:00 to 2025-06-02 13:00 America/New_York: no clone" in out
    assert "2 │██████" in out


def test_times_are_in_the_zone_that_is_given(api: httpx.ASGITransport, capsys: Capture) -> None:
    asked = {"start": "2025-06-02T23:00", "end": "2025-06-02T23:30", "timezone": "Europe/Berlin"}
    assert show(api, Format.JSON, **asked) == 0

    assert json.loads(capsys.readouterr().out)[0]["at"] == "2025-06-02T17:00:00-04:00"


def test_all_pages_are_read(api: httpx.ASGITransport, capsys: Capture) -> None:
    assert show(api, Format.JSONL, end="2026-01-20") == 0

    days = {line[8:18] for line in capsys.readouterr().out.splitlines()}
    assert len(days) == 360


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"start": "noon"}, '--from = "noon": is not a date and time'),
        ({"end": "0001-01-01"}, '--to = "0001-01-01": is too far away'),
        ({"end": "2020-01-01"}, "is past"),
        ({"timezone": "Mars"}, '"Mars"'),
        ({"name": "order"}, "Did you mean 'orders'?"),
        ({"name": "../x"}, "is not the name of a DAG"),
    ],
)
def test_mistakes_are_told(api: httpx.ASGITransport, asked: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInput) as told:
        show(api, Format.TABLE, **asked)

    assert words in str(told.value)


def test_a_zone_that_is_not_known_here_is_an_offset(capsys: Capture) -> None:
    page = {
        "items": [],
        "next": None,
        "from": "2025-06-02T12:00:00-04:00",
        "to": "2025-06-03T12:00:00-04:00",
        "timezone": "Mars/Olympus",
        "clones": 0,
    }
    server = httpx.MockTransport(lambda _: httpx.Response(200, json=page))

    assert show(server, Format.TABLE) == 0
    assert "2025-06-02 12:00 to 2025-06-03 12:00 UTC-04:00" in capsys.readouterr().out


def test_another_server_is_told_apart() -> None:
    with pytest.raises(Transient):
        show(httpx.MockTransport(lambda _: httpx.Response(200, text="hello")), Format.TABLE)


def test_no_server_is_one_line(capsys: Capture) -> None:
    assert main(["preview", "orders", "--url", "http://127.0.0.1:9"]) == 2
    assert "no server answers there" in capsys.readouterr().err
