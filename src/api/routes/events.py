"""What happened."""

from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator, Field

from api import catalogue
from api.choices import Instant
from api.dependencies import AService
from api.describing import router_for
from api.monitoring import EventItem, EventList
from api.paging import LAST_POSITION, Paging, cut
from api.problems import may_answer
from autoclone.config.choices import one_of
from autoclone.config.faults import wrong
from autoclone.config.fields import Name
from autoclone.core.events import EventType
from autoclone.ports import EventFilter

LONGEST = len(str(LAST_POSITION)) + 1

router = router_for("Monitoring")


class Order(StrEnum):
    """Which events come first."""

    ASC = "asc"
    DESC = "desc"


def _position(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdecimal() and int(text[:LONGEST]) <= LAST_POSITION):
        raise wrong("is not a position", "Write the `position` of an event, or 0")
    return int(text)


class EventQuery(Paging):
    """Which events to list. An absent condition accepts all."""

    parent: Name | None = Field(None, description="Only this DAG's.", examples=["orders"])
    type: list[Annotated[EventType, BeforeValidator(one_of(EventType))]] = Field(
        [], description="Only these types; may be repeated."
    )
    since: Instant | None = Field(
        None, description="Only those at or after this instant.", examples=["2025-01-25T14:00:00Z"]
    )
    until: Instant | None = Field(
        None, description="Only those before this instant.", examples=["2025-01-25T22:00:00Z"]
    )
    after: Annotated[int, BeforeValidator(_position)] | None = Field(
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
