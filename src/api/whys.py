"""What the API answers to why."""

from typing import Self

from pydantic import BaseModel, Field

from api.foresight import Foresight
from api.monitoring import EventItem
from api.schemas import Instant, RampStatus, Resource
from api.spans import Moment, in_reach
from autoclone.engine.explaining import Explanation, Tense
from autoclone.engine.service import Service


class WhyQuery(BaseModel):
    """Which moment to explain."""

    at: Moment | None = Field(
        None,
        description="The moment; now by default. Without an offset it is in the window's zone.",
        examples=["2025-01-25T10:05:00-05:00"],
    )


class Why(Resource):
    """Why a ramp stands where it does at a moment."""

    name: str = Field(description="The DAG.")
    at: Instant = Field(description="The moment, in the zone of the DAG's window.")
    tense: Tense = Field(description="Whether that is past, present or to come.")
    known_from: str = Field(
        description="`state` (now), `record` (every step was taken again), `journal` (put together from "
        "events), `plan` (to come), or `nothing`: what told of it was removed."
    )
    revision: int = Field(description="That of the definition in force; 0 where none is right.")
    scheduled: int = Field(description="How many clones the schedule wants then.")
    parent_status: str | None = Field(description="What the operator wants of the DAG; null where not known.")
    autoclone: RampStatus | None = Field(description="The ramp's status then; null where not known.")
    last_event: EventItem | None = Field(description="The last one up to then that is journalled.")
    note: str | None = Field(description="How sure this is, where there is something to say of that.")

    @classmethod
    def of(cls, told: Explanation) -> Self:
        """Return an explanation as a resource."""
        return cls(
            name=told.name,
            at=told.at,
            tense=told.tense,
            known_from=told.known_from,
            revision=told.revision,
            scheduled=told.scheduled,
            parent_status=told.parent_status,
            autoclone=None if told.autoclone is None else RampStatus.of(told.autoclone),
            last_event=None if told.last_event is None else EventItem.of(told.last_event),
            note=told.note,
        )


async def why_of(service: Service, foresight: Foresight, name: str, query: WhyQuery) -> Why:
    """Return why one DAG's ramp stands where it does at the moment that `query` asks about.

    Raises:
        InvalidInput: the moment is before the DAG was there, or too far ahead.
        UnknownDag: there is no such DAG.
    """
    await service.refresh()
    present = service.present(name)
    at = None if query.at is None else in_reach("at", query.at, present.now, present.plan.schedule.zone)
    to_come = at is not None and at > present.now
    foretold = await foresight.state(present, at) if at is not None and to_come else None
    return Why.of(await service.why(name, at, foretold))
