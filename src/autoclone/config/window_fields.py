"""How several windows go together, as users write it."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from autoclone.config.choices import one_of
from autoclone.config.faults import wrong
from autoclone.config.fields import optional
from autoclone.core.wall import Dst
from autoclone.core.window import Overlap

EXAMPLE = '[{"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}]'
WINDOWS = f"Write a list of objects, such as {EXAMPLE}"
MAX_WINDOWS = 50


def _windows(value: object) -> object:
    if value is None:
        return None
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise wrong("is not a list", WINDOWS)
    if len(value) > MAX_WINDOWS:
        raise wrong(f"has more than {MAX_WINDOWS} windows", f"Write {MAX_WINDOWS} at most")
    return value


a_list_of_windows = BeforeValidator(_windows)

OverlapRule = Annotated[
    Overlap | None,
    BeforeValidator(optional(one_of(Overlap))),
    WithJsonSchema({"type": "string", "enum": list(Overlap)}),
]
DstRule = Annotated[
    Dst | None,
    BeforeValidator(optional(one_of(Dst))),
    WithJsonSchema({"type": "string", "enum": list(Dst)}),
]
