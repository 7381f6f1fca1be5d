"""How a ramp moves, as users write it: steps, order, catching up, and what the next clone waits for."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from autoclone.config.choices import one_of
from autoclone.config.faults import wrong
from autoclone.config.fields import LONGEST_DURATION, MAX_CLONES, SHORTEST_DURATION, between, optional
from autoclone.core.model import CatchUp, Order

GATE = 'Write a duration, such as "30s", or {"timeout": "30s"}'
STEPS = 'Write a number of clones, such as 2, or {"up": 2, "down": 5}'

_gate_timeout = between(SHORTEST_DURATION, LONGEST_DURATION)


def _step(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("is not a whole number", "Write a number of clones, such as 2")
    if not 1 <= value <= MAX_CLONES:
        raise wrong(f"is not between 1 and {MAX_CLONES}", f"Write a number from 1 to {MAX_CLONES}")
    return value


_STEP_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MAX_CLONES}
Step = Annotated[int, BeforeValidator(_step), WithJsonSchema(_STEP_SCHEMA)]


class Steps(BaseModel):
    """How many clones come, and how many go, each interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    up: Step = Field(1, description="How many come each interval.", examples=[2])
    down: Step = Field(1, description="How many go each interval.", examples=[5])


class StartGate(BaseModel):
    """What the next clone waits for: the last one's health, for so long at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timeout: Annotated[timedelta, BeforeValidator(_gate_timeout), WithJsonSchema({"type": "string"})] = Field(
        description="How long it waits at most.", examples=["30s"]
    )


def _steps(value: object) -> object:
    if isinstance(value, Mapping | Steps):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("is not a number of clones", STEPS)
    step = _step(value)
    return Steps(up=step, down=step)


def _gate(value: object) -> object:
    if isinstance(value, Mapping | StartGate):
        return value
    if not isinstance(value, str):
        raise wrong("is not a duration", GATE)
    return StartGate.model_construct(timeout=_gate_timeout(value))


# A number for both ways, or one for each.
OptionalSteps = Annotated[
    Steps | None,
    BeforeValidator(optional(_steps)),
    WithJsonSchema(
        {
            "anyOf": [
                _STEP_SCHEMA,
                {"type": "object", "properties": {"up": _STEP_SCHEMA, "down": _STEP_SCHEMA}},
            ]
        }
    ),
]

# A duration, or an object with one.
Gate = Annotated[
    StartGate | None,
    BeforeValidator(optional(_gate)),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"timeout": {"type": "string"}}}]}
    ),
]

RemovalOrder = Annotated[
    Order | None,
    BeforeValidator(optional(one_of(Order))),
    WithJsonSchema({"type": "string", "enum": list(Order)}),
]
CatchUpRule = Annotated[
    CatchUp | None,
    BeforeValidator(optional(one_of(CatchUp))),
    WithJsonSchema({"type": "string", "enum": list(CatchUp)}),
]
