"""What the API answers about the clones of all DAGs together in time to come."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from api.foresight import Foresight, Span
from api.paging import cut
from api.schemas import Instant, NextCursor, Resource
from api.spans import SpanQuery
from autoclone.config.fields import between
from autoclone.core.crowd import Level, Look
from autoclone.core.rations import ALL
from autoclone.engine.service import Service
from autoclone.simulator.fleet import Forecast

KIND = "fleet"
LONGEST = timedelta(days=8)
MOST_WAITS = 1000

Resolution = Annotated[
    timedelta,
    BeforeValidator(between(timedelta(seconds=1), timedelta(days=1))),
    WithJsonSchema({"type": "string"}),
]


class FleetQuery(SpanQuery):
    """Which time to look at, and how closely."""

    resolution: Resolution | None = Field(
        None,
        description="One item at most in so much time, with the most there are in it. Else every change.",
        examples=["5m"],
    )


class FleetLevel(Resource):
    """How many clones there are from an instant on."""

    at: Instant
    clones: int


class FleetWait(Resource):
    """A time in which a DAG will wait for a place, since the fleet is limited."""

    name: str = Field(description="The DAG.")
    since: Instant = Field(description="Where it begins.")
    until: Instant = Field(description="Where it ends; the end of the time asked about where it goes on.")
    limit: str = Field(description="The setting it waits for at first.")
    label: str | None = Field(description="Whose limit that is; null for that on all.")
    most: int = Field(description="What it is.")


class FleetPreview(Resource):
    """A page of how the number of all clones changes."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    items: list[FleetLevel]
    next: NextCursor
    start: Instant = Field(alias="from", description="Where the time that was asked about begins.")
    end: Instant = Field(alias="to", description="Where it ends.")
    clones: int = Field(description="How many clones there are where it begins.")
    peak: FleetLevel = Field(description="The most clones there are, and when that is first so.")
    waits: list[FleetWait] = Field(
        description=f"Who will wait for a place, where the fleet is limited: the first {MOST_WAITS:,}."
    )


async def fleet_preview(service: Service, foresight: Foresight, query: FleetQuery) -> FleetPreview:
    """Return the page that `query` asks for.

    Raises:
        InvalidInput: the time it asks about is wrong, or takes too long to work out.
    """
    await service.refresh()
    span = query.span(service.now(), UTC, LONGEST)
    look = await foresight.fleet(service.presents(), span, service.limits())
    levels = (
        look.levels
        if query.resolution is None
        else list(thin(look.clones, look.levels, span, query.resolution))
    )
    seen = query.after_moment(KIND)
    rest = [one for one in levels if seen is None or one.at > seen[0]]
    page, following = cut(rest, query.limit, KIND, lambda level: f"{level.at.isoformat()} 1")
    return FleetPreview(
        items=[FleetLevel(at=one.at, clones=one.clones) for one in page],
        next=following,
        start=span.start,
        end=span.end,
        clones=look.clones,
        peak=FleetLevel(at=look.peak.at, clones=look.peak.clones),
        waits=waits_of(look),
    )


def waits_of(look: Look | Forecast) -> list[FleetWait]:
    """Return who will wait within the time asked about."""
    waits = look.waits if isinstance(look, Forecast) else ()
    return [
        FleetWait(
            name=wait.name,
            since=wait.since,
            until=wait.until,
            limit=wait.cap.setting,
            label=None if wait.cap.label == ALL else wait.cap.label,
            most=wait.cap.most,
        )
        for wait in waits[:MOST_WAITS]
    ]


def thin(clones: int, levels: Iterable[Level], span: Span, width: timedelta) -> Iterator[Level]:
    """Yield the most there are in each `width` of time, where that changes.

    Args:
        clones: how many there are where the time begins.
        levels: each change, in order.
        span: the time.
        width: how much of it one level stands for.
    """
    tops: dict[datetime, int] = {}
    before = clones
    for begin, group in groupby(levels, lambda level: span.start + (level.at - span.start) // width * width):
        first, *others = group
        carried = [before] if first.at > begin else []
        tops[begin] = max(*carried, first.clones, *(one.clones for one in others), 0)
        before = others[-1].clones if others else first.clones
        tops[begin + width] = before
    shown = clones
    for at, top in tops.items():
        if top != shown and at < span.end:
            shown = top
            yield Level(at, top)
