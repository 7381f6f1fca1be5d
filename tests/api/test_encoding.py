"""How a status is written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from zoneinfo import ZoneInfo

import orjson
import pytest

from autoclone.core.model import Phase
from autoclone.core.status import Reason
from autoclone.engine.encoding import encode_status, status_dict
from autoclone.engine.views import AutoCloneStatus

NINE = datetime(2025, 1, 25, 9, tzinfo=ZoneInfo("America/New_York"))
STATUS = AutoCloneStatus(
    name="orders",
    clones=("orders_20250125090000",),
    config=MappingProxyType({"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}),
    status="ramping_up (1/5)",
    last_clone_time=NINE,
    ramp_up_completed=False,
    ramp_down_started=False,
    enabled=True,
    phase=Phase.RAMPING_UP,
    target=5,
    reason=Reason.IN_WINDOW,
    reason_text="the window is open",
    next_event_at=None,
    error=None,
)


def test_the_bytes_begin_with_the_contract() -> None:
    assert encode_status(STATUS).startswith(
        b'{"clones":["orders_20250125090000"],'
        b'"config":{"ramp_up_time":"0900","ramp_down_time":"1700","ramp_count":5},'
        b'"status":"ramping_up (1/5)","last_clone_time":"2025-01-25T09:00:00-05:00",'
        b'"ramp_up_completed":false,"ramp_down_started":false,'
    )


def test_further_keys_come_after_the_contract() -> None:
    assert list(orjson.loads(encode_status(STATUS)))[6:] == [
        "enabled",
        "phase",
        "target",
        "reason",
        "reason_text",
        "next_event_at",
        "error",
        "name",
        "reason_values",
        "next",
        "hold",
    ]


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (NINE, "2025-01-25T09:00:00-05:00"),
        (NINE.astimezone(UTC), "2025-01-25T14:00:00+00:00"),
        (NINE.replace(microsecond=250_000), "2025-01-25T09:00:00.250000-05:00"),
        (datetime(2025, 1, 25, tzinfo=timezone(timedelta(hours=5, minutes=30))), "2025-01-25T00:00:00+05:30"),
        (datetime(2025, 11, 2, 1, 30, fold=1, tzinfo=NINE.tzinfo), "2025-11-02T01:30:00-05:00"),
        (None, None),
    ],
)
def test_times_carry_their_offset(at: datetime | None, text: str | None) -> None:
    status = replace(STATUS, last_clone_time=at, next_event_at=at)
    written = orjson.loads(encode_status(status))
    assert (written["last_clone_time"], written["next_event_at"]) == (text, text)


def test_in_python_times_are_datetimes_and_words_are_plain() -> None:
    status = status_dict(STATUS)
    assert status["last_clone_time"] is NINE
    assert type(status["phase"]) is type(status["reason"]) is str
    assert type(status["clones"]) is list
    assert type(status["config"]) is dict


def test_a_caller_may_change_what_it_was_given() -> None:
    config = status_dict(STATUS)["config"]
    assert isinstance(config, dict)
    config["ramp_count"] = 7
    assert status_dict(STATUS)["config"] == STATUS.config
