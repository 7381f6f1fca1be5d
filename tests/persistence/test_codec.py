"""Whatever is written is read back as it was."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.model import By, Clone, Direction, Hold, HoldKind, Opening, Paced, ParentStatus, RampState
from autoclone.errors import InvalidInput
from autoclone.persistence.codec import (
    DamagedError,
    decode_details,
    decode_document,
    decode_state,
    encode_details,
    encode_document,
    encode_state,
    from_micros,
    storable,
    to_micros,
)
from messaging_kit import an_event

instants = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True)
printable = st.characters(exclude_categories=("Cs", "Cc"))
clones = st.builds(
    Clone, name=names, since=instants, retry_at=st.none() | instants, gate_until=st.none() | instants
)
states = st.builds(
    RampState,
    parent=names,
    clones=st.lists(clones, max_size=5).map(tuple),
    paced=st.none() | st.builds(Paced, at=instants),
    last_clone_at=st.none() | instants,
    sequence=st.integers(0, 2**62),
    hold=st.none()
    | st.builds(
        Hold, until=instants, count=st.integers(0, 10_000), since=instants, reason=st.text(printable)
    ),
    opening=st.none() | st.builds(Opening, at=instants, until=st.none() | instants),
)
anything = st.text(st.characters(exclude_categories=()))  # lone surrogates and NUL too
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | anything,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(anything, inner, max_size=4),
    max_leaves=15,
)
documents = st.dictionaries(anything, values, max_size=6)


@given(states)
def test_a_state_comes_back_as_it_was(state: RampState) -> None:
    assert decode_state(encode_state(state)) == state


@given(documents)
def test_a_document_comes_back_as_it_was(document: dict[str, Any]) -> None:
    text = encode_document(document)
    assert exactly(decode_document(text)) == exactly(document)
    text.encode()  # and it is text that a database takes


def exactly(value: object) -> str:
    """Everything about a JSON value, its order, and that 1 is not 1.0 is not true."""
    return json.dumps(value)


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**63) - 1, 2**200, 1e308, 5e-324, -0.0])
def test_a_number_at_the_edge_comes_back_as_it_was(number: float) -> None:
    assert exactly(decode_document(encode_document({"n": number}))) == exactly({"n": number})


@given(instants)
def test_an_instant_comes_back_as_it_was(at: datetime) -> None:
    assert from_micros(to_micros(at)) == at


@given(instants, instants)
def test_instants_sort_as_their_numbers_do(one: datetime, other: datetime) -> None:
    assert (one < other) == (to_micros(one) < to_micros(other))


def test_an_instant_of_another_zone_comes_back_in_utc() -> None:
    local = datetime(2025, 1, 25, 9, tzinfo=timezone(timedelta(hours=-5)))
    state = decode_state(encode_state(RampState("orders", last_clone_at=local)))
    assert state.last_clone_at == local
    assert from_micros(to_micros(local)).utcoffset() == timedelta()


@given(anything)
def test_storable_text_is_utf_8_without_nul_and_stays_so(text: str) -> None:
    stored = storable(text)
    assert b"\0" not in stored.encode()
    assert storable(stored) == stored


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_ordinary_text_is_stored_as_it_is(text: str) -> None:
    assert storable(text) == text


def test_a_document_too_deep_for_json_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"in": deep}
    with pytest.raises(InvalidInput, match="no form in JSON"):
        encode_document(deep)


def test_a_state_of_an_earlier_version_is_read_as_one_without_what_it_did_not_know() -> None:
    stored = (Path(__file__).parent / "state_before_holds.json").read_bytes()
    state = decode_state(stored)
    assert (state.parent, state.live, state.sequence) == ("orders", 2, 7)
    assert state.paced == Paced(Direction.UP, datetime(2025, 1, 25, 9, 1, tzinfo=UTC))
    assert (state.parent_status, state.hold, state.opening) == (ParentStatus.RUNNING, None, None)
    assert {clone.gate_until for clone in state.clones} == {None}
    assert decode_state(encode_state(state)) == state


def test_the_details_of_an_event_come_back_as_they_were() -> None:
    at = datetime(2025, 1, 25, 9, tzinfo=UTC)
    hold = Hold(HoldKind.OVERRIDE, at + timedelta(hours=1), 3, at, "Eile: 3 mehr")
    event = replace(an_event(), hold=hold, by=By.CLOCK)
    assert decode_details(encode_details(event)) == (hold, By.CLOCK)
    with pytest.raises(DamagedError, match="event"):
        decode_details("{}")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"parent": "orders"}', '{"paced": 3}'])
def test_a_damaged_state_is_noticed(text: str) -> None:
    with pytest.raises(DamagedError, match="ramp state"):
        decode_state(text)


@pytest.mark.parametrize("text", ["", "{", " {", '{"a": NaN}'])
def test_a_damaged_document_is_noticed(text: str) -> None:
    with pytest.raises(DamagedError, match="definition"):
        decode_document(text)
