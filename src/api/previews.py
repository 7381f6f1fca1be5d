"""What the API answers about time to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import takewhile
from typing import Self

from pydantic import ConfigDict, Field

from api.foresight import Ahead, Foresight, Span
from api.paging import cursor_to
from api.schemas import Instant, NextCursor, Resource
from api.spans import SpanQuery
from autoclone.core.events import Event, EventType
from autoclone.engine.service import Service

KIND = "preview"
LONGEST = timedelta(days=366)


class PreviewItem(Resource):
    """One event to come, with the keys that `autoclone simulate` writes."""

    at: Instant = Field(description="When, in the zone of the DAG's window.")
    type: EventType
    clone: str | None = Field(description="The clone; null where it is about the ramp.")
    status: str = Field(description="The ramp's status after it.")
    clones: int = Field(description="How many clones there are after it.")

    @classmethod
    def of(cls, event: Event, zone: tzinfo) -> Self:
        """Return an event as a resource."""
        return cls(
            at=event.at.astimezone(zone),
            type=event.type,
            clone=event.clone,
            status=event.status,
            clones=event.clones,
        )


class PreviewList(Resource):
    """A page of the events to come, in order."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    items: list[PreviewItem]
    next: NextCursor
    start: Instant = Field(alias="from", description="Where this page begins.")
    end: Instant = Field(alias="to", description="Where the time that was asked about ends.")
    timezone: str = Field(description="The zone of the DAG's window.")
    clones: int = Field(description="How many clones there are just before the first event.")


async def preview_of(service: Service, foresight: Foresight, name: str, query: SpanQuery) -> PreviewList:
    """Return the page of one DAG's events to come that `query` asks for.

    Raises:
        InvalidInput: the time it asks about is wrong, or takes too long to work out.
        UnknownDag: there is no such DAG.
    """
    await service.refresh()
    present = service.present(name)
    zone = present.plan.schedule.zone
    span = query.span(present.now, zone, LONGEST)
    at, skip = query.after_moment(KIND) or (span.start, 0)
    rest = Span(max(at, span.start), span.end)
    ahead = await foresight.events(present, rest, query.limit + skip + 1)
    return _page(ahead, rest, at, skip, query.limit)


def _page(ahead: Ahead, span: Span, at: datetime, skip: int, limit: int) -> PreviewList:
    zone = ahead.present.plan.schedule.zone
    shown = sum(1 for _ in takewhile(lambda one: one.at == at, ahead.events[:skip]))
    found = ahead.events[shown:]
    page = found[:limit]
    return PreviewList(
        items=[PreviewItem.of(event, zone) for event in page],
        next=_cursor(ahead.events[: shown + limit]) if len(found) > limit else None,
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        timezone=str(zone),
        clones=ahead.events[shown - 1].clones if shown else ahead.clones,
    )


def _cursor(seen: Sequence[Event]) -> str:
    """Return the cursor past the last event: its instant, and how many of that instant were seen."""
    at = seen[-1].at
    return cursor_to(KIND, f"{at.isoformat()} {sum(one.at == at for one in seen)}")
