"""How a ramp's status is written: the one place that knows the keys' order, for HTTP and for Python alike."""

from dataclasses import asdict

import orjson

from autoclone.engine.views import AutoCloneStatus


def status_dict(status: AutoCloneStatus) -> dict[str, object]:
    """Return the status contract as a new dictionary, with datetimes as they are.

    The first six keys are the contract other programs rely on; further ones come after them.
    """
    return {
        "clones": list(status.clones),
        "config": dict(status.config),
        "status": str(status.status),
        "last_clone_time": status.last_clone_time,
        "ramp_up_completed": status.ramp_up_completed,
        "ramp_down_started": status.ramp_down_started,
        "enabled": status.enabled,
        "phase": str(status.phase),
        "target": status.target,
        "reason": str(status.reason),
        "reason_text": status.reason_text,
        "next_event_at": status.next_event_at,
        "error": status.error,
        "name": status.name,
        "reason_values": dict(status.reason_values),
        "next": None if status.next is None else asdict(status.next),
        "hold": None if status.hold is None else asdict(status.hold),
    }


def encode_status(status: AutoCloneStatus) -> bytes:
    """Return the status contract in JSON: times in ISO 8601 with their offset, fractions only where any."""
    return orjson.dumps(status_dict(status))
