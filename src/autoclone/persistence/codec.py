"""Values of the core as text and numbers, and back, without losing anything."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from autoclone.core.events import Event
from autoclone.core.model import (
    By,
    Clone,
    Direction,
    Hold,
    HoldKind,
    Opening,
    Paced,
    ParentStatus,
    Phase,
    RampState,
    Stage,
)
from autoclone.errors import Fault, InvalidInput
from autoclone.ports import JsonObject

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Text that begins with this was written, and has to be read, by the standard library: see encode_document.
BY_STANDARD_LIBRARY = " "


class DamagedError(ValueError):
    """What was read is not what could ever have been written."""


def storable(text: str) -> str:
    """Return `text` as every database takes it: lone surrogates and NUL are written out in ASCII.

    The words of an error, or a file's name, may hold either; neither may keep a decision from being stored.
    """
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def to_micros(at: datetime) -> int:
    """Return the aware instant `at` as whole microseconds since 1970, UTC."""
    return (at - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the instant, in UTC, that is `micros` microseconds after 1970 began."""
    return EPOCH + timedelta(microseconds=micros)


def to_length(time: timedelta) -> int:
    """Return `time` as whole microseconds."""
    return time // MICROSECOND


def from_length(micros: int) -> timedelta:
    """Return the time that is `micros` microseconds long."""
    return micros * MICROSECOND


def encode_state(state: RampState) -> str:
    """Return `state` as a JSON object whose keys are the fields; instants are in ISO 8601."""
    return orjson.dumps(state).decode()


def decode_state(text: str | bytes) -> RampState:
    """Return the state that `encode_state`, of this version or an earlier one, made `text` of.

    Raises:
        DamagedError: it is any other text.
    """
    with _undamaged("ramp state"):
        raw = orjson.loads(text)
        paced = raw["paced"]
        return RampState(
            parent=raw["parent"],
            phase=Phase(raw["phase"]),
            clones=tuple(map(_clone, raw["clones"])),
            paced=Paced(Direction(paced["direction"]), _instant(paced["at"])) if paced else None,
            last_clone_at=_maybe(raw["last_clone_at"]),
            ramp_up_completed=raw["ramp_up_completed"],
            sequence=raw["sequence"],
            # Earlier versions knew none of these.
            parent_status=ParentStatus(raw.get("parent_status", ParentStatus.RUNNING)),
            hold=_hold(raw.get("hold")),
            opening=_opening(raw.get("opening")),
        )


def _clone(raw: dict[str, Any]) -> Clone:
    return Clone(
        name=raw["name"],
        since=_instant(raw["since"]),
        stage=Stage(raw["stage"]),
        announced=raw["announced"],
        launched=raw["launched"],
        lost=raw["lost"],
        attempts=raw["attempts"],
        retry_at=_maybe(raw["retry_at"]),
        gate_until=_maybe(raw.get("gate_until")),
    )


def _hold(raw: dict[str, Any] | None) -> Hold | None:
    if raw is None:
        return None
    return Hold(
        kind=HoldKind(raw["kind"]),
        until=_instant(raw["until"]),
        count=raw["count"],
        since=_instant(raw["since"]),
        reason=raw["reason"],
    )


def encode_details(event: Event) -> str | None:
    """Return what only some types of event have, as a JSON object; None where this one has nothing of it."""
    if event.hold is None:
        return None
    return orjson.dumps({"hold": event.hold, "by": event.by}).decode()


def decode_details(text: str | None) -> tuple[Hold | None, By | None]:
    """Return what `encode_details` made `text` of. Raises `DamagedError` for any other text."""
    if text is None:
        return None, None
    with _undamaged("event"):
        raw = orjson.loads(text)
        return _hold(raw["hold"]), By(raw["by"])


def _opening(raw: dict[str, Any] | None) -> Opening | None:
    return Opening(_instant(raw["at"]), _maybe(raw["until"]), raw["missed"]) if raw else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)


def encode_document(document: JsonObject) -> str:
    """Return a definition as JSON, its keys in their order.

    orjson reads several times faster than the standard library, but not integers beyond 64 bits, nor lone
    surrogates. The few documents that it cannot bring back as they were go through the standard library.

    Raises:
        InvalidInput: the document holds something that JSON has no form for, such as NaN.
    """
    try:
        fast = orjson.dumps(document)
    except (orjson.JSONEncodeError, TypeError):
        fast = b""
    if fast and orjson.loads(fast) == document:
        return fast.decode()
    try:
        return BY_STANDARD_LIBRARY + json.dumps(document, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        remedy = "Use objects with text keys, arrays, text, finite numbers, true, false and null only"
        raise InvalidInput(Fault("", "", f"The definition has no form in JSON: {error}", remedy)) from error


def decode_document(text: str) -> JsonObject:
    """Return the definition that `encode_document` made `text` of. Raises `DamagedError` for other text."""
    with _undamaged("definition"):
        read = json.loads if text.startswith(BY_STANDARD_LIBRARY) else orjson.loads
        document: JsonObject = read(text)
        return document


@contextmanager
def _undamaged(what: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"a stored {what} cannot be read: {error!r}") from error
