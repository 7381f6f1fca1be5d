"""What is really there: adopting, restoring and clearing away clones."""

from dataclasses import replace

from autoclone.core.events import EventType
from autoclone.core.inputs import RunStatus, Sighting
from autoclone.core.model import Clone, Stage
from autoclone.core.turn import LAUNCHING, SETTLED, Turn

LAUNCHED = (*SETTLED, Stage.SUSPENDING, Stage.RESUMING)
STAGES = {RunStatus.RUNNING: Stage.RUNNING, RunStatus.SUSPENDED: Stage.SUSPENDED}


def observe(turn: Turn, sightings: tuple[Sighting, ...]) -> None:
    """Compare what is remembered with what was seen, and mend the difference."""
    seen = {sighting.name: sighting for sighting in sightings}
    for clone in turn.clones:
        if clone.free and clone.stage in LAUNCHED:
            _compare(turn, clone, seen.get(clone.name))
    for sighting in sightings:
        if sighting.name not in turn.names:
            _adopt(turn, sighting)


def _compare(turn: Turn, clone: Clone, sighting: Sighting | None) -> None:
    if sighting is not None and sighting.status.healthy:
        _correct(turn, clone, sighting)
    elif turn.given.takeover:
        _restore(turn, clone)
    else:
        turn.send(replace(clone, lost=True, attempts=0), Stage.DELETING)
        turn.emit(EventType.CLONE_DIED, clone.name)


def _correct(turn: Turn, clone: Clone, sighting: Sighting) -> None:
    """Believe the runtime about what was suspended or resumed behind our back."""
    if clone.stage in SETTLED and sighting.status in STAGES:
        turn.put(replace(clone, stage=STAGES[sighting.status]))


def _restore(turn: Turn, clone: Clone) -> None:
    """Start the same clone again, at once: it was paid for. Unless its time is over anyway."""
    if _lapsed(turn):
        turn.gone.append(clone)
    else:
        turn.send(replace(clone, attempts=0), Stage.CREATING)


def _lapsed(turn: Turn) -> bool:
    """Whether a ramp-down that nobody was there to do would be finished by now, or none should begin."""
    if turn.left_alone:
        return True
    if turn.intent.wanted or turn.intent.paused:
        return False
    closed = turn.intent.since
    pace = turn.given.plan.down
    steps = -(-len(turn.clones) // pace.step)
    return turn.intent.at_once or closed is None or turn.now >= closed + pace.interval * steps


def _adopt(turn: Turn, sighting: Sighting) -> None:
    """Take on a clone that nobody remembers making: one that works counts, any other is cleared away."""
    works = sighting.status.healthy
    stage = STAGES.get(sighting.status, Stage.RUNNING)
    clone = Clone(sighting.name, sighting.created_at, stage, announced=works, launched=True, lost=not works)
    turn.insert(clone)
    if works:
        turn.emit(EventType.CLONE_ADOPTED, clone.name)
    else:
        turn.send(clone, Stage.DELETING)


def open_gate(turn: Turn, name: str) -> None:
    """Let nobody wait any more for a clone that was seen to be healthy."""
    clone = turn.find(name)
    if clone is not None and clone.gate_until is not None:
        turn.put(replace(clone, gate_until=None))


def reissue(turn: Turn) -> None:
    """Issue again what the last primary may have left undone.

    A clone that was being started may have gone with it, so it is made first: both are idempotent.
    """
    seen = {sighting.name for sighting in turn.given.sightings or ()}
    for clone in turn.clones:
        if not clone.free:
            there = clone.leaving or clone.name in seen
            again = clone.stage if there and clone.stage not in LAUNCHING else Stage.CREATING
            turn.send(clone, again)
