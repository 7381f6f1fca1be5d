"""The fields of the form to try a configuration: how each is shown, read, and filled in from a document."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import orjson

from autoclone.config.day_fields import WEEKDAYS
from autoclone.config.window_fields import EXAMPLE
from autoclone.core.model import CatchUp, Order
from autoclone.core.wall import Dst
from autoclone.core.window import Overlap

_BETWEEN = re.compile(r"[,\s]+")
_WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)


def _text(text: str) -> object:
    return text


def _number(text: str) -> object:
    return int(text) if _WHOLE.fullmatch(text) else text


def items(text: str) -> list[str]:
    """Return what a text lists, with commas, spaces or line breaks between."""
    return [one for one in _BETWEEN.split(text) if one]


def _json(text: str) -> object:
    """Return what is written in JSON; anything else is a text, as if it stood in quotes."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the section, as it stands in the form.

    Attributes:
        name: the key.
        label: what people call it.
        hint: what stands in it while it is empty: of a choice, what holds then.
        read: from what was written to the value in the section.
        choices: what may be chosen, where it is a choice.
        listed: the id of a list of what could be written.
        lines: how many lines it has.
        wide: whether it needs all the width there is.
    """

    name: str
    label: str
    hint: str = ""
    read: Callable[[str], object] = _text
    choices: Sequence[str] = ()
    listed: str = ""
    lines: int = 1
    wide: bool = False


WINDOW = (
    Field("ramp_up_time", "Ramp up at", "0900"),
    Field("ramp_down_time", "Ramp down at", "1700"),
    Field("duration", "or down after", "8h"),
    Field("ramp_count", "Clones", "5", _number),
    Field("ramp_interval", "One step each", "1m"),
    Field("ramp_step", "Clones a step", "1", _json),
    Field("timezone", "Time zone", listed="zones", wide=True),
)
DAYS = (
    Field("days", "Days of the week (none: every day)", read=items, choices=WEEKDAYS),
    Field("exclude_dates", "But not on", "2025-12-24, 2025-12-31..2026-01-02", items, wide=True),
    Field("holidays", "Nor on the public holidays of", "US/NY", _json, wide=True),
)
ADVANCED = (
    Field("ramp_down_interval", "One step down each", "as up"),
    Field("order", "First to go", Order.OLDEST, choices=tuple(Order)),
    Field("catch_up", "When late", CatchUp.CONVERGE, choices=tuple(CatchUp)),
    Field("start_gate", "Wait for health", "30s", _json),
    Field("drain_timeout", "Drain for", "30s"),
    Field("dst", "Clocks moved", Dst.FIRST, choices=tuple(Dst)),
    Field("overlap", "Windows that overlap", Overlap.MAX, choices=tuple(Overlap), wide=True),
    Field("windows", "Several windows, as JSON", EXAMPLE, _json, lines=4, wide=True),
)
FIELDS: Mapping[str, Field] = MappingProxyType({one.name: one for one in (*WINDOW, *DAYS, *ADVANCED)})


def section_of(given: Mapping[str, str]) -> dict[str, object]:
    """Return the `autoclone` section that a filled-in form comes to. What is empty is left out."""
    return {name: FIELDS[name].read(text) for name, text in given.items() if name in FIELDS and text}


def written(section: object) -> dict[str, str]:
    """Return what stands in the fields for a section, in its order."""
    keys = section.items() if isinstance(section, dict) else ()
    return {key: _as_text(value) for key, value in keys if key in FIELDS and value is not None}


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return orjson.dumps(value).decode()
