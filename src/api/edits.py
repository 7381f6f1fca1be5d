"""What a write would come to, told without making it: what comes and goes under it, and what does today."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api.foresight import Foresight, Span
from api.previews import PreviewItem
from api.schemas import Instant, Resource
from api.spans import Moment, span_of
from autoclone.config.faults import nearest, shown, wrong
from autoclone.core.events import Event
from autoclone.engine.edits import Edit
from autoclone.errors import Fault, InvalidInput

LONGEST = timedelta(days=31)
# Of more events than this only the time until then is compared.
MOST = 5_000
ONE_MINUTE = timedelta(minutes=1)


def _switch(value: object) -> bool:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise wrong("is neither true nor false", "Write true to change nothing, or leave it out")
    return text == "true"


class WriteQuery(BaseModel):
    """How a write is to be made."""

    model_config = ConfigDict(extra="allow")

    dry_run: Annotated[bool, BeforeValidator(_switch)] = Field(
        False, description="`true`: change nothing, and answer with what would come of it."
    )
    confirm: str | None = Field(
        None,
        description="The id of the plan that was looked at, where a write needs it.",
        examples=["5c7f3a0d9be41c26"],
    )
    end: Moment | None = Field(
        None, alias="to", description="With `dry_run`: how far to look; a day by default, 31 days at most."
    )

    @model_validator(mode="after")
    def _nothing_misspelt(self) -> Self:
        """Refuse what was meant to keep the write from being made. Other parameters mean nothing here."""
        known = [field.alias or name for name, field in type(self).model_fields.items()]
        meant = {key: nearest(key, known) for key in self.model_extra or {}}
        faults = [
            Fault(
                key, shown((self.model_extra or {})[key]), "is not a parameter here", f"Did you mean {close}?"
            )
            for key, close in meant.items()
            if close
        ]
        if faults:
            raise InvalidInput(*faults)
        return self


class EditPlan(Resource):
    """What a write would come to."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    id: str = Field(description="Pass it on as `confirm` to make just this write, from just this state.")
    name: str
    revision: int | None = Field(description="The stored definition's; null where there is none.")
    needs_confirmation: bool = Field(description="Whether the write is refused without `confirm`.")
    deletes: list[str] = Field(description="The running clones that would go because of it, in that order.")
    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to", description="How far ahead was looked.")
    timezone: str = Field(description="The zone of the window that would be.")
    added: list[PreviewItem] = Field(description="What would happen and today would not, in order.")
    removed: list[PreviewItem] = Field(description="What happens today and would not any more, in order.")
    minutes_before: float = Field(description="How many minutes clones run until `to`, all together, today.")
    minutes_after: float = Field(description="The same with the write made.")


async def plan_of(edit: Edit, foresight: Foresight, query: WriteQuery) -> EditPlan:
    """Return what an edit comes to.

    Raises:
        InvalidInput: the time to look at is wrong, or takes too long to work out.
    """
    zone = edit.after.plan.schedule.zone
    span = span_of(None, query.end, edit.before.now, zone, LONGEST)
    courses = [(await foresight.events(one, span, MOST)).events for one in (edit.before, edit.after)]
    known = min([span.end, *(events[-1].at for events in courses if len(events) >= MOST)])
    before, after = ([event for event in events if event.at < known] for events in courses)
    span = Span(span.start, known)
    return EditPlan(
        id=edit.id,
        name=edit.name,
        revision=edit.revision,
        needs_confirmation=edit.needs_confirmation,
        deletes=list(edit.deletes),
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        timezone=str(zone),
        added=[PreviewItem.of(event, zone) for event in _others(after, before)],
        removed=[PreviewItem.of(event, zone) for event in _others(before, after)],
        minutes_before=clone_minutes(edit.before.state.live, before, span),
        minutes_after=clone_minutes(edit.before.state.live, after, span),
    )


def _others(events: Sequence[Event], than: Sequence[Event]) -> Iterator[Event]:
    """Yield what is not among others: counts and statuses may differ, as where the number wanted does."""
    known = {(event.at, event.type, event.clone) for event in than}
    return (event for event in events if (event.at, event.type, event.clone) not in known)


def clone_minutes(clones: int, events: Sequence[Event], span: Span) -> float:
    """Return how many minutes clones run in a time, all together.

    Args:
        clones: how many there are where it begins.
        events: what happens in it, in order.
        span: the time.
    """
    total, since = timedelta(), span.start
    for event in events:
        at = max(event.at, since)
        total += (at - since) * clones
        since, clones = at, event.clones
    total += (span.end - since) * clones
    return round(total / ONE_MINUTE, 3)
