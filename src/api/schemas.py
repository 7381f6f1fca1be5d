"""What the API answers with, for FastAPI to serialise and OpenAPI to describe."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from api.choices import Instant as GivenInstant
from autoclone.config.fields import AnyDuration, Count, Name
from autoclone.core.model import HoldKind, Phase
from autoclone.engine.encoding import status_dict
from autoclone.engine.holds import HoldRequest
from autoclone.engine.views import AutoCloneStatus, DagView
from autoclone.ports import JsonObject

# ISO 8601 with the offset, just as the status contract writes it.
Instant = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


def _in_json(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with instants as the status contract writes them."""
    return {key: one.isoformat() if isinstance(one, datetime) else one for key, one in values.items()}


Values = Annotated[
    dict[str, Any],
    PlainSerializer(_in_json, return_type=dict[str, Any]),
    WithJsonSchema({"type": "object", "additionalProperties": True}),
]

NextCursor = Annotated[str | None, Field(description="The cursor of the next page; null on the last one.")]


def _is_none(value: object) -> bool:
    return value is None


class Resource(BaseModel):
    """The base of all: frozen, and made from the engine's views by attribute."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class RampConfig(Resource):
    """The configuration as written; null where missing."""

    ramp_up_time: str | None = Field(description="When the window opens.", examples=["0900"])
    ramp_down_time: str | None = Field(description="When the window closes.", examples=["1700"])
    ramp_count: int | str | None = Field(description="How many clones to reach.", examples=[5])
    duration: str | None = Field(
        None,
        description="How long the window is open; not there where none is written.",
        examples=["8h"],
        exclude_if=_is_none,
    )
    windows: list[dict[str, Any]] | None = Field(
        None,
        description="Several windows; not there where none are written.",
        examples=[[]],
        exclude_if=_is_none,
    )


class Hold(Resource):
    """A pause or an override: what an operator has the ramp do instead of following its schedule."""

    kind: HoldKind
    until: Instant = Field(description="When it ends by the clock.")
    count: int = Field(description="How many clones are wanted meanwhile.")
    since: Instant = Field(description="When it began.")
    reason: str = Field(description="The operator's words, empty where there are none.")


class NextEvent(Resource):
    """What a ramp does next by the clock."""

    at: Instant
    type: str = Field(description="The type of the event that will tell of it.")
    target: int = Field(description="How many clones are wanted then.")
    text: str = Field(description="The same in words.")


class RampStatus(Resource):
    """How a DAG's ramp stands. The first six keys are a contract; further ones come after them."""

    clones: list[str] = Field(description="The clones' names, oldest first.")
    config: RampConfig
    status: str = Field(description="`idle`, `ramping_up (N/M)`, `active` or `ramping_down (N remaining)`.")
    last_clone_time: Instant | None = Field(description="When the newest clone was created.")
    ramp_up_completed: bool = Field(description="Whether the ramp reached its target in this window.")
    ramp_down_started: bool = Field(description="Whether it is ramping down.")
    enabled: bool = Field(description="Whether AutoClone is on for this DAG.")
    phase: Phase = Field(description="The phase alone.")
    target: int = Field(description="How many clones are wanted now.")
    reason: str = Field(description="Why the ramp is where it is, as a code.")
    reason_text: str = Field(description="The same in words.")
    next_event_at: Instant | None = Field(description="When the clock will next matter; null if never.")
    error: str | None = Field(
        description="What is wrong with the newest configuration file; null if nothing."
    )
    name: str = Field(description="The DAG.")
    reason_values: Values = Field(description="The particulars of the reason, by name.")
    next: NextEvent | None = Field(
        description="What happens next by the clock, if nothing fails; null if nothing does."
    )
    hold: Hold | None = Field(description="The pause or override in force; null where there is none.")

    @classmethod
    def of(cls, status: AutoCloneStatus) -> Self:
        """Return the engine's view as a resource."""
        return cls.model_validate(status_dict(status))


class RampStatusList(Resource):
    """A page of ramp statuses, in order of name."""

    items: list[RampStatus]
    next: NextCursor


class Dag(Resource):
    """One DAG or clone."""

    name: str
    parent: str | None = Field(description="The parent of a managed clone; null for a DAG.")
    status: str = Field(
        description="`created`, `waiting` (outside its own time window), `running`, `suspended`, "
        "`completed`, `stopped`, `failed`, or `invalid` where its file never was right."
    )
    revision: int = Field(
        description="The definition's revision, which is its entity tag; a clone's parent's."
    )
    source: str = Field(description="`api`, or the file it was loaded from.")
    updated_at: Instant | None = Field(description="When the definition was stored; null for an invalid one.")
    document: JsonObject = Field(description="The definition, verbatim.")
    autoclone: RampStatus | None = Field(description="The ramp's status; null for a clone.")
    error: str | None = Field(
        description="What is wrong with the newest configuration file; null if nothing."
    )

    @classmethod
    def of(cls, view: DagView) -> Self:
        """Return the engine's view as a resource."""
        status = view.autoclone
        return cls(
            name=view.name,
            parent=view.parent,
            status=str(view.status),
            revision=view.revision,
            source=view.source,
            updated_at=view.updated_at,
            document=view.document,
            autoclone=None if status is None else RampStatus.of(status),
            error=view.error,
        )


class DagList(Resource):
    """A page of DAGs and clones, in order of name."""

    items: list[Dag]
    next: NextCursor


class CloneRequest(BaseModel):
    """What a copy made by hand is to be called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name | None = Field(None, description="The copy's name. `{name}_copy` by default.")


class HoldOptions(BaseModel):
    """When a hold ends, and why there is one. Exactly one of `until` and `for` is needed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    until: GivenInstant | None = Field(
        None, description="When it ends: ISO 8601 with an offset.", examples=["2025-01-25T12:00:00-05:00"]
    )
    lasting: AnyDuration = Field(
        None, alias="for", description="How long it lasts, such as `1h30m`.", examples=["2h"]
    )
    reason: str = Field("", description="One line for whoever asks why.", examples=["stock-taking"])


class PauseRequest(HoldOptions):
    """Have the clock make no clone and remove none, for a while."""

    def hold(self) -> HoldRequest:
        """Return what the service is asked for."""
        return HoldRequest(kind=HoldKind.PAUSE, until=self.until, lasting=self.lasting, reason=self.reason)


class OverrideRequest(HoldOptions):
    """Have another number of clones than the schedule's, for a while."""

    count: Count = Field(None, description="How many clones there are to be; 0 for none.", examples=[8])

    def hold(self) -> HoldRequest:
        """Return what the service is asked for."""
        return HoldRequest(
            kind=HoldKind.OVERRIDE,
            until=self.until,
            lasting=self.lasting,
            count=self.count,
            reason=self.reason,
        )


class FaultItem(Resource):
    """One thing wrong with a request."""

    field: str = Field(description="Where it is: a path into the document, or a parameter's name.")
    value: str = Field(description="The value as it was written, in JSON, shortened.")
    problem: str
    remedy: str


class Problem(Resource):
    """What went wrong (RFC 9457). Each kind may carry further members."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Which kind of problem; docs/http.md explains each.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened this time, with the remedy.")
    errors: list[FaultItem] | None = Field(None, description="Each thing that is wrong, for `invalid-input`.")
