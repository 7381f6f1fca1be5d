"""The examples in the API's description. One story: `orders`, a minute after its window opened."""

import json
from typing import Any, Final

DOCUMENT: Final[dict[str, Any]] = {
    "name": "orders",
    "timezone": "America/New_York",
    "nodes": [{"id": "tick", "type": "interval"}, {"id": "show", "type": "log"}],
    "edges": [["tick", "show"]],
    "autoclone": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5},
}

STATUS: Final[dict[str, Any]] = {
    "clones": ["orders_20250125090000"],
    "config": {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5},
    "status": "ramping_up (1/5)",
    "last_clone_time": "2025-01-25T09:00:00-05:00",
    "ramp_up_completed": False,
    "ramp_down_started": False,
    "enabled": True,
    "phase": "ramping_up",
    "target": 5,
    "reason": "IN_WINDOW",
    "reason_text": "the window is open and wants 5 until 2025-01-25T17:00:00-05:00",
    "next_event_at": "2025-01-25T09:01:00-05:00",
    "error": None,
    "name": "orders",
    "reason_values": {"target": 5, "until": "2025-01-25T17:00:00-05:00"},
    "next": {
        "at": "2025-01-25T09:01:00-05:00",
        "type": "clone.created",
        "target": 5,
        "text": "the next clone is made",
    },
    "hold": None,
}

PAUSE: Final[dict[str, Any]] = {"for": "2h", "reason": "a look at the first ones"}
OVERRIDE: Final[dict[str, Any]] = {
    "count": 8,
    "until": "2025-01-25T12:00:00-05:00",
    "reason": "a rush of orders",
}
NONE_AT_ALL: Final[dict[str, Any]] = {"count": 0, "for": "30m", "reason": "the database is moved"}

DAG: Final[dict[str, Any]] = {
    "name": "orders",
    "parent": None,
    "status": "running",
    "revision": 3,
    "source": "api",
    "updated_at": "2025-01-24T20:15:00+00:00",
    "document": DOCUMENT,
    "autoclone": STATUS,
    "error": None,
}

NODE: Final[dict[str, Any]] = {
    "id": "tick",
    "type": "interval",
    "status": "running",
    "received": 0,
    "emitted": 60,
    "errors": 0,
    "restarts": 0,
    "queued": 0,
    "capacity": 0,
    "rate_in": 0.0,
    "rate_out": 1.0,
    "last_error": None,
}

STATE: Final[dict[str, Any]] = {
    "name": "orders",
    "status": "running",
    "started_at": "2025-01-25T14:00:00+00:00",
    "nodes": [
        NODE,
        {**NODE, "id": "show", "type": "log", "received": 60, "capacity": 100, "rate_in": 1.0},
    ],
    "edges": [["tick", "show"]],
}

EVENT: Final[dict[str, Any]] = {
    "name": "orders_20250125090000",
    "position": 42,
    "sequence": 2,
    "at": "2025-01-25T14:00:00+00:00",
    "type": "clone.created",
    "parent": "orders",
    "clone": "orders_20250125090000",
    "status": "ramping_up (1/5)",
    "clones": 1,
    "target": 5,
    "epoch": 1,
    "message": None,
    "hold": None,
    "by": None,
}

STREAM: Final = (
    "id: 41\nretry: 2000\n\n"
    'event: server\ndata: {"role":"primary","epoch":1,"primary":"http://127.0.0.1:8000"}\n\n'
    f"event: clone.created\ndata: {json.dumps(EVENT, separators=(',', ':'))}\nid: 42\n\n"
    ": heartbeat\nid: 42\n\n"
)

PREVIEW: Final[dict[str, Any]] = {
    "at": "2025-01-25T09:01:00-05:00",
    "type": "clone.created",
    "clone": "orders_20250125090100",
    "status": "ramping_up (2/5)",
    "clones": 2,
}

DAY: Final[dict[str, Any]] = {
    "name": "orders",
    "from": "2025-01-25T08:00:00-05:00",
    "to": "2025-01-25T20:00:00-05:00",
    "timezone": "America/New_York",
    "clones": 0,
}
REPLAY: Final[dict[str, Any]] = {
    **DAY,
    "recorded_from": "2025-01-24T09:00:00-05:00",
    "steps": 41,
    "exact": True,
    "differences": [],
    "clone_minutes": 2400.0,
    "state": None,
    "items": [PREVIEW],
}
WHAT_IF: Final[dict[str, Any]] = {
    **DAY,
    "actual": {"clone_minutes": 2400.0, "items": [PREVIEW]},
    "other": {"clone_minutes": 960.0, "items": [PREVIEW]},
    "differences": [
        {"from": "2025-01-25T09:02:00-05:00", "to": "2025-01-25T17:03:00-05:00", "actual": 5, "other": 2}
    ],
}

LEVEL: Final[dict[str, Any]] = {"at": "2025-01-25T14:01:00+00:00", "clones": 2}
WAIT: Final[dict[str, Any]] = {
    "name": "refunds",
    "since": "2025-01-25T14:02:00+00:00",
    "until": "2025-01-25T22:00:00+00:00",
    "limit": "max_clones",
    "label": None,
    "most": 2,
}

WHY: Final[dict[str, Any]] = {
    "name": "orders",
    "at": "2025-01-25T09:00:30-05:00",
    "tense": "past",
    "known_from": "record",
    "revision": 3,
    "scheduled": 5,
    "parent_status": "running",
    "autoclone": STATUS,
    "last_event": EVENT,
    "note": None,
}

CHECKS: Final[dict[str, str]] = {"started": "ok", "store": "ok", "loop": "ok"}

READY: Final[dict[str, Any]] = {
    "ready": True,
    "role": "primary",
    "warnings": [],
    "checks": CHECKS,
    "outbox": None,
}

SERVER: Final[dict[str, Any]] = {
    "role": "primary",
    "epoch": 1,
    "primary": "http://127.0.0.1:8000",
    "election": "standalone",
    "warnings": [],
    "version": "0.1.0",
    "started_at": "2025-01-25T13:00:00+00:00",
    "uptime_seconds": 3660.0,
    "dags": 12,
    "clones": 1,
    "ready": True,
    "checks": CHECKS,
    "outbox": None,
}

METRICS: Final = "# TYPE autoclone_live_clones gauge\nautoclone_live_clones 1.0\n"

CLONE_REQUEST: Final = {"name": "orders_test"}

# Set once the description is made: FastAPI would drop their nulls, and pydantic sort their keys.
BY_SCHEMA: Final[dict[str, Any]] = {
    "CloneRequest": CLONE_REQUEST,
    "Dag": DAG,
    "DagDocument": DOCUMENT,
    "DagList": {"items": [DAG], "next": None},
    "DagState": STATE,
    "EditPlan": {
        "id": "5c7f3a0d9be41c26",
        "name": "orders",
        "revision": 3,
        "needs_confirmation": False,
        "deletes": ["orders_20250125090000"],
        "from": "2025-01-25T12:00:00-05:00",
        "to": "2025-01-26T12:00:00-05:00",
        "timezone": "America/New_York",
        "added": [
            {
                "at": "2025-01-25T12:00:00-05:00",
                "type": "clone.deleted",
                "clone": "orders_20250125090000",
                "status": "active",
                "clones": 4,
            }
        ],
        "removed": [],
        "minutes_before": 2700.0,
        "minutes_after": 1920.0,
    },
    "EventItem": EVENT,
    "EventList": {"items": [EVENT], "next": "WyJldmVudHMuYXNjIiw0Ml0="},
    "OverrideRequest": OVERRIDE,
    "PauseRequest": PAUSE,
    "FleetPreview": {
        "items": [LEVEL],
        "next": None,
        "from": "2025-01-25T14:00:10+00:00",
        "to": "2025-01-26T14:00:10+00:00",
        "clones": 1,
        "peak": LEVEL,
        "waits": [WAIT],
    },
    "FleetWait": WAIT,
    "PreviewItem": PREVIEW,
    "PreviewList": {
        "items": [PREVIEW],
        "next": "WyJwcmV2aWV3IiwiMjAyNS0wMS0yNVQxNDowMTowMCswMDowMCAxIl0=",
        "from": "2025-01-25T09:00:10-05:00",
        "to": "2025-01-26T09:00:10-05:00",
        "timezone": "America/New_York",
        "clones": 1,
    },
    "RampStatus": STATUS,
    "ReplayAnswer": REPLAY,
    "WhatIfAnswer": WHAT_IF,
    "RampStatusList": {"items": [STATUS], "next": None},
    "Readiness": READY,
    "Server": SERVER,
    "Why": WHY,
}
