"""Events as lines: JSON for programs, columns for people. Times are shown in the window's zone."""

import json
from datetime import tzinfo

from autoclone.core.events import Event, EventType

TYPE_WIDTH = len(EventType.RAMP_DOWN_COMPLETED)
STAMP_WIDTH = len("_20250125090000")
COUNT_WIDTH = 3
NO_CLONE = "-"


def event_object(event: Event, zone: tzinfo) -> dict[str, object]:
    """Return what programs are shown of an event: `at`, `type`, `clone`, `status`, `clones`."""
    return {
        "at": event.at.astimezone(zone).isoformat(),
        "type": str(event.type),
        "clone": event.clone,
        "status": event.status,
        "clones": event.clones,
    }


def event_json(event: Event, zone: tzinfo) -> str:
    """Return an event as one line of JSON, without the end of the line."""
    return json.dumps(event_object(event, zone))


def event_text(event: Event, zone: tzinfo) -> str:
    """Return an event in columns: when, what, which clone, how many there are, and the status."""
    at = event.at.astimezone(zone).isoformat()
    kind = event.type.ljust(TYPE_WIDTH)
    clone = (event.clone or NO_CLONE).ljust(len(event.parent) + STAMP_WIDTH)
    return f"{at}  {kind}  {clone}  {event.clones:>{COUNT_WIDTH}}  {event.status}"
