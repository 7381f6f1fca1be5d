"""The ramp state machine: `step` takes a state and an input to a Decision, and does nothing else.

The contract with whoever drives it:

* Time is `Input.now`. Call `step` at `Decision.wake_at` at the latest, and whenever a command ends, the
  configuration or the parent's status changes, or the runtime was looked at. Calling it more often is
  harmless: without news it returns the very state it was given, and no commands.
* Commit the state and the events in one transaction, then carry out the commands; report how each ended
  as an `Outcome`. A command that is not reported stays outstanding. At most one is for each clone.
* After a crash, load the state and call `step` with `takeover` and the runtime's sightings: whatever may
  not have been carried out is issued again. Commands are idempotent, so this is safe at any point.

The same state and input give the same Decision, byte for byte.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from autoclone.core.batch import excess
from autoclone.core.inputs import Decision, Input
from autoclone.core.intent import Intent, intent
from autoclone.core.model import Clone, Direction, Phase, RampState
from autoclone.core.moves import (
    freeze,
    next_move,
    ramp_down,
    ramp_up,
    remove_all,
    remove_gone,
    thaw,
)
from autoclone.core.opening import judge
from autoclone.core.orders import Orders, announce, orders
from autoclone.core.outcomes import settle
from autoclone.core.sightings import observe, open_gate, reissue
from autoclone.core.transitions import TRANSITIONS, UNDER_WAY, Trigger
from autoclone.core.turn import LAUNCHING, Turn


def step(state: RampState, given: Input) -> Decision:
    """Decide what to do about one parent's clones now.

    Raises:
        KeyError: the transition table lacks a pair, which is a bug.
    """
    ordered = orders(state, given)
    aim = intent(given.plan, given.demand, given.parent, ordered.hold)
    opening = judge(state, given.plan, given.demand, given.now)
    if opening == state.opening and _asleep(state, given, ordered, aim):
        return Decision(state, (), (), aim.until)
    turn = Turn(state, given, aim, ordered.hold)
    turn.opening = opening
    announce(turn, state, ordered)
    _heal(turn)
    if turn.left_alone:
        _leave_alone(turn, aim)
    _take_in(turn)
    if turn.left_alone:
        _leave_alone(turn, aim)
    if turn.intent.frozen:
        freeze(turn)
    else:
        _transit(turn)
        _move(turn)
        if turn.phase is Phase.RAMPING_DOWN:
            _transit(turn)  # the move may have been the last: what never came to be goes without a trace
    _retry(turn)
    after = turn.state()
    return Decision(
        state if after == state else after,
        tuple(turn.commands),
        tuple(turn.events),
        _wake_at(turn),
        turn.refused,
    )


def _asleep(state: RampState, given: Input, ordered: Orders, aim: Intent) -> bool:
    """Whether there is nothing here and nothing to do, as for most DAGs most of the day."""
    if ordered.begun or ordered.hold != state.hold or given.parent is not state.parent_status:
        return False
    return not (aim.wanted or state.clones or given.sightings) and state.phase is Phase.IDLE


def _heal(turn: Turn) -> None:
    """Where the clock went back, let nothing wait for a time that may be days away."""
    if turn.paced is not None and turn.paced.at > turn.now:
        turn.pace(turn.paced.direction)
    plan = turn.given.plan
    latest = turn.now + plan.backoff.cap
    shut = turn.now + (plan.start_gate or timedelta())
    for clone in turn.clones:
        retry_at, gate = _at_most(clone.retry_at, latest), _at_most(clone.gate_until, shut)
        if retry_at is not clone.retry_at or gate is not clone.gate_until:
            turn.put(replace(clone, retry_at=retry_at, gate_until=gate))


def _at_most(at: datetime | None, latest: datetime) -> datetime | None:
    return latest if at is not None and at > latest else at


def _take_in(turn: Turn) -> None:
    """Take in the news: a command that ended, a new primary, what was seen."""
    given = turn.given
    if given.outcome is not None:
        settle(turn, given.outcome)
    if given.takeover:
        reissue(turn)
    if given.sightings is not None:
        observe(turn, given.sightings)
    for name in given.healthy:
        open_gate(turn, name)


def _leave_alone(turn: Turn, aim: Intent) -> None:
    """In a window whose opening was missed make none: those that run are kept, as far as they are wanted."""
    kept = len(turn.staying) - len(turn.gone)
    turn.intent = replace(aim, wanted=min(aim.wanted, kept))


def _transit(turn: Turn) -> None:
    transition = TRANSITIONS[turn.phase, _trigger(turn)]
    turn.phase = transition.phase
    completed = transition.phase is Phase.ACTIVE
    turn.ramp_up_completed = completed or (turn.ramp_up_completed and turn.phase is Phase.RAMPING_DOWN)
    if turn.phase is Phase.IDLE:
        turn.paced = None  # the next opening owes nothing to the last one (rule 1)
    for event in transition.events:
        turn.emit(event, phase=UNDER_WAY.get(event, transition.phase))


def _trigger(turn: Turn) -> Trigger:
    staying, wanted = len(turn.staying), turn.intent.wanted
    if staying != wanted:
        return Trigger.SHORT if staying < wanted else Trigger.EXCESS
    for clone in turn.clones:
        launching = clone.stage in LAUNCHING and not clone.launched
        if launching or (clone.leaving and clone.counted):
            return Trigger.SETTLING
    return Trigger.FULL if wanted else Trigger.EMPTY


def _move(turn: Turn) -> None:
    if turn.intent.at_once:
        remove_all(turn)
        return
    remove_gone(turn)
    if not turn.intent.paused:
        (ramp_down if excess(turn) else ramp_up)(turn)
    thaw(turn)


def _retry(turn: Turn) -> None:
    """Issue the commands again whose wait is over (rule 9)."""
    for at, clone in _retries(turn):
        if at <= turn.now:
            upward = turn.paced is not None and turn.paced.direction is Direction.UP
            if upward and clone.stage in LAUNCHING and not clone.launched:
                turn.pace(Direction.UP)
            turn.send(clone, clone.stage)


def _retries(turn: Turn) -> list[tuple[datetime, Clone]]:
    """Return when each failed command may be tried again.

    A frozen ramp launches nothing (rule 10); one that is paused, or has too many clones already, nothing new.
    """
    waiting = [(clone.retry_at, clone) for clone in turn.clones if clone.retry_at is not None]
    return [(at, clone) for at, clone in waiting if not _held(turn, clone)]


def _held(turn: Turn, clone: Clone) -> bool:
    spare = not clone.launched and (turn.intent.paused or excess(turn) > 0)
    return clone.stage in LAUNCHING and (turn.intent.frozen or spare)


def _wake_at(turn: Turn) -> datetime | None:
    times = [at for at, _ in _retries(turn)]
    times += [at for at in (turn.intent.until, next_move(turn)) if at is not None]
    return min(times, default=None)
