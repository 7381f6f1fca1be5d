"""Which time to come is asked about: `?from=&to=`."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated

from pydantic import BeforeValidator, Field

from api.choices import written_time
from api.foresight import Span
from api.paging import Paging
from autoclone.config.faults import shown
from autoclone.core.wall import instant
from autoclone.errors import Fault, InvalidInput

ONE_DAY = timedelta(days=1)
# How far ahead anybody may look.
FURTHEST = timedelta(days=5 * 366)

# A time as it was written, with an offset from UTC or without.
Moment = Annotated[datetime, BeforeValidator(written_time)]


class SpanQuery(Paging):
    """Which time to look at, and which page of what happens in it."""

    start: Moment | None = Field(
        None,
        alias="from",
        description="The first instant; now by default. Without an offset it is in the window's zone.",
        examples=["2025-01-25T09:00:00-05:00"],
    )
    end: Moment | None = Field(
        None,
        alias="to",
        description="The end, itself not included; a day after `from` by default.",
        examples=["2025-01-26T09:00:00-05:00"],
    )

    def span(self, now: datetime, zone: tzinfo, longest: timedelta) -> Span:
        """Return the time that is meant: see `span_of`."""
        return span_of(self.start, self.end, now, zone, longest)


def span_of(
    start: datetime | None, end: datetime | None, now: datetime, zone: tzinfo, longest: timedelta
) -> Span:
    """Return the time that is meant, from `now` on at the earliest; a day, where no end is given.

    Raises:
        InvalidInput: it is past, too far ahead, longer than `longest`, or ends before it begins.
    """
    begin = now if start is None else max(now, in_reach("from", start, now, zone))
    until = begin + ONE_DAY if end is None else in_utc(end, zone)
    if until <= now:
        remedy = "Write a time to come; GET /api/v1/events has what happened"
        raise wrong_time("to", until, zone, "is past", remedy)
    return checked(begin, until, zone, longest)


def checked(begin: datetime, until: datetime, zone: tzinfo, longest: timedelta) -> Span:
    """Return the time between both. Raises `InvalidInput` where it is none, or more than `longest`."""
    if until <= begin:
        raise wrong_time("to", until, zone, "is not after from", "Let to be the later of the two")
    if until - begin > longest:
        problem = f"is more than {longest.days} days after from"
        raise wrong_time("to", until, zone, problem, "Ask for a shorter time, and then for the next")
    return Span(begin, until)


def in_reach(field: str, at: datetime, now: datetime, zone: tzinfo) -> datetime:
    """Return the instant that is meant, as `in_utc`. Raises `InvalidInput` where it is too far ahead."""
    meant = in_utc(at, zone)
    if meant > now + FURTHEST:
        raise wrong_time(field, meant, zone, "is more than five years ahead", "Write an earlier time")
    return meant


def in_utc(at: datetime, zone: tzinfo) -> datetime:
    """Return the instant that is meant: in `zone`, where it is written without an offset."""
    return instant(at, zone) if at.tzinfo is None else at.astimezone(UTC)


def wrong_time(field: str, at: datetime, zone: tzinfo, problem: str, remedy: str) -> InvalidInput:
    """Return the error for a time that cannot be asked about."""
    return InvalidInput(Fault(field, shown(at.astimezone(zone).isoformat()), problem, remedy))
