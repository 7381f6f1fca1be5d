"""`autoclone why`: what people and programs are shown."""

import json
from typing import Any

import httpx
import pytest

from autoclone.cli import main
from autoclone.cli.explaining import show_why
from autoclone.cli.formats import Format
from autoclone.errors import InvalidInput

Capture = pytest.CaptureFixture[str]

ANSWER: dict[str, Any] = {
    "name": "orders",
    "at": "2025-01-25T10:05:00-05:00",
    "tense": "past",
    "known_from": "record",
    "revision": 3,
    "scheduled": 5,
    "parent_status": "running",
    "autoclone": {
        "status": "ramping_up (1/5)",
        "clones": ["orders_20250125090000"],
        "reason": "PAUSED_UNTIL",
        "reason_text": "paused until 2025-01-25T12:00:00-05:00: a look",
        "hold": {"kind": "pause", "until": "2025-01-25T12:00:00-05:00"},
        "next": {"at": "2025-01-25T12:00:00-05:00", "type": "ramp.resumed", "text": "the pause ends"},
    },
    "last_event": {"type": "ramp.paused", "clone": None, "at": "2025-01-25T14:59:00+00:00"},
    "note": None,
}


class FakeServer:
    """Answers why, and remembers what it was asked."""

    def __init__(self, answer: dict[str, Any] = ANSWER) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.url.path, dict(request.url.params)))
        return httpx.Response(200, json=self.answer)

    def told(self, at: str | None = None, form: Format = Format.TABLE) -> int:
        return show_why("orders", at, "http://server:8000", form, transport=httpx.MockTransport(self))


def test_a_past_moment_in_words(capsys: Capture) -> None:
    server = FakeServer()
    assert server.told("2025-01-25T10:05") == 0
    assert server.asked == [("/api/v1/dags/orders/why", {"at": "2025-01-25T10:05:00"})]
    assert capsys.readouterr().out.splitlines() == [
        "orders was ramping_up (1/5) at 2025-01-25T10:05:00-05:00, with 1 clone",
        "Why: PAUSED_UNTIL: paused until 2025-01-25T12:00:00-05:00: a look",
        "Next by the clock: the pause ends at 2025-01-25T12:00:00-05:00",
        "Last event: ramp.paused at 2025-01-25T14:59:00+00:00",
    ]


def test_a_hold_that_is_not_the_reason_is_told_too(capsys: Capture) -> None:
    stopped = {**ANSWER["autoclone"], "reason": "PARENT_STOPPED", "clones": [], "next": None}
    FakeServer({**ANSWER, "tense": "future", "autoclone": stopped, "note": "if nothing fails"}).told()
    out = capsys.readouterr().out
    assert "orders will be ramping_up (1/5)" in out
    assert "with 0 clones" in out
    assert "Held: pause until 2025-01-25T12:00:00-05:00" in out
    assert "Note: if nothing fails" in out
    assert "Next" not in out


def test_what_is_not_known_any_more(capsys: Capture) -> None:
    FakeServer({**ANSWER, "autoclone": None, "last_event": None, "note": "shortened"}).told(
        "2020-01-25T10:05"
    )
    assert capsys.readouterr().out.splitlines() == [
        "orders at 2025-01-25T10:05:00-05:00: not known; the schedule wanted 5",
        "Note: shortened",
    ]


def test_json_is_as_the_server_gave_it(capsys: Capture) -> None:
    server = FakeServer()
    assert server.told(form=Format.JSONL) == 0
    assert json.loads(capsys.readouterr().out) == ANSWER
    assert server.asked == [("/api/v1/dags/orders/why", {})]


def test_a_time_that_is_none_is_a_mistake(capsys: Capture) -> None:
    with pytest.raises(InvalidInput, match="is not a date and time"):
        FakeServer().told("ten past")
    assert main(["why", "orders", "--at", "ten past"]) == 2
    assert "--at" in capsys.readouterr().err
