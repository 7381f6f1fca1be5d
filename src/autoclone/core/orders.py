"""What the operator has said: of the parent, and of the ramp itself. Each word is announced once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from autoclone.core.events import EventType
from autoclone.core.inputs import Input
from autoclone.core.intent import intent
from autoclone.core.model import By, Hold, HoldKind, ParentStatus, RampState
from autoclone.core.turn import Turn

BEGUN: Mapping[HoldKind, EventType] = MappingProxyType(
    {HoldKind.PAUSE: EventType.RAMP_PAUSED, HoldKind.OVERRIDE: EventType.OVERRIDE_STARTED}
)
ENDED: Mapping[HoldKind, EventType] = MappingProxyType(
    {HoldKind.PAUSE: EventType.RAMP_RESUMED, HoldKind.OVERRIDE: EventType.OVERRIDE_ENDED}
)
CHANGED: Mapping[ParentStatus, EventType] = MappingProxyType(
    {
        ParentStatus.SUSPENDED: EventType.PARENT_SUSPENDED,
        ParentStatus.STOPPED: EventType.PARENT_STOPPED,
        ParentStatus.DELETED: EventType.PARENT_DELETED,
    }
)


@dataclass(frozen=True, slots=True)
class Orders:
    """What holds from this step on.

    Attributes:
        hold: the hold in force, None where there is none.
        begun: whether it has just begun.
    """

    hold: Hold | None
    begun: bool = False


def orders(state: RampState, given: Input) -> Orders:
    """Return what holds from this step on. The clock ends a hold, and so does a delete."""
    if given.parent is ParentStatus.DELETED:
        return Orders(None)
    ordered = given.order
    if isinstance(ordered, Hold) and ordered.until > given.now:
        return Orders(_emptied(_begun(ordered, state, given), given), begun=True)
    hold = None if ordered is not None and not isinstance(ordered, Hold) else state.hold
    if hold is None or hold.until <= given.now:
        return Orders(None)
    return Orders(_emptied(hold, given))


def _begun(ordered: Hold, state: RampState, given: Input) -> Hold:
    """Return the hold as it begins now: a pause holds what is wanted."""
    if ordered.kind is HoldKind.OVERRIDE:
        return replace(ordered, since=given.now)
    wanted = intent(given.plan, given.demand, given.parent, state.hold).wanted
    if state.hold is None and state.opening is not None and state.opening.missed:
        wanted = min(wanted, sum(not clone.leaving for clone in state.clones))
    return replace(ordered, since=given.now, count=wanted)


def _emptied(hold: Hold, given: Input) -> Hold:
    """Return the hold; once all clones had to go, a pause holds that there are none."""
    gone = hold.kind is HoldKind.PAUSE and intent(given.plan, given.demand, given.parent).at_once
    return replace(hold, count=0) if gone and hold.count else hold


def announce(turn: Turn, state: RampState, now: Orders) -> None:
    """Say what the operator has said since the last step, and what the clock has ended.

    The status told is the one up to then; what follows has events of its own.
    """
    aim, given = turn.intent, turn.given
    if given.parent is state.parent_status and state.hold is None and not now.begun:
        return
    turn.intent = intent(given.plan, given.demand, state.parent_status, state.hold)
    if given.parent is not state.parent_status:
        back = state.parent_status is ParentStatus.SUSPENDED
        turn.emit(CHANGED.get(given.parent, EventType.PARENT_RESUMED if back else EventType.PARENT_STARTED))
    if state.hold is not None and (now.begun or now.hold is None):
        by = By.CLOCK if state.hold.until <= given.now else By.OPERATOR
        turn.emit(ENDED[state.hold.kind], hold=state.hold, by=by)
    if now.hold is not None and now.begun:
        turn.emit(BEGUN[now.hold.kind], hold=now.hold, by=By.OPERATOR)
    turn.intent = aim
