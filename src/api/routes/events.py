"""What happened."""

from enum import StrEnum
from typing import Annotated

from fastapi import Header, Query, Response
from pydantic import BeforeValidator, Field

from api import catalogue
from api.choices import Instant
from api.dependencies import AHub, AService
from api.describing import STREAM, router_for
from api.monitoring import EventItem, EventList
from api.paging import Paging, cut
from api.parameters import Parameters, Position
from api.problems import may_answer
from api.streams.response import StreamResponse
from autoclone.config.choices import one_of
from autoclone.config.fields import Name
from autoclone.core.events import EventType
from autoclone.ports import EventFilter

router = router_for("Monitoring")


class Order(StrEnum):
    """Which events come first."""

    ASC = "asc"
    DESC = "desc"


class Wanted(Parameters):
    """Which events are wanted. An absent condition accepts all."""

    parent: Name | None = Field(None, description="Only this DAG's.", examples=["orders"])
    type: list[Annotated[EventType, BeforeValidator(one_of(EventType))]] = Field(
        [], description="Only these types; may be repeated."
    )


class StreamQuery(Wanted):
    """Which events to stream."""

    last_event_id: Position = Field(
        None,
        description="Likewise, for clients that cannot set the header, which comes before it. 0 begins with "
        "the first event there is.",
        examples=[1234],
    )

    @property
    def where(self) -> EventFilter:
        """The conditions in the terms of the journal."""
        return EventFilter(self.parent, tuple(sorted(set(self.type))))


class EventQuery(Wanted, Paging):
    """Which events to list."""

    since: Instant | None = Field(
        None, description="Only those at or after this instant.", examples=["2025-01-25T14:00:00Z"]
    )
    until: Instant | None = Field(
        None, description="Only those before this instant.", examples=["2025-01-25T22:00:00Z"]
    )
    after: Position = Field(
        None,
        description="Only those past this position: of the last event that you have. With `order=desc`, only "
        "those before it. A cursor comes before it.",
        examples=[1234],
    )
    order: Annotated[Order, BeforeValidator(one_of(Order))] = Field(
        Order.ASC, description="Oldest first, or newest first."
    )

    @property
    def begins_after(self) -> int:
        """The position that the page begins after."""
        return self.after_position(self.kind) or self.after or 0

    @property
    def kind(self) -> str:
        """The kind of list a cursor belongs to: a position means another page in the other order."""
        return f"events.{self.order}"

    @property
    def where(self) -> EventFilter:
        """The conditions in the terms of the journal."""
        return EventFilter(self.parent, tuple(self.type), self.since, self.until)


@router.get("/events", summary="List events", responses=may_answer(catalogue.INVALID_INPUT))
async def list_events(service: AService, query: Annotated[EventQuery, Query()]) -> EventList:
    """What happened to the ramps, in the order in which it was journalled."""
    found = await service.events(
        query.where,
        after=query.begins_after,
        limit=query.limit + 1,
        newest_first=query.order is Order.DESC,
    )
    page, following = cut(found, query.limit, query.kind, lambda entry: entry.position)
    return EventList(items=[EventItem.of(entry) for entry in page], next=following)


@router.get(
    "/events/stream",
    summary="Follow events",
    response_model=None,
    response_class=Response,  # with that for streams, FastAPI would take over the sending
    responses={**may_answer(catalogue.INVALID_INPUT, catalogue.TOO_MANY_STREAMS), 200: STREAM},
)
async def stream_events(
    hub: AHub,
    query: Annotated[StreamQuery, Query()],
    last_event_id: Annotated[
        Position,
        Header(
            alias="Last-Event-ID",
            description="Go on after this position: of the last event that you have. Browsers send it when "
            "they connect again. Without it the stream begins with what happens from now on.",
            examples=[1234],
        ),
    ] = None,
) -> Response:
    """What happens to the ramps, as server-sent events, as soon as it is journalled."""
    after = query.last_event_id if last_event_id is None else last_event_id
    return StreamResponse(hub, *await hub.open(query.where, after))
