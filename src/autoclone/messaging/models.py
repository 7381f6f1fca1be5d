"""What an event's data holds on the wire. Its JSON Schemas and the AsyncAPI document are made of these."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from autoclone.core.events import EventType
from autoclone.core.model import Hold, HoldKind

PREFIX = "autoclone."
FAILED = "_failed"


class EventData(BaseModel):
    """What every event tells. Consumers should ignore keys that they do not know: more may come."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    parent: str = Field(description="The DAG.", examples=["orders"])
    status: str = Field(description="The ramp's status after it.", examples=["ramping_up (1/5)"])
    clones: int = Field(ge=0, description="How many clones there are after it.", examples=[1])
    target: int = Field(ge=0, description="How many are wanted.", examples=[5])


class RampData(EventData):
    """Something happened to a ramp."""


class ParentData(EventData):
    """An operator changed what is wanted of the DAG itself."""


class HoldData(EventData):
    """An operator paused the ramp or put another number in the schedule's place, or that is over."""

    until: AwareDatetime = Field(description="When it ends by the clock.")
    count: int = Field(ge=0, description="How many clones are wanted meanwhile.", examples=[3])
    since: AwareDatetime = Field(description="When it began.")
    reason: str = Field(description="The operator's words, empty where there are none.")
    by: Literal["operator", "clock"] = Field(description="Who began or ended it.")

    def hold(self, kind: EventType) -> Hold:
        """Return the hold that an event of this kind is about."""
        paused = kind in (EventType.RAMP_PAUSED, EventType.RAMP_RESUMED)
        what = HoldKind.PAUSE if paused else HoldKind.OVERRIDE
        return Hold(what, self.until, self.count, self.since, self.reason)


class CloneData(EventData):
    """Something happened to a clone."""

    clone: str = Field(description="The clone.", examples=["orders_20250125090000"])


class FailureData(CloneData):
    """Something could not be done with a clone. It is tried again."""

    message: str = Field(description="The error's text.", examples=["the runtime does not answer"])


# By what the type begins with.
BY_SUBJECT: Mapping[str, type[EventData]] = MappingProxyType(
    {
        "ramp_up": RampData,
        "ramp_down": RampData,
        "ramp": HoldData,
        "override": HoldData,
        "parent": ParentData,
        "clone": CloneData,
    }
)


def _model(kind: EventType) -> type[EventData]:
    if kind.value.endswith(FAILED):
        return FailureData
    return BY_SUBJECT[kind.value.partition(".")[0]]


# What each type of event holds.
MODELS: Mapping[EventType, type[EventData]] = MappingProxyType({kind: _model(kind) for kind in EventType})


def schema(kind: EventType) -> dict[str, Any]:
    """Return the JSON Schema of what events of a type hold."""
    return MODELS[kind].model_json_schema()


def wire_type(kind: EventType) -> str:
    """Return an event's type as CloudEvents has it, such as `autoclone.clone.created`."""
    return PREFIX + kind.value


def event_type(wire: str) -> EventType:
    """Return an event's type from what CloudEvents has. Raises `ValueError` where it is not one of ours."""
    if not wire.startswith(PREFIX):
        raise ValueError(f"{wire!r} does not begin with {PREFIX!r}")
    return EventType(wire.removeprefix(PREFIX))
