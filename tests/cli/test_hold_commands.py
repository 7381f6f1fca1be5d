"""`autoclone pause`, `override` and `resume`: against a fake server, and through a secondary."""

import json
from typing import Any

import httpx
import pytest

from autoclone.cli import main
from autoclone.cli.formats import Format
from autoclone.cli.holding import hold
from autoclone.errors import InvalidInput, Transient

Capture = pytest.CaptureFixture[str]

URL = "http://secondary:8000"
PRIMARY = "http://primary:8000"
STATUS = {
    "name": "orders",
    "clones": ["orders_20250125090000"],
    "config": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 1},
    "status": "active",
    "phase": "active",
    "target": 1,
    "reason_text": "paused",
    "next_event_at": "2025-01-25T14:00:00-05:00",
    "error": None,
    "hold": {
        "kind": "pause",
        "until": "2025-01-25T14:00:00-05:00",
        "count": 1,
        "since": "2025-01-25T12:00:00-05:00",
        "reason": "a look",
    },
}


class FakeServers:
    """A secondary that sends changes on, and its primary, which answers what it is told to."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "secondary":
            return httpx.Response(307, headers={"Location": PRIMARY + request.url.path})
        self.asked.append((request.method, request.url.path, json.loads(request.content)))
        return self.answer

    def told(self, action: str, form: Format = Format.TABLE, **body: object) -> int:
        return hold("orders", action, body, URL, form, transport=httpx.MockTransport(self))


def test_what_is_asked_for_reaches_the_primary_and_the_ramp_is_shown(capsys: Capture) -> None:
    servers = FakeServers(httpx.Response(200, json=STATUS))
    assert servers.told("pause", **{"for": "2h", "until": None, "reason": "a look"}) == 0
    path = "/api/v1/dags/orders/autoclone/pause"
    assert servers.asked == [("POST", path, {"for": "2h", "reason": "a look"})]
    out = capsys.readouterr().out
    assert "orders: paused until 2025-01-25 14:00:00-05:00: a look" in out
    assert "orders_20250125090000" in out


def test_an_override_is_shown_with_its_number(capsys: Capture) -> None:
    overridden = {**STATUS, "hold": {**STATUS["hold"], "kind": "override", "count": 0, "reason": ""}}  # type: ignore[dict-item]
    servers = FakeServers(httpx.Response(200, json=overridden))
    assert servers.told("override", count=0, until="2025-01-25T14:00-05:00") == 0
    assert servers.asked[0][2] == {"count": 0, "until": "2025-01-25T14:00-05:00"}
    assert "orders: overridden to 0 until 2025-01-25 14:00:00-05:00\n" in capsys.readouterr().out


def test_json_is_as_the_server_gave_it(capsys: Capture) -> None:
    servers = FakeServers(httpx.Response(200, json=STATUS))
    assert servers.told("resume", Format.JSONL) == 0
    assert json.loads(capsys.readouterr().out) == STATUS
    assert servers.asked == [("POST", "/api/v1/dags/orders/autoclone/resume", {})]


@pytest.mark.parametrize("status", [403, 404, 409, 422])
def test_what_the_server_refuses_is_the_user_s_mistake(status: int) -> None:
    servers = FakeServers(httpx.Response(status, json={"detail": "It has no end."}))
    with pytest.raises(InvalidInput, match="It has no end"):
        servers.told("pause")


def test_what_the_server_cannot_do_just_now_is_not() -> None:
    servers = FakeServers(httpx.Response(503, json={"detail": "No primary is known."}))
    with pytest.raises(Transient, match="No primary"):
        servers.told("pause")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["pause", "not a name", "--for", "1h", "--url", "http://127.0.0.1:1"], "is not the name of a DAG"),
        (["pause", "orders", "--for", "1h", "--url", "http://127.0.0.1:1"], "no server answers"),
        (["override", "orders", "--for", "1h"], "--count"),
        (["override", "orders", "--count", "many"], "--count"),
        (["resume"], "NAME"),
        (["pause", "orders", "--fro", "1h"], "--for"),
    ],
)
def test_a_mistake_is_one_line(args: list[str], words: str, capsys: Capture) -> None:
    assert main(args) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
