"""What is left of a test of faults: the journal, the epochs, and what servers and clones said meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

COMES = {"clone.created", "clone.adopted"}
GOES = {"clone.deleted", "clone.died"}


@dataclass(frozen=True, slots=True)
class Claim:
    """An epoch: whose it is, when it was asked for, and from which commit on it was in force."""

    epoch: int
    owner: str
    at: datetime
    committed: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the journal, and when PostgreSQL committed it."""

    position: int
    sequence: int
    parent: str
    type: str
    clone: str | None
    epoch: int
    at: datetime
    committed: datetime


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life that a clone, wherever it ran, wrote into its server's folder."""

    server: str
    clone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said of itself between being asked and having answered."""

    server: str
    asked: datetime
    answered: datetime
    role: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which nobody could act, up to when somebody should have again."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """What one ramp should have done.

    Attributes:
        parent: the DAG.
        interval: its pace.
        count: how many clones there should be at the end.
        pauses: when it could not move, in order.
        kind: the event that tells of a move.
        opening: from when on it should move; None: when the journal says that it began.
    """

    parent: str
    interval: timedelta
    count: int
    pauses: Sequence[Pause] = ()
    kind: str = "clone.created"
    opening: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a test once it is over.

    Attributes:
        claims: the epochs, in order.
        told: the journal, in order.
        status: the clones that the status names at the end, of all DAGs.
        running: those that the primary's runtime holds and runs at the end.
        courses: what the ramps should have done.
        beats: the clones' signs of life.
        answers: what the servers said of themselves.
        grace: by server and epoch, how long a server that was not let run may take to notice it.
    """

    claims: Sequence[Claim]
    told: Sequence[Told]
    status: Sequence[str]
    running: Sequence[str]
    courses: Sequence[Course] = ()
    beats: Sequence[Beat] = ()
    answers: Sequence[Answer] = ()
    grace: dict[int, Pause] = field(default_factory=dict)

    def over(self, epoch: int) -> Claim | None:
        """Return the claim that ended an epoch; None for the last one."""
        return next((claim for claim in self.claims if claim.epoch > epoch), None)

    def live_before(self, epoch: int) -> list[str]:
        """Return the clones that were there when an epoch began."""
        live: dict[str, None] = {}
        for one in self.told:
            if one.epoch < epoch and one.clone is not None:
                if one.type in COMES:
                    live[one.clone] = None
                elif one.type in GOES:
                    live.pop(one.clone, None)
        return list(live)
