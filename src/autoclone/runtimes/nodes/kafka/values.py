"""What lies in messages, as records, and the other way round."""

from base64 import b64encode
from typing import Any

import orjson

from autoclone.runtimes.nodes.base import Record
from autoclone.runtimes.nodes.kafka.port import Arrival
from autoclone.runtimes.nodes.values import MISSING, lookup


def decode(arrival: Arrival, form: str) -> Record:
    """Return the record in a message.

    Raises:
        ValueError: there is none in it of this form.
    """
    value = arrival.value
    if form == "bytes":
        return {"value": None if value is None else b64encode(value).decode()}
    if form == "text":
        return {"value": None if value is None else value.decode()}
    if value is None:
        raise ValueError("it has no value")
    record = orjson.loads(value)
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - about the message, not about our types
    return record


def about(arrival: Arrival) -> Record:
    """Return where a message lies and what it carries besides its value."""
    return {
        "topic": arrival.partition.topic,
        "partition": arrival.partition.number,
        "offset": arrival.offset,
        "at": arrival.at.isoformat(),
        "key": None if arrival.key is None else arrival.key.decode(errors="replace"),
        "headers": {name: (value or b"").decode(errors="replace") for name, value in arrival.headers},
    }


def encode_key(record: Record, field: str | None) -> bytes | None:
    """Return the value of a field as a message's key: texts as they are, all else as JSON.

    Raises:
        ValueError: the record has no such field.
    """
    if field is None:
        return None
    value: Any = lookup(record, field)
    if value is MISSING or value is None:
        raise ValueError(f"there is no {field!r} in it to be the key")
    return value.encode() if isinstance(value, str) else orjson.dumps(value, default=str)
