"""One step in progress: the only mutable thing in the core. It lives no longer than `step` does."""

from collections.abc import Container
from dataclasses import replace
from datetime import datetime

from autoclone.core.commands import Action, Command
from autoclone.core.events import Event, EventType
from autoclone.core.inputs import Input
from autoclone.core.intent import Intent
from autoclone.core.model import By, Clone, Direction, Hold, Paced, Phase, RampState, Stage
from autoclone.core.status import status_text

# The command that a stage waits for.
ACTIONS = {
    Stage.CREATING: Action.CREATE,
    Stage.STARTING: Action.START,
    Stage.SUSPENDING: Action.SUSPEND,
    Stage.RESUMING: Action.RESUME,
    Stage.STOPPING: Action.STOP,
    Stage.DELETING: Action.DELETE,
}
# The stages whose command says how long the clone may drain: from the beginning, and in the end.
DRAINING = (Stage.CREATING, Stage.STOPPING)
LAUNCHING = (Stage.CREATING, Stage.STARTING)
LEAVING = (Stage.STOPPING, Stage.DELETING)
SETTLED = (Stage.RUNNING, Stage.SUSPENDED)


class Turn:
    """A state being worked on, with the commands and events gathered so far."""

    __slots__ = (
        "_clones",
        "_staying",
        "commands",
        "events",
        "given",
        "gone",
        "hold",
        "intent",
        "last_clone_at",
        "opening",
        "paced",
        "parent",
        "phase",
        "ramp_up_completed",
        "refused",
        "sequence",
    )

    def __init__(self, state: RampState, given: Input, aim: Intent, hold: Hold | None) -> None:
        self.given = given
        self.intent = aim
        self.hold = hold
        self.parent = state.parent
        self.phase = state.phase
        self._clones = {clone.name: clone for clone in state.clones}
        self._staying: list[Clone] | None = None
        self.paced = state.paced
        self.opening = state.opening
        self.last_clone_at = state.last_clone_at
        self.ramp_up_completed = state.ramp_up_completed
        self.sequence = state.sequence
        self.commands: list[Command] = []
        self.events: list[Event] = []
        self.gone: list[Clone] = []  # missing, and not worth restoring
        self.refused = 0  # clones that were due, and not allowed

    @property
    def now(self) -> datetime:
        """The instant of this step."""
        return self.given.now

    @property
    def left_alone(self) -> bool:
        """Whether nothing is made, since nobody was there for the opening of this window."""
        return self.opening is not None and self.opening.missed and self.hold is None

    @property
    def clones(self) -> list[Clone]:
        """All of them as they are now, oldest first."""
        return list(self._clones.values())

    @property
    def staying(self) -> list[Clone]:
        """The clones that are there or on their way, and not leaving; oldest first."""
        if self._staying is None:
            self._staying = [clone for clone in self._clones.values() if clone.stage not in LEAVING]
        return self._staying

    @property
    def names(self) -> Container[str]:
        """What they are called."""
        return self._clones.keys()

    def find(self, name: str) -> Clone | None:
        """Return the clone called `name`."""
        return self._clones.get(name)

    def put(self, clone: Clone) -> None:
        """Replace the clone of the same name, or add it as the newest."""
        self._clones[clone.name] = clone
        self._staying = None

    def insert(self, clone: Clone) -> None:
        """Add a clone where its age puts it."""
        younger = [one for one in self._clones.values() if one.since > clone.since]
        self.put(clone)
        for one in younger:
            del self._clones[one.name]
            self.put(one)

    def drop(self, clone: Clone) -> None:
        """Forget a clone."""
        del self._clones[clone.name]
        self._staying = None

    def send(self, clone: Clone, stage: Stage) -> None:
        """Move `clone` to `stage` and issue the command that the stage waits for."""
        settled = clone.stage is stage and clone.retry_at is None
        self.put(clone if settled else replace(clone, stage=stage, retry_at=None))
        attempt = clone.attempts + 1
        drain = self.given.plan.drain_timeout if stage in DRAINING else None
        self.commands.append(
            Command(ACTIONS[stage], self.parent, clone.name, self.given.epoch, self.now, attempt, drain)
        )

    def pace(self, direction: Direction) -> None:
        """Count the pace of `direction` from now on."""
        self.paced = Paced(direction, self.now)

    def emit(
        self,
        kind: EventType,
        clone: str | None = None,
        message: str | None = None,
        *,
        phase: Phase | None = None,
        hold: Hold | None = None,
        by: By | None = None,
    ) -> None:
        """Announce something, with the status text that `phase` has: as it now is, if none is given."""
        live = sum(one.counted for one in self._clones.values())
        wanted, epoch = self.intent.wanted, self.given.epoch
        status = status_text(phase or self.phase, live, wanted)
        self.sequence += 1
        self.events.append(
            Event(
                sequence=self.sequence,
                at=self.now,
                type=kind,
                parent=self.parent,
                clone=clone,
                status=status,
                clones=live,
                target=wanted,
                epoch=epoch,
                message=message,
                hold=hold,
                by=by,
            )
        )

    def state(self) -> RampState:
        """Return what it came to."""
        return RampState(
            parent=self.parent,
            phase=self.phase,
            clones=tuple(self._clones.values()),
            paced=self.paced,
            last_clone_at=self.last_clone_at,
            ramp_up_completed=self.ramp_up_completed,
            sequence=self.sequence,
            parent_status=self.given.parent,
            hold=self.hold,
            opening=self.opening,
        )
