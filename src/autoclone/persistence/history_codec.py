"""What ramps were told, as text, and back. What says nothing (a field's default) is left out."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from autoclone.persistence.codec import DamagedError, storable
from autoclone.ports import Defaults, Heard

T = TypeVar("T")

HEARD = TypeAdapter(tuple[Heard, ...])
DEFAULTS = TypeAdapter(Defaults)


def encode_heard(heard: tuple[Heard, ...]) -> str:
    """Return the inputs in JSON. The words of an error become such as every database takes."""
    return HEARD.dump_json(tuple(map(_storable, heard)), exclude_defaults=True).decode()


def _storable(one: Heard) -> Heard:
    outcome = one.outcome
    if outcome is None or outcome.error is None:
        return one
    return replace(one, outcome=replace(outcome, error=storable(outcome.error)))


def decode_heard(text: str) -> tuple[Heard, ...]:
    """Return the inputs that `encode_heard` made `text` of. Raises `DamagedError` for other text."""
    return _utc(_read(HEARD, text))


def encode_defaults(defaults: Defaults) -> str:
    """Return them in JSON."""
    return DEFAULTS.dump_json(defaults).decode()


def decode_defaults(text: str) -> Defaults:
    """Return those that `encode_defaults` made `text` of. Raises `DamagedError` for other text."""
    return _read(DEFAULTS, text)


def _read(adapter: TypeAdapter[T], text: str) -> T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise DamagedError(f"a recorded step cannot be read: {error}") from error


def _utc(value: T) -> T:
    """Return `value` with each instant in it in the UTC of the standard library, as it was written."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, tuple):
        return type(value)(map(_utc, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _utc(getattr(value, one.name)) for one in fields(value)})
    return value
