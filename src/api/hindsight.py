"""What the API answers about time that has passed."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from heapq import merge
from typing import Any, Self

from pydantic import ConfigDict, Field

from api.foresight import Span
from api.parameters import Parameters
from api.previews import PreviewItem
from api.schemas import Instant, Resource
from api.spans import ONE_DAY, Moment, checked, in_utc, wrong_time
from autoclone.engine.past import Course, WhatIf
from autoclone.engine.replaying import Replay

LONGEST = timedelta(days=31)
ONE_MINUTE = timedelta(minutes=1)
# What a command took, and no more, is no difference.
AT_ONCE = timedelta(seconds=1)


class PastQuery(Parameters):
    """Which time to look back on."""

    start: Moment | None = Field(
        None,
        alias="from",
        description="The first instant; a day before `to` by default. "
        "Without an offset it is in the window's zone.",
        examples=["2025-01-25T09:00:00-05:00"],
    )
    end: Moment | None = Field(
        None,
        alias="to",
        description="The end, itself not included; now by default.",
        examples=["2025-01-26T09:00:00-05:00"],
    )

    def span(self, now: datetime, zone: tzinfo) -> Span:
        """Return the time that is meant, up to `now` at the latest.

        Raises:
            InvalidInput: it is to come, too long, or ends before it begins.
        """
        end = now if self.end is None else min(now, in_utc(self.end, zone))
        start = end - ONE_DAY if self.start is None else in_utc(self.start, zone)
        if start >= now:
            remedy = "Write a time that has passed; the preview shows what is to come"
            raise wrong_time("from", start, zone, "is to come", remedy)
        return checked(start, end, zone, LONGEST)


class ReplayAnswer(Resource):
    """What came of taking the recorded steps of some time again."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    name: str
    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to")
    timezone: str = Field(description="The zone of the DAG's window.")
    recorded_from: Instant | None = Field(
        description="When the first step that was taken again took place; null where none is recorded."
    )
    steps: int = Field(description="How many steps were taken again.")
    exact: bool = Field(description="Whether each came to what is journalled and stored.")
    differences: list[str] = Field(description="Where one did not, in words.")
    clones: int = Field(description="How many clones there were at the beginning.")
    clone_minutes: float = Field(description="How long all clones together were there.")
    state: dict[str, Any] | None = Field(description="The ramp at the end: all that is remembered.")
    items: list[PreviewItem] = Field(description="What happened, in order.")

    @classmethod
    def of(cls, taken: Replay, course: Course, zone: tzinfo) -> Self:
        """Return the engine's view as a resource."""
        return cls(
            name=taken.name,
            start=taken.since.astimezone(zone),
            end=taken.until.astimezone(zone),
            timezone=str(zone),
            recorded_from=taken.recorded_from.astimezone(zone) if taken.recorded_from else None,
            steps=taken.steps,
            exact=taken.exact,
            differences=taken.differences,
            clones=course.clones,
            clone_minutes=course.clone_time / ONE_MINUTE,
            state=asdict(taken.state) if taken.state else None,
            items=[PreviewItem.of(event, zone) for event in course.events],
        )


class CourseItem(Resource):
    """What a ramp did, or would have done."""

    clone_minutes: float = Field(description="How long all clones together were there.")
    items: list[PreviewItem] = Field(description="What happened, in order.")

    @classmethod
    def of(cls, course: Course, zone: tzinfo) -> Self:
        """Return the engine's view as a resource."""
        items = [PreviewItem.of(event, zone) for event in course.events]
        return cls(clone_minutes=course.clone_time / ONE_MINUTE, items=items)


class Difference(Resource):
    """A time in which there would have been more clones, or fewer."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to")
    actual: int = Field(description="How many clones there were.")
    other: int = Field(description="How many there would have been.")


class WhatIfAnswer(Resource):
    """Some time as it was, and as it would have been."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    name: str
    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to")
    timezone: str = Field(description="The zone of the other definition's window.")
    clones: int = Field(description="How many clones there were at the beginning.")
    actual: CourseItem
    other: CourseItem
    differences: list[Difference] = Field(description="Where the numbers differ for a second or more.")

    @classmethod
    def of(cls, seen: WhatIf) -> Self:
        """Return the engine's view as a resource."""
        zone = seen.plan.schedule.zone
        return cls(
            name=seen.name,
            start=seen.since.astimezone(zone),
            end=seen.until.astimezone(zone),
            timezone=str(zone),
            clones=seen.actual.clones,
            actual=CourseItem.of(seen.actual, zone),
            other=CourseItem.of(seen.other, zone),
            differences=[
                Difference(start=start.astimezone(zone), end=end.astimezone(zone), actual=was, other=would)
                for start, end, was, would in differences(seen)
                if was != would and end - start >= AT_ONCE
            ],
        )


def differences(seen: WhatIf) -> Iterator[tuple[datetime, datetime, int, int]]:
    """Yield each stretch between two changes: from, to, how many clones there were and would have been."""
    actual = ((event.at, True, event.clones) for event in seen.actual.events)
    other = ((event.at, False, event.clones) for event in seen.other.events)
    since, was, would = seen.since, seen.actual.clones, seen.other.clones
    for at, really, clones in merge(actual, other, key=lambda change: change[0]):
        now = (clones, would) if really else (was, clones)
        if now != (was, would):
            yield since, at, was, would
            since, (was, would) = at, now
    yield since, seen.until, was, would
