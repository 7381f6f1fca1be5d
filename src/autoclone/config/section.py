"""The `autoclone` section of a DAG document. docs/configuration.md is made from these models."""

from datetime import time, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from autoclone.config.day_fields import ExcludedDates, Holidays, Weekdays
from autoclone.config.faults import wrong
from autoclone.config.fields import (
    MAX_CLONES,
    Count,
    OptionalDuration,
    OptionalInterval,
    TimeOfDay,
    WindowLength,
    WindowName,
    Zone,
)
from autoclone.config.pacing import CatchUpRule, Gate, OptionalSteps, RemovalOrder
from autoclone.config.window_fields import DstRule, OverlapRule, a_list_of_windows


class WindowKeys(BaseModel):
    """When a window is open, and with how many clones."""

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
    duration: WindowLength = Field(
        None,
        description="How long the window is open, instead of `ramp_down_time`: elapsed time from its "
        "opening, whatever clocks do meanwhile, from `1s` to `7d`.",
        examples=["1h30m"],
    )
    ramp_count: Count = Field(
        None,
        description=f"How many clones to reach, {MAX_CLONES:,} at most. 0 or less is the way to have none.",
        examples=[5],
    )
    days: Weekdays = Field(
        None,
        description="The days of the week on which the window opens, in its time zone: a window that opens "
        "on Friday at 2200 and closes on Saturday is Friday's. Else every day.",
        examples=[["mon", "tue", "wed", "thu", "fri"]],
    )
    exclude_dates: ExcludedDates = Field(
        None,
        description="Dates on which the window does not open, and ranges of them, both ends included.",
        examples=[["2025-12-24", "2025-12-31..2026-01-02"]],
    )
    holidays: Holidays = Field(
        None,
        description='Do not open on the public holidays of a country, or of a subdivision of it: `"US"`, '
        '`"US/NY"` or `{"country": "US", "subdivision": "NY"}`, as the package `holidays` knows them.',
        examples=["US/NY"],
    )

    @field_validator("ramp_down_time")
    @classmethod
    def _differs(cls, value: time | None, info: ValidationInfo) -> time | None:
        if value is not None and value == info.data.get("ramp_up_time"):
            raise wrong("is the same as ramp_up_time", "Write a later time, or an earlier one for overnight")
        return value

    @field_validator("duration")
    @classmethod
    def _alone(cls, value: timedelta | None, info: ValidationInfo) -> timedelta | None:
        if value is not None and info.data.get("ramp_down_time") is not None:
            raise wrong("is there beside ramp_down_time", "Keep one of them: both say when it closes")
        return value


class WindowSection(WindowKeys):
    """One of several windows. What it leaves out is taken from beside `windows`."""

    name: WindowName = Field(None, description="What messages call it. Else its number.", examples=["lunch"])


class AutoCloneSection(WindowKeys):
    """The `autoclone` section: when clones are made, how many, and how fast."""

    windows: Annotated[tuple[WindowSection, ...] | None, a_list_of_windows] = Field(
        None,
        description="Several windows, each with keys of its own: those above, and `name`. The keys above, "
        "written beside `windows`, are their defaults.",
        examples=[[{"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}]],
    )
    overlap: OverlapRule = Field(
        None,
        description="How many clones windows that are open at once want: the `max` of their counts, the "
        "`sum`, or the count of the one that is listed `first`. Else `max`.",
        examples=["max"],
    )
    dst: DstRule = Field(
        None,
        description="How a time is read on a date on which clocks skip it or show it twice: `first` or "
        "`last` occurrence, or `skip`: no window opens then. One that is skipped is the moment at which "
        "clocks jump over it. Else `first`.",
        examples=["first"],
    )
    timezone: Zone = Field(
        None,
        description="The IANA time zone of this window. Else the document's, the server's, the system's.",
        examples=["America/New_York"],
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
