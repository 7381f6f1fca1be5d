"""The `autoclone` section of a DAG document. docs/configuration.md is made from these models."""

from datetime import time

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from autoclone.config.faults import wrong
from autoclone.config.fields import MAX_CLONES, Count, OptionalDuration, OptionalInterval, TimeOfDay, Zone
from autoclone.config.pacing import CatchUpRule, Gate, OptionalSteps, RemovalOrder


class AutoCloneSection(BaseModel):
    """The `autoclone` section: when clones are made, how many, and how fast."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ramp_up_time: TimeOfDay = Field(
        None,
        description="When the window opens and the first clone is made: four digits on the 24-hour clock.",
        examples=["0900"],
    )
    ramp_down_time: TimeOfDay = Field(
        None,
        description="When the window closes and the oldest clone goes. At or before `ramp_up_time` it is on "
        "the next day; the very same time is an error.",
        examples=["1700"],
    )
    ramp_count: Count = Field(
        None,
        description=f"How many clones to reach, {MAX_CLONES:,} at most. 0 or less is the way to have none.",
        examples=[5],
    )
    ramp_interval: OptionalInterval = Field(
        None,
        description="The pace: one clone each interval, from `100ms` to `1d`. Else the server's.",
        examples=["1m"],
    )
    ramp_down_interval: OptionalInterval = Field(
        None, description="The pace of ramping down. Else `ramp_interval`.", examples=["10s"]
    )
    ramp_step: OptionalSteps = Field(
        None,
        description="How many clones come or go each interval: one number for both ways, or "
        '`{"up": 2, "down": 5}`, where one that is left out is 1. Else 1.',
        examples=[2],
    )
    order: RemovalOrder = Field(
        None,
        description="Which clones go first: the `oldest`, or the `newest`. Else the oldest.",
        examples=["oldest"],
    )
    drain_timeout: OptionalDuration = Field(
        None,
        description="How long a clone that is stopped may finish what it has in hand, up to `1d`. "
        "Else as long as the runtime says.",
        examples=["30s"],
    )
    catch_up: CatchUpRule = Field(
        None,
        description="What a ramp does that is late, or joins in mid-window: `converge` takes one step at "
        "once and goes on at the pace; `at_once` makes all that should be there by now; `skip` waits for the "
        "next opening. Else `converge`.",
        examples=["converge"],
    )
    start_gate: Gate = Field(
        None,
        description="Make the next clone only when the last one is healthy (it runs, and does not fail), "
        'or after this long at most, up to `1d`. Also `{"timeout": "30s"}`. Without it none waits.',
        examples=["30s"],
    )
    timezone: Zone = Field(
        None,
        description="The IANA time zone of this window. Else the document's, the server's, the system's.",
        examples=["America/New_York"],
    )

    @field_validator("ramp_down_time")
    @classmethod
    def _differs(cls, value: time | None, info: ValidationInfo) -> time | None:
        if value is not None and value == info.data.get("ramp_up_time"):
            raise wrong("is the same as ramp_up_time", "Write a later time, or an earlier one for overnight")
        return value
