"""The AsyncAPI 3 document of the topic, made from the models that events are checked with."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from autoclone.core.events import Event, EventType
from autoclone.core.model import By, Hold, HoldKind
from autoclone.messaging.codec import SEQUENCE_DIGITS, Codec, Mode
from autoclone.messaging.models import MODELS, CloneData, FailureData, HoldData, schema, wire_type

CLOUD_EVENTS_JSON = "application/cloudevents+json"
JSON = "application/json"
TEXT = {"type": "string"}
AT = datetime(2025, 1, 25, 14, tzinfo=UTC)
HOLD = Hold(HoldKind.OVERRIDE, AT + timedelta(hours=2), 8, AT, "a rush of orders")


def document(topic: str, source: str, mode: Mode, version: str) -> dict[str, Any]:
    """Return the document.

    Args:
        topic: the topic's name.
        source: the source of this server's events.
        mode: how they lie in messages.
        version: AutoClone's.
    """
    names = {kind: _name(kind) for kind in EventType}
    channel = "#/channels/events"
    return {
        "asyncapi": "3.0.0",
        "id": "urn:autoclone:events",
        "info": {
            "title": "AutoClone's events",
            "version": version,
            "description": "What happens to ramps and their clones. Of each DAG in order, at least once.",
        },
        "defaultContentType": CLOUD_EVENTS_JSON if mode is Mode.STRUCTURED else JSON,
        "channels": {
            "events": {
                "address": topic,
                "description": "The key is the DAG's name. Copies of an event have the same id.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names.values()},
                "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.5.0"}},
            }
        },
        "operations": {
            "publishEvents": {
                "action": "send",
                "summary": "The primary publishes every event of its journal.",
                "channel": {"$ref": channel},
                "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names.values()],
            }
        },
        "components": {
            "messages": {name: _message(kind, source, mode) for kind, name in names.items()},
            "schemas": {model.__name__: schema(kind) for kind, model in MODELS.items()},
        },
    }


def _message(kind: EventType, source: str, mode: Mode) -> dict[str, Any]:
    data = {"$ref": f"#/components/schemas/{MODELS[kind].__name__}"}
    binary = mode is Mode.BINARY
    return {
        "name": wire_type(kind),
        "title": kind.value,
        "contentType": JSON if binary else CLOUD_EVENTS_JSON,
        "headers": _headers(kind, source)
        if binary
        else _object({"content-type": {"const": CLOUD_EVENTS_JSON}}),
        "payload": data if binary else _object({**_attributes(kind, source), "data": data}),
        "bindings": {"kafka": {"key": {**TEXT, "description": "The DAG."}, "bindingVersion": "0.5.0"}},
        "examples": [_example(kind, source, mode)],
    }


def _attributes(kind: EventType, source: str) -> dict[str, Any]:
    return {
        "specversion": {"const": "1.0"},
        "id": {**TEXT, "description": "The DAG and the number: different for every event of one source."},
        "source": {**TEXT, "format": "uri-reference", "examples": [source]},
        "type": {"const": wire_type(kind)},
        "subject": {**TEXT, "description": "The DAG."},
        "time": {**TEXT, "format": "date-time"},
        "datacontenttype": {"const": JSON},
        "sequence": {
            **TEXT,
            "pattern": f"^[0-9]{{{SEQUENCE_DIGITS}}}$",
            "description": "The event's number among its DAG's, without holes. Texts sort as numbers do.",
        },
        "epoch": {"type": "integer", "description": "The epoch of the primary that decided it."},
    }


def _headers(kind: EventType, source: str) -> dict[str, Any]:
    attributes = _attributes(kind, source)
    attributes["epoch"] = {**TEXT, "pattern": "^[0-9]+$"}
    content_type = attributes.pop("datacontenttype")
    return _object({"content-type": content_type, **{f"ce_{name}": one for name, one in attributes.items()}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _example(kind: EventType, source: str, mode: Mode) -> dict[str, Any]:
    message = Codec(source, mode).encode(example(kind))
    headers = {name: value.decode() for name, value in message.headers.items()}
    return {"name": kind.value, "headers": headers, "payload": json.loads(message.value)}


def _name(kind: EventType) -> str:
    """Return the type in camel case: `clone.create_failed` is `cloneCreateFailed`."""
    first, *others = kind.value.replace(".", "_").split("_")
    return first + "".join(other.capitalize() for other in others)


def example(kind: EventType) -> Event:
    """Return an event of a type, as it might be."""
    model = MODELS[kind]
    return Event(
        sequence=42,
        at=AT,
        type=kind,
        parent="orders",
        clone="orders_20250125090000" if issubclass(model, CloneData) else None,
        status="ramping_up (1/5)",
        clones=1,
        target=5,
        epoch=1,
        message="the runtime does not answer" if issubclass(model, FailureData) else None,
        hold=HOLD if issubclass(model, HoldData) else None,
        by=By.OPERATOR if issubclass(model, HoldData) else None,
    )
