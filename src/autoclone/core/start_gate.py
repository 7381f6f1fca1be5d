"""The start gate: the next clone waits until the last one is healthy, for so long at most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from autoclone.core.model import Clone, Direction, Phase, Plan, RampState
from autoclone.core.pace import due


@dataclass(frozen=True, slots=True)
class GateWait:
    """What a ramp waits for.

    Attributes:
        clone: the clone that was not seen to be healthy yet.
        until: when the next one comes all the same, UTC.
    """

    clone: str
    until: datetime


def shut_by(clones: Iterable[Clone], plan: Plan, now: datetime) -> GateWait | None:
    """Return which of `clones` keeps the gate shut longest, None where it is open."""
    if plan.start_gate is None:
        return None
    waits = [
        GateWait(clone.name, clone.gate_until)
        for clone in clones
        if clone.gate_until is not None and clone.gate_until > now and not clone.leaving
    ]
    return max(waits, key=lambda wait: wait.until, default=None)


def gate_wait(state: RampState, plan: Plan, now: datetime) -> GateWait | None:
    """Return what a ramp waits for at the gate whose next clone is due; None where it does not wait there."""
    if state.phase is not Phase.RAMPING_UP or due(state.paced, Direction.UP, plan, now) > now:
        return None
    return shut_by(state.clones, plan, now)


def gated(state: RampState, plan: Plan) -> tuple[str, ...]:
    """Return the clones whose health has to be looked at: others wait for them, or will."""
    if plan.start_gate is None:
        return ()
    return tuple(clone.name for clone in state.clones if clone.gate_until is not None and not clone.leaving)
