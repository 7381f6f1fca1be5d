"""What the DAGs of a server may have together."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_settings import NoDecode

from autoclone.config.faults import did_you_mean, shown, wrong
from autoclone.config.labels import is_label
from autoclone.config.settings_fields import whole
from autoclone.core.rations import ALL, Limit

MOST = 10_000_000
KEYS = ("max_clones", "max_creates_per_second")
FORM = 'Write "team=data max_clones=20", with ";" between labels, or a table for each label in TOML'

_NUMBER = re.compile(r"\d{1,8}", re.ASCII)


def _limits(value: object) -> tuple[Limit, ...]:
    """Return the limits that a text or a table says, in order."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, str):
        value = dict(_parts(value))
    if not isinstance(value, Mapping):
        raise wrong("is not a table of limits", FORM)
    return tuple(_limit(label, numbers) for label, numbers in value.items())


def _parts(text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield each label of a text with its limits."""
    known = set()
    for part in text.split(";"):
        if part.strip():
            label, *pairs = part.split()
            if label in known:
                raise wrong(f"limits {shown(label)} more than once", "Put its limits behind one another")
            known.add(label)
            yield label, {key: number for key, _, number in (pair.partition("=") for pair in pairs)}


def _limit(label: str, numbers: object) -> Limit:
    if not is_label(label):
        raise wrong(f"limits {shown(label)}, which is not a label", FORM)
    if not isinstance(numbers, Mapping) or not numbers:
        raise wrong(f"says nothing of {label}", FORM)
    for key in numbers:
        if key not in KEYS:
            raise wrong(f"says {shown(key)} of {label}, which is not a limit", did_you_mean(key, KEYS))
    clones, per_second = (_number(label, key, numbers.get(key)) for key in KEYS)
    return Limit(label, clones, per_second)


def _number(label: str, key: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)) or not 1 <= int(str(value)) <= MOST:
        raise wrong(f"says {key}={str(value)[:60]} of {label}", f"Write a number from 1 to {MOST}")
    return int(str(value))


OptionalNumber = Annotated[int, whole(1, MOST)] | None
LabelLimits = Annotated[tuple[Limit, ...], BeforeValidator(_limits), NoDecode]


class LimitOptions(BaseModel):
    """The fleet's limits. They have to be the same on all servers that share a store."""

    max_clones: OptionalNumber = Field(
        None,
        description="How many clones there may be in all, those on their way in or out included. Else any "
        "number.",
        examples=[500],
    )
    max_creates_per_second: OptionalNumber = Field(
        None,
        description="How many clones may be made within any second. Else as many as are due.",
        examples=[20],
    )
    limits: LabelLimits = Field(
        (),
        description="The same for the DAGs that carry a label, such as `team=data`: here in one line, with "
        "`;` between labels; in TOML a table for each.",
        examples=["team=data max_clones=20; tier=batch max_clones=50 max_creates_per_second=5"],
    )

    @property
    def fleet_limits(self) -> tuple[Limit, ...]:
        """All of them, none where nothing is limited."""
        every = Limit(ALL, self.max_clones, self.max_creates_per_second)
        return (*([every] if every != Limit(ALL) else []), *self.limits)
