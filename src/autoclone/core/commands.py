"""What the core asks the runtime to do. Imperative, idempotent by clone name, and fenced by epoch."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Action(StrEnum):
    """The six things that can be done to a clone."""

    CREATE = "create"
    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    STOP = "stop"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do to one clone. Carrying it out twice does no more than once.

    Attributes:
        action: what to do.
        parent: the DAG the clone belongs to.
        clone: the clone's name.
        epoch: the primary's epoch; a runtime refuses an older one than it has seen.
        at: the instant of the decision, UTC.
        attempt: 1 for the first try.
        drain: for a create or a stop, how long the clone may finish what it has in hand once it is stopped;
            None: as long as the server says.
    """

    action: Action
    parent: str
    clone: str
    epoch: int
    at: datetime
    attempt: int = 1
    drain: timedelta | None = None
