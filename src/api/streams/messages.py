"""What goes over a stream, written as server-sent events."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson
from fastapi.sse import format_sse_event

from api.monitoring import EventItem
from autoclone.engine.views import shown_role
from autoclone.ports import JournalEntry, Standing


class Cut(StrEnum):
    """Why the server ends a stream."""

    SLOW = "slow"
    STOPPING = "stopping"


DETAILS: Mapping[Cut, str] = {
    Cut.SLOW: "The reader takes in less than happens. Connect again: it goes on after the last event.",
    Cut.STOPPING: "The server stops. Connect again, here or elsewhere: it goes on after the last event.",
}


def opening(position: int, retry_ms: int) -> bytes:
    """Return what a stream begins with: no event, but from where to go on, and how soon."""
    return format_sse_event(id=str(position), retry=retry_ms)


def event(entry: JournalEntry) -> bytes:
    """Return a journal entry, with the very JSON that a list of events has."""
    item = EventItem.of(entry)
    return format_sse_event(event=item.type, data_str=item.model_dump_json(), id=str(entry.position))


def heartbeat(position: int) -> bytes:
    """Return a sign of life, which also says how far a reader has got without an event that it asked for."""
    return format_sse_event(comment="heartbeat", id=str(position))


def gap(after: int, position: int, detail: str) -> bytes:
    """Return that events past the position `after` are not there, and that it goes on past `position`."""
    return _told("gap", {"after": after, "position": position, "detail": detail}, position)


def server(standing: Standing) -> bytes:
    """Return what this server is, in the words of `GET /api/v1/server`."""
    return _told(
        "server", {"role": shown_role(standing), "epoch": standing.epoch, "primary": standing.primary}
    )


def cut(why: Cut) -> bytes:
    """Return the last message of a stream that the server ends."""
    return _told("cut", {"reason": why, "detail": DETAILS[why]})


def _told(kind: str, data: Mapping[str, Any], position: int | None = None) -> bytes:
    where = None if position is None else str(position)
    return format_sse_event(event=kind, data_str=orjson.dumps(data).decode(), id=where)
