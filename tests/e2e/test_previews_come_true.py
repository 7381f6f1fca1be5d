"""A real server in real time: what its preview says is what its journal has afterwards, event for event."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from serve_kit import serving

# A step that is late by up to a tenth of it counts as on time.
INTERVAL = "3s"
KEYS = ("at", "type", "clone", "status", "clones")
POLL_SECONDS = 0.2
WITHIN_SECONDS = 120.0


def short_day(now: datetime) -> dict[str, str]:
    """A window that is open already, and closes with a minute that is long enough away for the ramp up."""
    closes = now + timedelta(seconds=75)
    return {"ramp_up_time": f"{now - timedelta(minutes=5):%H%M}", "ramp_down_time": f"{closes:%H%M}"}


def until(client: httpx.Client, path: str, key: str, value: object) -> dict[str, Any]:
    """Ask until the answer is so."""
    end = time.monotonic() + WITHIN_SECONDS
    answer: dict[str, Any] = {}
    while time.monotonic() < end:
        answer = client.get(path).json()
        if answer[key] == value:
            return answer
        time.sleep(POLL_SECONDS)
    raise AssertionError(answer)


@pytest.mark.timeout(240)
def test_what_a_preview_says_is_journalled(tmp_path: Path) -> None:
    with serving(tmp_path) as serve:
        url = serve(timezone="UTC", ramp_interval=INTERVAL, log_level="info").serves()
        with httpx.Client(base_url=f"{url}/api/v1") as client:
            section = {**short_day(datetime.now(UTC)), "ramp_count": 4}
            document = {"nodes": [], "edges": [], "autoclone": section}
            client.put("/dags/orders", json=document).raise_for_status()
            until(client, "/dags/orders/autoclone", "status", "ramping_up (1/4)")
            foreseen = client.get("/dags/orders/preview").json()["items"]
            until(client, "/dags/orders/autoclone", "status", "active")
            until(client, "/dags/orders/autoclone", "status", "idle")
            journal = client.get("/events", params={"parent": "orders", "limit": 1000}).json()["items"]

    lived = [{key: event[key] for key in KEYS} for event in journal]
    ended = [item["type"] for item in foreseen].index("ramp_down.completed") + 1
    expected = [{key: item[key] for key in KEYS} for item in foreseen[:ended]]
    assert lived[-ended:] == expected
    assert [item["type"] for item in expected].count("clone.created") == 3
    assert [item["type"] for item in expected].count("clone.deleted") == 4
