"""An event as a CloudEvent in a Kafka message, and back."""

from enum import StrEnum
from typing import Any

import orjson
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka, to_binary, to_structured
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from autoclone.core.events import Event
from autoclone.core.model import By
from autoclone.errors import Fault, InvalidInput
from autoclone.messaging.models import MODELS, CloneData, FailureData, HoldData, event_type, wire_type
from autoclone.ports import Message

SOURCE = "/autoclone"
# As many digits as the largest number has that a store can count to: padded, texts sort as numbers do.
SEQUENCE_DIGITS = 19
# Characters. A broker refuses messages beyond a size, and the log of the server has the whole text.
LONGEST_MESSAGE = 16_384
# What reading raises of a message that is something else: not JSON, not an object, or without an attribute.
NO_EVENT = (CloudEventValidationError, ValueError, TypeError, KeyError, AttributeError)


class Mode(StrEnum):
    """How a CloudEvent lies in a message.

    `STRUCTURED`: all of it is one JSON document, the message's value. `BINARY`: the data is the value, and
    the attributes are headers, `ce_id` and so on.
    """

    STRUCTURED = "structured"
    BINARY = "binary"


class _Json(JSONFormat):
    """The library's own format, written several times as fast, and without spaces."""

    def write(self, event: BaseCloudEvent) -> bytes:
        return self.write_data({**event.get_attributes(), "data": event.get_data()}, None)

    def write_data(self, data: dict[str, Any] | str | bytes | None, datacontenttype: str | None) -> bytes:  # noqa: ARG002 - the library's
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class _Ours(CloudEvent):
    """A CloudEvent that our own core has made. Checking each would take half of the time that it costs."""

    @staticmethod
    def _validate_attribute(attributes: dict[str, Any]) -> None:
        """Trust them: tests have the library check those of every type."""


class Codec:
    """Writes and reads events.

    Args:
        source: a URI reference that tells this store's events from those of all others: the source and the
            id together are different for every event.
        mode: how a message is written. Either is read.
    """

    def __init__(self, source: str = SOURCE, mode: Mode = Mode.STRUCTURED) -> None:
        self._source = source
        self._write = to_binary if mode is Mode.BINARY else to_structured
        self._format = _Json()

    def encode(self, event: Event) -> Message:
        """Return the message of an event. The same event gives the same message, byte for byte."""
        written = self._write(self.cloud_event(event), self._format, lambda _: None)
        return Message(event.parent, written.value, written.headers)

    def cloud_event(self, event: Event) -> CloudEvent:
        """Return an event as a CloudEvent."""
        attributes = {
            "specversion": "1.0",
            "id": f"{event.parent}/{event.sequence}",
            "source": self._source,
            "type": wire_type(event.type),
            "subject": event.parent,
            "time": event.at,
            "datacontenttype": "application/json",
            "sequence": f"{event.sequence:0{SEQUENCE_DIGITS}d}",
            "epoch": event.epoch,
        }
        return _Ours(attributes, _data(event))

    def decode(self, message: Message) -> Event:
        """Return the event in a message, whoever published it, in either mode.

        Raises:
            InvalidInput: it is no CloudEvent, or none of AutoClone's.
        """
        try:
            read = from_kafka(KafkaMessage(dict(message.headers), None, message.value), self._format)
            return _event(read)
        except NO_EVENT as error:
            fault = Fault("message", "", f"this is no event of AutoClone ({error})", "Skip it")
            raise InvalidInput(fault) from error


def _data(event: Event) -> dict[str, Any]:
    """Return what the model of the event's type holds, without checking what our own core has made."""
    data: dict[str, Any] = {
        "parent": event.parent,
        "status": event.status,
        "clones": event.clones,
        "target": event.target,
    }
    if event.clone is not None:
        data["clone"] = event.clone
    if event.message is not None:
        data["message"] = _shortened(event.message)
    if event.hold is not None:
        data |= {"until": event.hold.until, "count": event.hold.count, "since": event.hold.since}
        data |= {"reason": event.hold.reason, "by": event.by}
    return data


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def _event(read: BaseCloudEvent) -> Event:
    kind = event_type(read.get_type())
    data = MODELS[kind].model_validate(read.get_data())
    at = read.get_time()
    if at is None:
        raise ValueError("it has no time")
    return Event(
        sequence=int(read.get_extension("sequence")),
        at=at,
        type=kind,
        parent=data.parent,
        clone=data.clone if isinstance(data, CloneData) else None,
        status=data.status,
        clones=data.clones,
        target=data.target,
        epoch=int(read.get_extension("epoch")),
        message=data.message if isinstance(data, FailureData) else None,
        hold=data.hold(kind) if isinstance(data, HoldData) else None,
        by=By(data.by) if isinstance(data, HoldData) else None,
    )
