"""What the API answers about work, history and health."""

from typing import Self

from pydantic import Field

from api.schemas import Hold, Instant, NextCursor, Resource
from autoclone.core.events import EventType
from autoclone.core.inputs import RunStatus
from autoclone.core.model import By
from autoclone.ports import JournalEntry


class NodeState(Resource):
    """One node's counters since its DAG was started, and its rates over the last few seconds."""

    id: str
    type: str
    status: str = Field(description="`waiting`, `running`, `completed`, `restarting` or `failed`.")
    received: int = Field(description="Records taken in.")
    emitted: int = Field(description="Records passed on; for a sink, written.")
    errors: int = Field(description="Records or runs that raised.")
    restarts: int = Field(description="How often its policy restarted it.")
    queued: int = Field(description="Records waiting in its input queue now.")
    capacity: int = Field(description="The bound of that queue.")
    rate_in: float = Field(description="Records a second taken in.")
    rate_out: float = Field(description="Records a second passed on.")
    last_error: str | None = Field(description="The newest error's text.")


class DagState(Resource):
    """What one DAG or clone is doing, nodes in topological order."""

    name: str
    status: RunStatus
    started_at: Instant | None
    nodes: list[NodeState]
    edges: list[tuple[str, str]] = Field(description="Pairs of node ids: from, to.")


class EventItem(Resource):
    """One thing that happened to one DAG's ramp."""

    name: str = Field(description="What it is about: the clone if there is one, else the DAG.")
    position: int = Field(description="Its place in the order of all events.")
    sequence: int = Field(description="Its number among the DAG's events, without holes.")
    at: Instant
    type: EventType
    parent: str = Field(description="The DAG.")
    clone: str | None = Field(description="The clone; null where it is about the ramp.")
    status: str = Field(description="The ramp's status after it.")
    clones: int = Field(description="How many clones there are after it.")
    target: int = Field(description="How many are wanted.")
    epoch: int = Field(description="The epoch of the primary that decided it.")
    message: str | None = Field(description="The error's text, for failures.")
    hold: Hold | None = Field(description="The pause or override that began or ended, for events about one.")
    by: By | None = Field(description="Who began or ended it, likewise.")

    @classmethod
    def of(cls, entry: JournalEntry) -> Self:
        """Return a journal entry as a resource."""
        event = entry.event
        return cls(
            name=event.clone or event.parent,
            position=entry.position,
            sequence=event.sequence,
            at=event.at,
            type=event.type,
            parent=event.parent,
            clone=event.clone,
            status=event.status,
            clones=event.clones,
            target=event.target,
            epoch=event.epoch,
            message=event.message,
            hold=None if event.hold is None else Hold.model_validate(event.hold),
            by=event.by,
        )


class EventList(Resource):
    """A page of events."""

    items: list[EventItem]
    next: NextCursor


class Outbox(Resource):
    """What waits to be published."""

    waiting: int = Field(description="How many events wait.")
    oldest_seconds: float = Field(description="For how long the first of them has.")
    published: int = Field(description="How many this process has published, doubles included.")
    problem: str | None = Field(description="Why they do not get through; null while they do.")


class Server(Resource):
    """One server: its role and how it is doing."""

    role: str = Field(
        description="`primary`, `secondary`, or `suspended`: it was primary, and waits until it is sure."
    )
    epoch: int = Field(description="The epoch in force, as far as this server knows; 0 before the first.")
    primary: str | None = Field(description="The primary's advertised address; null while unknown.")
    election: str = Field(
        description="`standalone`, or how things stand with ZooKeeper: `connected`, `suspended`, `lost`, "
        "`unavailable`."
    )
    warnings: list[str] = Field(
        description="What operators should know, such as that ZooKeeper is unavailable."
    )
    version: str
    started_at: Instant
    uptime_seconds: float
    dags: int = Field(description="How many DAGs it knows.")
    clones: int = Field(description="How many clones are live.")
    ready: bool
    checks: dict[str, str] = Field(description="Each readiness check, with `ok` or what is wrong.")
    outbox: Outbox | None = Field(
        description="What waits to be published; null where no topic is named, and on a secondary."
    )


class Liveness(Resource):
    """The process answers."""

    status: str = Field(description="Always `ok`.", examples=["ok"])


class Readiness(Resource):
    """The server can do its work."""

    ready: bool
    role: str = Field(description="`primary`, `secondary` or `suspended`.")
    warnings: list[str] = Field(description="What is amiss without keeping the server from its work.")
    checks: dict[str, str] = Field(description="Each readiness check, with `ok` or what is wrong.")
    outbox: Outbox | None = Field(
        description="What waits to be published; null where no topic is named, and on a secondary."
    )
