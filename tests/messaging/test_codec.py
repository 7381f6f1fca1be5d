"""Events on the wire, there and back, in both modes."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, validate

from autoclone.core.events import Event, EventType
from autoclone.errors import InvalidInput
from autoclone.messaging.codec import LONGEST_MESSAGE, Codec, Mode
from autoclone.messaging.models import MODELS, schema, wire_type
from autoclone.ports import Message
from messaging_kit import an_event

MODES = pytest.mark.parametrize("mode", list(Mode))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
COUNT = st.integers(0, 10_000)


@st.composite
def events(draw: st.DrawFn) -> Event:
    shape = an_event(kind=draw(st.sampled_from(list(EventType))))
    return replace(
        shape,
        parent=draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}", fullmatch=True)),
        sequence=draw(st.integers(1, 2**63 - 1)),
        at=draw(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))),  # noqa: DTZ001 - the strategy adds the zone
        status=draw(TEXT),
        clones=draw(COUNT),
        target=draw(COUNT),
        epoch=draw(st.integers(1, 2**31 - 1)),
        message=None if shape.message is None else draw(TEXT),
    )


@MODES
@given(event=events())
def test_what_is_written_is_what_is_read(mode: Mode, event: Event) -> None:
    assert Codec(mode=mode).decode(Codec(mode=mode).encode(event)) == event


def test_a_structured_message_is_one_document() -> None:
    message = Codec().encode(an_event(sequence=42))
    assert message.key == "orders"
    assert message.headers == {"content-type": b"application/cloudevents+json"}
    assert json.loads(message.value) == {
        "specversion": "1.0",
        "id": "orders/42",
        "source": "/autoclone",
        "type": "autoclone.clone.created",
        "subject": "orders",
        "time": "2025-01-25T09:00:00.000042Z",
        "datacontenttype": "application/json",
        "sequence": "0000000000000000042",
        "epoch": 1,
        "data": {
            "parent": "orders",
            "clone": "orders_20250125090000",
            "status": "ramping_up (1/5)",
            "clones": 1,
            "target": 5,
        },
    }


def test_a_binary_message_has_its_attributes_in_headers() -> None:
    message = Codec("/elsewhere", Mode.BINARY).encode(an_event(sequence=42))
    assert message.headers["ce_id"] == b"orders/42"
    assert message.headers["ce_source"] == b"/elsewhere"
    assert message.headers["ce_sequence"] == b"0000000000000000042"
    assert message.headers["content-type"] == b"application/json"
    assert json.loads(message.value)["clone"] == "orders_20250125090000"


@MODES
@pytest.mark.parametrize("kind", list(EventType))
def test_every_type_is_a_valid_cloud_event_whose_data_has_the_published_form(
    mode: Mode, kind: EventType
) -> None:
    message = Codec(mode=mode).encode(an_event(kind=kind))
    read = from_kafka(KafkaMessage(dict(message.headers), None, message.value), JSONFormat())
    data = read.get_data()
    assert read.get_type() == wire_type(kind)
    assert isinstance(data, dict)
    assert MODELS[kind].model_validate(data).model_dump(mode="json") == data
    validate(data, schema(kind), Draft202012Validator)


@given(st.lists(st.integers(1, 2**63 - 1), min_size=2))
def test_sequences_sort_as_texts(numbers: list[int]) -> None:
    texts = [str(Codec().cloud_event(an_event(sequence=n)).get_extension("sequence")) for n in numbers]
    assert [int(text) for text in sorted(texts)] == sorted(numbers)


def test_a_text_without_end_is_shortened() -> None:
    event = replace(an_event(kind=EventType.CLONE_CREATE_FAILED), message="x" * 1_000_000)
    read = Codec().decode(Codec().encode(event)).message
    assert read is not None
    assert (len(read), read[-1]) == (LONGEST_MESSAGE, "…")


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"specversion": "1.0", "id": "1", "source": "/", "type": "somebody.elses", "data": {}}',
        b'{"specversion": "1.0", "id": "1", "source": "/", "type": "autoclone.clone.created", "data": {}}',
    ],
)
def test_a_message_of_somebody_else_is_refused(value: bytes) -> None:
    with pytest.raises(InvalidInput, match="no event of AutoClone"):
        Codec().decode(Message("orders", value))


def test_an_event_without_its_number_is_refused() -> None:
    document = json.loads(Codec().encode(an_event()).value)
    del document["sequence"]
    with pytest.raises(InvalidInput):
        Codec().decode(Message("orders", json.dumps(document).encode()))
